package io.vmxlab.threemachines;

import static io.vmxlab.threemachines.VmxDifference.both;
import static io.vmxlab.threemachines.VmxDifference.unsure;
import static io.vmxlab.threemachines.VmxDifference.vmxlab;
import static io.vmxlab.threemachines.VmxPart.*;
import static io.vmxlab.threemachines.VmxTrial.isOutcome;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.VmcsBits;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How Bochs differs in what a VM exit saves and reports, whatever the instruction. */
final class VmxStateDifferences {
  private static final long LOW = 0xFFFF_FFFFL;

  /** The type that Bochs gives CS. */
  private static final int DATA = SegmentRights.WRITABLE | SegmentRights.ACCESSED;

  private static final String VIOLATION = "X30";
  private static final long FETCH = 1 << 2;
  private static final String MISCONFIGURATION = "X31";
  private static final String EXCEPTION = "X0";
  private static final String DOUBLE_FAULT = "X0 80000b08";
  private static final String TRIPLE_FAULT = "X2";

  /** Base, limit and access rights of ES; those of the others follow. */
  private static final int ES_BASE = 0x6806;

  private static final int ES_LIMIT = 0x4800;
  private static final int ES_RIGHTS = 0x4814;
  private static final int TR = 14;

  private VmxStateDifferences() {}

  // spotless:off
  static final List<VmxDifference> ALL = List.of(
      vmxlab("CS in real-address mode", "gets the access rights of a data segment; access rights are loaded as they are",
          (t, p) -> p.equals(CS_RIGHTS) && (t.other().orZero(p) & SegmentRights.TYPE) == DATA && (beginsReal(t) || endsReal(t))),
      vmxlab("blocking by SMI and NMI", "stays: of SMIs once an entry failed to a guest in shutdown or wait-for-SIPI, of virtual NMIs once it was loaded; a VM entry loads it",
          (t, p) -> p.equals(INTERRUPTIBILITY) && (t.changed(p, 0) & ~(VmcsBits.BLOCKING_BY_SMI | VmcsBits.BLOCKING_BY_NMI)) == 0),
      both("EPT misconfigurations while an event is delivered", "report a linear address, and the stack comes before the vector in real-address mode; the manual leaves both open",
          (t, p) -> Set.of(LINEAR_ADDRESS, PHYSICAL_ADDRESS).contains(p) && t.mine().kind().equals(MISCONFIGURATION)
              && (t.mine().orZero(VECTORING) & VmcsBits.VALID) != 0),
      vmxlab("blocking by STI and MOV SS", "is lost where an instruction faults, and where a debug trap comes behind STI; the field is saved as it was before the VM exit",
          (t, p) -> p.equals(INTERRUPTIBILITY) && t.mine().kind().startsWith(EXCEPTION)
              && (t.changed(p, 0) & ~(VmcsBits.BLOCKING_BY_STI | VmcsBits.BLOCKING_BY_MOV_SS)) == 0 && t.other().orZero(p) == 0),
      vmxlab("RF", "is saved as it is; saved is what a handler would find on its stack, and faults set RF there",
          (t, p) -> p.equals(RFLAGS) && t.flags() == Rflags.RF && (t.mine().orZero(p) & Rflags.RF) != 0),
      both("undefined flags", "have other values, with RF as above",
          (t, p) -> p.equals(RFLAGS) && (t.flags() & ~(t.course().undefinedFlags() | Rflags.RF)) == 0),
      both("instruction length of exceptions", "is reported for faults; the manual leaves it open",
          (t, p) -> p.equals(LENGTH) && t.mine().get(p) == null && type(t.mine()) == VmcsBits.HARDWARE_EXCEPTION),
      both("instruction length of EPT violations of fetching", "is that of the bytes fetched; the manual leaves it open",
          (t, p) -> p.equals(LENGTH) && t.mine().kind().equals(VIOLATION) && (t.mine().orZero(QUALIFICATION) & FETCH) != 0),
      vmxlab("error codes in real-address mode", "are said to be valid; bit 11 is 0 in real-address mode",
          (t, p) -> isOutcome(p) && sameButCode(t)),
      vmxlab("bit 12 of DR7", "is loaded; loading clears bits 12, 14 and 15",
          (t, p) -> p.equals(DR7) && t.changed(p, Dr7.FIXED) == 1 << 12),
      vmxlab("bit 11 of DR7", "is kept without RTM; it is reserved then, and 0",
          (t, p) -> p.equals(DR7) && t.changed(p, Dr7.FIXED) == 1 << 11),
      vmxlab("IA32_DEBUGCTL", "is not saved; a VM exit with save debug controls saves it",
          (t, p) -> p.equals(DEBUGCTL) && t.other().get(p) == null),
      both("unusable segments", "base, limit and access rights have other values, which the manual leaves open",
          VmxStateDifferences::isUnusable),
      both("bit 13 of TR's access rights", "is not kept; a system segment has no use for it",
          (t, p) -> (p.equals(LDTR_RIGHTS) || p.equals(TR_RIGHTS)) && t.changed(p, 0) == SegmentRights.L),
      both("RSP outside 64-bit mode", "has no upper half; the manual leaves it open",
          (t, p) -> p.equals(RSP) && (t.changed(p, 0) & LOW) == 0 && !t.ends64Bit()),
      both("registers outside 64-bit mode", "have other upper halves; the manual leaves them open",
          (t, p) -> p.startsWith("r") && !t.ends64Bit() && t.sameLowerHalf(p)),
      vmxlab("pending single step", "is reported by what TF makes pending only when it completes; saved as 0",
          (t, p) -> p.equals(PENDING_DEBUG) && t.other().orZero(p) == Dr6.BS && (t.course().last().rflags() & Rflags.TF) != 0),
      vmxlab("a single step held back by MOV SS", "is forgotten where the next instruction faults; what is held back is saved as pending",
          (t, p) -> p.equals(PENDING_DEBUG) && t.mine().orZero(p) == Dr6.BS && t.other().orZero(p) == 0 && t.course().executed("MOV", "POP")),
      both("CR2 of page faults that are not delivered", "is that of the last one; the manual leaves it open",
          (t, p) -> p.equals("cr2") && Set.of(TRIPLE_FAULT, DOUBLE_FAULT).contains(t.mine().kind())),
      vmxlab("RF on the stack of a triple fault", "is what an exception before has left there",
          (t, p) -> p.equals(MEMORY) && t.mine().kind().equals(TRIPLE_FAULT) && t.course().delivered() != null),
      unsure("#DB that is no single step, with TF", "reports BS too; the manual is silent",
          (t, p) -> p.equals(QUALIFICATION) && t.mine().kind().startsWith(EXCEPTION) && (t.course().last().rflags() & Rflags.TF) != 0
              && (t.mine().orZero(p) ^ t.other().orZero(p)) == Dr6.BS),
      unsure("pending breakpoints that are not enabled", "are dropped where bit 12 is 0, though BS is pending; the manual says when the field counts, not that it is masked",
          (t, p) -> p.equals(QUALIFICATION) && (t.bits(PENDING_DEBUG) & Dr6.BREAKPOINTS) != 0
              && ((t.mine().orZero(p) ^ t.other().orZero(p)) & ~Dr6.BREAKPOINTS) == 0));
  // spotless:on

