package io.vmxlab.lab;

import io.vmxlab.machine.Program;
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
  ENABLE_CR4("enable_vmx_operation",
      "Set CR4.VMXE"),
  ENABLE_VMX("enable_vmx_operation",
      "Set CR4.VMXE, and open IA32_FEATURE_CONTROL if it is not locked",
      "FALSE: IA32_FEATURE_CONTROL was locked", "TRUE"),
  ENTER_VMX("enter_vmx_operation",
      "Enter VMX operation with every check, and stay there",
      "entered", "the processor has no VMX", "firmware forbids it", "VMXON failed"),
  VMXON_VMXOFF("vmxon_vmxoff",
      "Enter VMX operation and leave it; CR4.VMXE stays 1",
      "done", "VMXON failed", "VMXOFF failed"),
  ROUND_TRIP("round_trip",
      "Enter VMX operation, leave it and clear CR4.VMXE",
      "done", "VMXON failed", "VMXOFF failed");
  // spotless:on

  private final String function;
  private final String title;
  private final List<String> results;

  Sequence(String function, String title, String... results) {
    this.function = function;
    this.title = title;
    this.results = List.of(results);
  }

  /** As the command line takes it: {@code enable-vmx}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it does, in one line. */
  public String title() {
    return title;
  }

  /** The function to call, in assembly as in C. */
  public String function() {
    return function;
  }

  /** What the return values mean, from 0 on; empty if nothing is returned. */
  public List<String> results() {
    return results;
  }

  /** What a return value means; empty if it means nothing. */
  public String meaning(long value) {
    return value >= 0 && value < results.size() ? results.get((int) value) : "";
  }

  /** Calls the routine, as the build has assembled it. */
  public Program program() {
    return Program.elf(id(), bytes("elf")).call(function);
  }

  /** Its assembly text. */
  public String assembly() {
    return text("asm");
  }

  /** Its C text, which includes {@code vmxlab.h}. */
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
    return new String(bytes(kind), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String kind) {
    return Resources.bytes("sequences/" + id() + "." + kind);
  }
}
