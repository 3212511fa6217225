package io.vmxlab.explain;

import io.vmxlab.arch.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The smallest change that would have avoided a failure.
 *
 * @param text what to change, in prose, without a full stop
 * @param code instructions that do it; may be empty
 */
public record Mend(String text, List<String> code) {
  /** A mend that no code shows. */
  public static Mend of(String text) {
    return new Mend(text, List.of());
  }

  /**
   * Sets and clears bits of a register.
   *
   * @param missing bits to set
   * @param excess bits to clear
   * @param before what the change has to come before, such as {@code VMXON}
   * @param code how to reach the register from code
   */
  static Mend bits(Layout layout, long missing, long excess, String before, Access code) {
    String text = words(layout, missing, excess);
    text += before.isEmpty() ? "" : " before " + before;
    return new Mend(text, code.change(missing, excess));
  }

  /** Changes bits of a value that is about to be loaded. */
  static Mend value(Layout layout, long missing, long excess) {
    return of("in the value to be loaded, " + words(layout, missing, excess));
  }

  private static String words(Layout layout, long missing, long excess) {
    StringBuilder text = new StringBuilder();
    if (missing != 0) {
      text.append("set ").append(names(layout, missing));
    }
    if (excess != 0) {
      text.append(missing != 0 ? " and clear " : "clear ").append(names(layout, excess));
    }
    return text.toString();
  }

  /** {@code CR0.NE (bit 5) and CR0.PG (bit 31)}. */
  static String names(Layout layout, long bits) {
    List<BitView.Row> rows = BitView.of(layout, 0, bits, 0).demanded().rows();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      BitView.Row row = rows.get(i);
      String name =
          row.name().equals("reserved")
              ? layout.name() + "[" + row.bits() + "]"
              : layout.name()
                  + "."
                  + row.name()
                  + " (bit"
                  + (row.width() > 1 ? "s " : " ")
                  + row.bits()
                  + ")";
      String separator = i == 0 ? "" : i == rows.size() - 1 ? " and " : ", ";
      text.append(separator).append(name);
    }
    return text.toString();
  }

  /** How code reaches a register: what reads it into EAX or RAX, and what writes it back. */
  record Access(List<String> read, List<String> write, String half, String full) {
    /** No code reaches it. */
    static final Access NONE = new Access(List.of(), List.of(), "", "");

    /** MOV from and to a control register, through EAX outside 64-bit mode. */
    static Access controlRegister(String name, boolean in64BitMode) {
      String lower = name.toLowerCase(Locale.ROOT);
      String register = in64BitMode ? "rax" : "eax";
      return new Access(
          List.of("mov " + register + ", " + lower),
          List.of("mov " + lower + ", " + register),
          "eax",
          "rax");
    }

    /** RDMSR and WRMSR: the low half is in EAX, the high half in EDX. */
    static Access msr(long number) {
      return new Access(
          List.of("mov ecx, " + Hex.literal(number), "rdmsr"), List.of("wrmsr"), "eax", "edx:eax");
    }

    List<String> change(long missing, long excess) {
      if (read.isEmpty()) {
        return List.of();
      }
      List<String> lines = new ArrayList<>(read);
      if (full.equals("edx:eax")) {
        lines.addAll(halves("eax", missing & 0xFFFF_FFFFL, excess & 0xFFFF_FFFFL));
        lines.addAll(halves("edx", missing >>> 32, excess >>> 32));
      } else if ((missing | excess) >>> 32 == 0) {
        lines.addAll(halves(half, missing, excess));
      } else {
        lines.addAll(single("bts", missing));
        lines.addAll(single("btr", excess));
      }
      lines.addAll(write);
      return List.copyOf(lines);
    }

    private static List<String> halves(String register, long missing, long excess) {
      List<String> lines = new ArrayList<>();
      if (missing != 0) {
        lines.add("or " + register + ", " + Hex.literal(missing));
      }
      if (excess != 0) {
        lines.add("and " + register + ", " + Hex.literal(~excess & 0xFFFF_FFFFL));
      }
      return lines;
    }

    private List<String> single(String mnemonic, long bits) {
      List<String> lines = new ArrayList<>();
      for (long rest = bits; rest != 0; rest &= rest - 1) {
        lines.add(mnemonic + " " + full + ", " + Long.numberOfTrailingZeros(rest));
      }
      return lines;
    }
  }
}