  private static boolean beginsReal(VmxTrial trial) {
    Long cr0 = trial.set(CR0);
    return cr0 == null ? trial.guest().equals(VmxTrial.REAL) : (cr0 & Cr0.PE) == 0;
  }

  /** The guest is in real-address mode in the end. */
  private static boolean endsReal(VmxTrial trial) {
    Long cr0 = trial.mine().get(CR0);
    return cr0 == null ? beginsReal(trial) : (cr0 & Cr0.PE) == 0;
  }

  private static long type(VmxTrial.Outcome outcome) {
    return VmcsBits.type(outcome.orZero(INTERRUPTION));
  }

  private static boolean sameButCode(VmxTrial trial) {
    long mine = trial.mine().orZero(INTERRUPTION);
    return endsReal(trial)
        && mine != 0
        && (mine | VmcsBits.ERROR_CODE) == trial.other().orZero(INTERRUPTION);
  }

  /** The part is of a segment register that is unusable on both machines. */
  private static boolean isUnusable(VmxTrial trial, String part) {
    if (!part.matches("[46]8[0-9A-F]{2}")) {
      return false;
    }
    int encoding = Integer.parseInt(part, 16);
    int first = encoding >= ES_BASE ? ES_BASE : encoding >= ES_RIGHTS ? ES_RIGHTS : ES_LIMIT;
    int register = encoding - first;
    String rights = Integer.toHexString(ES_RIGHTS + register).toUpperCase(Locale.ROOT);
    return register <= TR
        && (trial.mine().orZero(rights) & trial.other().orZero(rights) & SegmentRights.UNUSABLE)
            != 0;
  }
}
