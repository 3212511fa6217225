package io.vmxlab.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A program that comes with vmxlab. Its assembly and C texts are the files {@code
 * docs/examples/NAME.asm} and {@code NAME.c}; {@link Routines} has the same as a Java routine.
 */
public enum Sequence {
  // spotless:off
  ENABLE_CR4  ("Set CR4.VMXE", "nothing"),
  ENABLE_VMX  ("Set CR4.VMXE, and open IA32_FEATURE_CONTROL if it is not locked", "1 TRUE, 0 FALSE: the MSR was locked"),
  ENTER_VMX   ("Enter VMX operation with every check, and stay there", "0 entered, 1 no VMX, 2 firmware forbids it, 3 VMXON failed"),
  VMXON_VMXOFF("Enter VMX operation and leave it; CR4.VMXE stays 1", "0 done, 1 VMXON failed, 2 VMXOFF failed"),
  ROUND_TRIP  ("Enter VMX operation, leave it and clear CR4.VMXE", "0 done, 1 VMXON failed, 2 VMXOFF failed");
  // spotless:on

  private final String title;
  private final String result;

  Sequence(String title, String result) {
    this.title = title;
    this.result = result;
  }

  /** As the command line takes it: {@code enable-vmx}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it does, in one line. */
  public String title() {
    return title;
  }

  /** What EAX means at the end. */
  public String result() {
    return result;
  }

  /** Its assembly text. */
  public String assembly() {
    return text("asm");
  }

  /** Its C text, which includes {@code intrinsics.h}. */
  public String c() {
    return text("c");
  }

  public static Optional<Sequence> find(String id) {
    for (Sequence s : values()) {
      if (s.id().equalsIgnoreCase(id)) {
        return Optional.of(s);
      }
    }
    return Optional.empty();
  }

  /** All names, for help and suggestions. */
  public static List<String> ids() {
    return List.of(values()).stream().map(Sequence::id).toList();
  }

  private String text(String kind) {
    String name = "sequences/" + id() + "." + kind;
    try (InputStream in = Sequence.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
