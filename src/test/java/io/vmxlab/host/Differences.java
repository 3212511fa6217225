package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Instruction;
import java.util.List;

/**
 * What a comparison leaves out beyond the flags that a row declares undefined, and why. Nothing
 * else is left out.
 */
final class Differences {
  /** What is not compared. */
  enum Part {
    /** Which of several faults is reported; a fault there must be. */
    FAULT,
    OF,
    CF,
    STATUS,
    /** The register that ModRM.rm or the opcode names. */
    RM,
    REGISTERS,
    MEMORY
  }

  /** A case with both outcomes. */
  record Seen(Instruction insn, HostCase test, HostResult host, HostResult mine) {
    boolean completed() {
      return host.vector() == HostResult.COMPLETED && mine.vector() == HostResult.COMPLETED;
    }

    boolean faulted() {
      return host.vector() != HostResult.COMPLETED && mine.vector() != HostResult.COMPLETED;
    }

    int width() {
      return insn.form.operands().get(0).width();
    }

    /** The masked count of a shift or rotate. */
    int count() {
      String text = insn.form.operands().get(insn.form.operands().size() - 1).text();
      long count = text.equals("1") ? 1 : text.equals("CL") ? test.gpr()[1] : insn.immediate;
      return (int) count & (width() == 64 ? 63 : 31);
    }
  }

  /** The circumstances under which something is not compared. */
  interface Condition {
    boolean holds(Seen seen);
  }

  /**
   * One reason to look away.
   *
   * @param pages manual pages it is about, separated by spaces; * for all
   */
  record Difference(String pages, Condition when, List<Part> parts, String reason) {
    boolean concerns(Seen seen) {
      return (pages.equals("*") || List.of(pages.split(" ")).contains(seen.insn.form.page()))
          && when.holds(seen);
    }
  }

  private static final String SHIFTS = "SAL/SAR/SHL/SHR RCL/RCR/ROL/ROR SHLD SHRD";
  private static final String CMPS = "CMPS/CMPSB/CMPSW/CMPSD/CMPSQ";

  // spotless:off
  static final List<Difference> ALL = List.of(
      new Difference(SHIFTS, s -> s.completed() && s.count() > 1, List.of(Part.OF),
          "OF is defined for a count of 1 only"),
      new Difference("SAL/SAR/SHL/SHR", s -> s.completed() && s.count() >= s.width(), List.of(Part.CF),
          "CF of SHL and SHR is undefined when the count reaches the operand's width"),
      new Difference("SHLD SHRD", s -> s.completed() && s.count() > s.width(),
          List.of(Part.STATUS, Part.RM, Part.MEMORY),
          "a count greater than the operand's width leaves result and flags undefined"),
      new Difference("ENTER", s -> s.completed() && s.insn.operandSize == 16 && s.test.mode() == CodeMode.BITS64,
          List.of(Part.REGISTERS),
          "AMD processors write BP where the manual writes RBP"),
      new Difference("ENTER", Seen::faulted, List.of(Part.MEMORY),
          "AMD processors have pushed values when a later access faults"),
      new Difference("POPA/POPAD", Seen::faulted, List.of(Part.REGISTERS),
          "AMD processors have loaded registers when a later access faults"),
      new Difference("MOVSX/MOVSXD", s -> s.insn.operandSize == 16 && s.insn.memory() && !s.completed(),
          List.of(Part.FAULT, Part.REGISTERS),
          "AMD processors read 32 bits for MOVSXD r16, r/m16"),
      new Difference(CMPS, Seen::faulted, List.of(Part.FAULT),
          "the manual does not say which of the two operands is read first"),
      new Difference("CALL", s -> s.faulted() && s.mine.vector() == Vector.GP.number, List.of(Part.FAULT),
          "AMD processors push the return address before they look at the target"),
      new Difference("*", s -> s.test.mode() == CodeMode.BITS32 && s.faulted() && s.mine.cr2() >= 0xFFFF_FFF0L,
          List.of(Part.FAULT, Part.REGISTERS),
          "an access that wraps round at 4 GBytes may or may not be a limit violation"));
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
}
