package io.vmxlab.host;

import io.vmxlab.arch.Rflags;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Instruction;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What a comparison leaves out beyond the flags that a row declares undefined, and why. Nothing
 * else is left out.
 */
final class Differences {
  /**
   * One reason to look away.
   *
   * @param pages manual pages it is about, separated by spaces
   * @param when the cases it is about
   * @param flags that are not compared
   * @param result whether the destination is not compared either
   */
  record Difference(
      String pages,
      BiPredicate<Instruction, HostCase> when,
      long flags,
      boolean result,
      String reason) {
    boolean concerns(Instruction insn, HostCase test) {
      return List.of(pages.split(" ")).contains(insn.form.page()) && when.test(insn, test);
    }
  }

  // spotless:off
  static final List<Difference> ALL = List.of(
      new Difference("SAL/SAR/SHL/SHR RCL/RCR/ROL/ROR SHLD SHRD",
          (i, t) -> count(i, t) > 1, Rflags.OF, false,
          "OF is defined for a count of 1 only"),
      new Difference("SAL/SAR/SHL/SHR",
          (i, t) -> count(i, t) >= width(i), Rflags.CF, false,
          "CF of SHL and SHR is undefined when the count reaches the operand's width"),
      new Difference("RCL/RCR/ROL/ROR",
          (i, t) -> false, 0, false,
          ""),
      new Difference("SHLD SHRD",
          (i, t) -> count(i, t) > width(i), Rflags.STATUS, true,
          "a count greater than the operand's width leaves result and flags undefined"),
      new Difference("BSWAP",
          (i, t) -> width(i) == 16, 0, true,
          "BSWAP of a 16-bit register is undefined"));
  // spotless:on

  private Differences() {}

  /** Flags that the row leaves undefined. */
  static long undefined(Form form) {
    long mask = 0;
    for (String clause : form.flags().split(";")) {
      int colon = clause.indexOf("undefined:");
      if (colon >= 0) {
        for (String name : clause.substring(colon + 10).trim().split(" ")) {
          mask |= flag(name);
        }
      }
    }
    return mask;
  }

  private static long flag(String name) {
    switch (name) {
      case "CF":
        return Rflags.CF;
      case "PF":
        return Rflags.PF;
      case "AF":
        return Rflags.AF;
      case "ZF":
        return Rflags.ZF;
      case "SF":
        return Rflags.SF;
      case "OF":
        return Rflags.OF;
      default:
        throw new IllegalArgumentException(name);
    }
  }

  private static int width(Instruction insn) {
    return insn.form.operands().get(0).width();
  }

  /** The masked count of a shift or rotate. */
  private static int count(Instruction insn, HostCase test) {
    String text = insn.form.operands().get(insn.form.operands().size() - 1).text();
    long count = text.equals("1") ? 1 : text.equals("CL") ? test.gpr()[1] : insn.immediate;
    return (int) count & (width(insn) == 64 ? 63 : 31);
  }
}
