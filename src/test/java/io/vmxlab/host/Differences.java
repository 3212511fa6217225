package io.vmxlab.host;

import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDI;
import static io.vmxlab.arch.Gpr.RSI;
import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a comparison leaves out beyond the flags that a row declares undefined, and why. Nothing
 * else is left out.
 *
 * <p>Generations of processors differ, of one vendor too, so no row asks which processor this is: a
 * row holds when the difference is the one it describes. docs/decisions/processor.md says which
 * processors showed it.
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
    /** Bits 63:32 of RCX, RSI and RDI. */
    UPPER_HALVES,
    REGISTERS,
    /** XMM and MMX registers, MXCSR. */
    VECTORS,
    MEMORY
  }

  /** A case with both outcomes, and who made the second one. */
  record Seen(
      Instruction insn, HostCase test, HostResult host, HostResult mine, CaseRunner runner) {
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

    /**
     * Both refused the target of a CALL, and the host did so after it had written where to return.
     */
    boolean pushedBeforeTarget() {
      int bytes = insn.operandSize / 8;
      int stack = test.mode().bits;
      long pointer = Width.zeroExtend(stack, test.gpr()[RSP] - bytes);
      long base = stack == 16 ? 0 : Guest.DATA;
      byte[] before = Guest.data(test);
      SortedMap<Integer, Integer> pushed = new TreeMap<>();
      for (int i = 0; i < bytes; i++) {
        int at = (int) (pointer + i - base);
        int value = (int) (Guest.entry(test) + insn.length() >>> 8 * i) & 0xFF;
        if (at < 0 || at >= Guest.PAGE) {
          return false;
        }
        if ((before[at] & 0xFF) != value) {
          pushed.put(at, value);
        }
      }
      return refused() && mine.changes().isEmpty() && host.changes().equals(pushed);
    }

    private boolean refused() {
      return host.vector() == Vector.GP.number && mine.vector() == Vector.GP.number;
    }

    /** The host's flags are those of the last iteration that both completed before the fault. */
    boolean flagsOfLastComparison() {
      long done = Width.zeroExtend(insn.addressSize, test.gpr()[RCX] - host.gpr()[RCX]);
      if (!test.repeated() || done == 0) {
        return false;
      }
      long[] gpr = test.gpr().clone();
      gpr[RCX] = done;
      HostCase shorter =
          new HostCase(
              test.code(), test.mode(), true, test.rflags(), gpr, test.pokeAt(), test.poke());
      HostResult end = runner.run(shorter);
      return end.vector() == HostResult.COMPLETED && end.rflags() == host.rflags();
    }

    /** The registers that a repetition counts with have kept their upper halves on the host. */
    boolean upperHalvesKept() {
      boolean kept = false;
      for (int i : COUNTER_AND_POINTERS) {
        if (host.gpr()[i] != mine.gpr()[i]) {
          kept = true;
          if (host.gpr()[i] != test.gpr()[i]
              || mine.gpr()[i] != Width.zeroExtend(32, test.gpr()[i])) {
            return false;
          }
        }
      }
      return kept;
    }

    /** The singles of the destination are nearly equal, and all else is equal. */
    boolean approximatelySame() {
      long[] both = host.vectors().xmm().clone();
      for (int i = 2 * insn.reg; i < 2 * insn.reg + 2; i++) {
        long theirs = both[i];
        long ours = mine.vectors().xmm()[i];
        if (!near((int) theirs, (int) ours)
            || !near((int) (theirs >>> Integer.SIZE), (int) (ours >>> Integer.SIZE))) {
          return false;
        }
        both[i] = ours;
      }
      VectorState h = host.vectors();
      return new VectorState(both, h.mm(), h.mxcsr(), h.top(), h.tags(), h.ones())
          .same(mine.vectors());
    }

    /** Elements of the destination are equal or NaNs, and all else is equal. */
    boolean otherNans() {
      VectorState h = host.vectors();
      long[] both = h.xmm().clone();
      boolean single = insn.form.page().equals("DPPS");
      for (int i = 2 * insn.reg; i < 2 * insn.reg + 2; i++) {
        if (!nansOrEqual(both[i], mine.vectors().xmm()[i], single)) {
          return false;
        }
        both[i] = mine.vectors().xmm()[i];
      }
      return new VectorState(both, h.mm(), h.mxcsr(), h.top(), h.tags(), h.ones())
          .same(mine.vectors());
    }

    private static boolean nansOrEqual(long a, long b, boolean single) {
      if (!single) {
        return a == b
            || Double.isNaN(Double.longBitsToDouble(a)) && Double.isNaN(Double.longBitsToDouble(b));
      }
      return nansOrEqual((int) a, (int) b)
          && nansOrEqual((int) (a >>> Integer.SIZE), (int) (b >>> Integer.SIZE));
    }

    private static boolean nansOrEqual(int a, int b) {
      return a == b || Float.isNaN(Float.intBitsToFloat(a)) && Float.isNaN(Float.intBitsToFloat(b));
    }

    /** Neither quadword can be written, and the fault is for the other one. */
    boolean otherQuadword() {
      boolean pages = host.vector() == Vector.PF.number && mine.vector() == Vector.PF.number;
      return pages && Math.abs(host.cr2() - mine.cr2()) <= Long.BYTES;
    }

    private static boolean near(int a, int b) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      return a == b || Math.abs(x - y) <= Math.abs(x) * 3 / 4096;
    }

    /** An operand of 16 bytes is neither aligned nor within its segment. */
    boolean misaligned() {
      return VectorChooser.used(insn.form)
          && host.vector() == Vector.GP.number
          && mine.vector() == Vector.SS.number;
    }

    /** The access begins in the last 16 bytes of a 32-bit segment without limit. */
    boolean wrapsAt4GBytes() {
      boolean masked = insn.form.page().startsWith("MASKMOV") && insn.addressSize == 32;
      long first = masked ? test.gpr()[RDI] : mine.cr2();
      return test.mode() == CodeMode.BITS32 && first >= 0xFFFF_FFF0L;
    }

    /** The host's fault is for an address that only 57-bit linear addresses have. */
    boolean widerAddress() {
      long address = host.vector() == HostResult.COMPLETED ? host.rip() : host.cr2();
      boolean wider = address != address << 16 >> 16 && address == address << 7 >> 7;
      boolean refused = mine.vector() == Vector.GP.number || mine.vector() == Vector.SS.number;
      boolean reached = host.vector() == HostResult.COMPLETED || host.vector() == Vector.PF.number;
      return wider && refused && reached && test.mode() == CodeMode.BITS64;
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
  private static final String SHA =
      "SHA1RNDS4 SHA1NEXTE SHA1MSG1 SHA1MSG2 SHA256RNDS2 SHA256MSG1 SHA256MSG2";
  private static final String CMPS = "CMPS/CMPSB/CMPSW/CMPSD/CMPSQ";
  private static final String COMPARING = CMPS + " SCAS/SCASB/SCASW/SCASD";
  private static final List<Integer> COUNTER_AND_POINTERS = List.of(RCX, RSI, RDI);

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
          "processors have pushed values when a later access faults"),
      new Difference("POPA/POPAD", Seen::faulted, List.of(Part.REGISTERS),
          "processors have loaded registers when a later access faults"),
      new Difference("MOVSX/MOVSXD", s -> s.insn.operandSize == 16 && s.insn.memory() && !s.completed(),
          List.of(Part.FAULT, Part.REGISTERS),
          "AMD processors read 32 bits for MOVSXD r16, r/m16"),
      new Difference(CMPS, Seen::faulted, List.of(Part.FAULT),
          "the manual does not say which of the two operands is read first"),
      new Difference("CALL", s -> s.faulted() && s.mine.vector() == Vector.GP.number, List.of(Part.FAULT),
          "processors may find the stack at fault before they look at the target"),
      new Difference("CALL", Seen::pushedBeforeTarget, List.of(Part.MEMORY),
          "processors may have written the return address when they refuse the target"),
      new Difference(COMPARING, s -> s.faulted() && s.flagsOfLastComparison(), List.of(Part.STATUS),
          "AMD processors leave the flags of the last iteration at a fault, the manual restores those from before"),
      new Difference("*", s -> s.test.repeated() && s.insn.addressSize == 32 && s.upperHalvesKept(),
          List.of(Part.UPPER_HALVES),
          "AMD processors clear upper halves with the first iteration that succeeds, Intel processors before it"),
      new Difference("PREFETCHW", s -> !s.insn.memory() && s.host.vector() == Vector.UD.number, List.of(Part.FAULT),
          "AMD processors refuse a register as operand of 0F 0D, for Intel processors it is a hint"),
      new Difference("BOUND", s -> s.host.vector() == Vector.BR.number && s.faulted(), List.of(Part.FAULT),
          "an index below the lower bound may be refused before the upper bound is read"),
      new Difference(SHA, s -> s.insn.memory() && s.mine.vector() == Vector.GP.number,
          List.of(Part.FAULT, Part.VECTORS),
          "AMD processors do not demand that operands of SHA instructions are aligned"),
      new Difference("RCPPS RCPSS RSQRTPS RSQRTSS", s -> s.completed() && s.approximatelySame(), List.of(Part.VECTORS),
          "processors approximate differently, with an error of at most 1.5 * 2^-12"),
      new Difference("DPPS DPPD", s -> s.completed() && s.otherNans(), List.of(Part.VECTORS),
          "the manual gives all elements of a dot product the same of several NaNs, Intel processors do not"),
      new Difference("MASKMOVDQU", s -> s.faulted() && s.otherQuadword(), List.of(Part.FAULT),
          "AMD processors write the lower quadword first, Intel processors the upper one"),
      new Difference("*", Seen::misaligned, List.of(Part.FAULT),
          "AMD processors look at the alignment of 16 bytes before the limit of the stack segment"),
      new Difference("*", Seen::widerAddress, List.of(Part.FAULT, Part.REGISTERS, Part.MEMORY, Part.STATUS),
          "the host's kernel uses 57-bit linear addresses, the comparison 48-bit ones"),
      new Difference("*", s -> s.faulted() && s.wrapsAt4GBytes(),
          List.of(Part.FAULT, Part.REGISTERS),
          "an access that wraps round at 4 GBytes may or may not be a limit violation"));
  // spotless:on

  private Differences() {}

  /** Whether repeated string instructions count or point with this register. */
  static boolean isCounterOrPointer(int register) {
    return COUNTER_AND_POINTERS.contains(register);
  }
}
