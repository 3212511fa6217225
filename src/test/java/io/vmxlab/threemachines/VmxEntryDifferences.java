package io.vmxlab.threemachines;

import static io.vmxlab.threemachines.VmxDifference.both;
import static io.vmxlab.threemachines.VmxDifference.unsure;
import static io.vmxlab.threemachines.VmxDifference.vmxlab;
import static io.vmxlab.threemachines.VmxPart.*;
import static io.vmxlab.threemachines.VmxTrial.isOutcome;

import io.vmxlab.arch.VmcsBits;
import java.util.List;
import java.util.Set;

/** How Bochs differs in what VM entries check, and in what comes before the first instruction. */
final class VmxEntryDifferences {
  private static final String GENERAL_PROTECTION = "X0 80000b0d";
  private static final long UNRESTRICTED = 1 << 7;
  private static final Set<String> UNRESTRICTED_KINDS = Set.of("p6", "p7");

  private static final String FAILED = "X80000021";
  private static final String TIMER = "X34";
  private static final long LINK_POINTER = 4;
  private static final long UPPER_HALF = -1L << 32;

  private VmxEntryDifferences() {}

  // spotless:off
  static final List<VmxDifference> ALL = List.of(
      vmxlab("reserved bits of IA32_DEBUGCTL", "are loaded; checks on guest control registers: they are 0",
          (t, p) -> isCheck(p) && t.cause().equals("guest-debugctl-reserved")),
      vmxlab("pending debug exceptions", "are looked at in their lower half alone; reserved bits are 63:15 too",
          (t, p) -> isCheck(p) && t.cause().equals("guest-pending-debug-reserved") && (t.bits(PENDING_DEBUG) & UPPER_HALF) != 0),
      vmxlab("entry to SMM", "is accepted outside SMM; VM-entry control fields: entry to SMM is 0",
          (t, p) -> isCheck(p) && t.cause().equals("entry-to-smm-only-in-smm")),
      vmxlab("guest RIP", "is not checked in 64-bit mode; bits from the linear-address width on are equal",
          (t, p) -> isCheck(p) && t.cause().equals("guest-rip-canonical")),
      vmxlab("event of type 7", "is accepted although there is no monitor trap flag; type 7 is reserved then",
          (t, p) -> isCheck(p) && t.cause().equals("injection-type-exists")),
      vmxlab("event for a halted guest", "is injected whatever it is; into HLT only interrupts, NMIs, #DB and #MC are",
          (t, p) -> isCheck(p) && t.cause().equals("injection-wakes-halted-guest")),
      vmxlab("IA32_PERF_GLOBAL_CTRL", "is not checked; reserved bits are 0",
          (t, p) -> isCheck(p) && t.cause().endsWith("-perf-global-ctrl-reserved")),
      vmxlab("DPL of CS and SS", "are not compared with each other in unrestricted guests; they are equal",
          (t, p) -> isCheck(p) && t.cause().startsWith("guest-cs-dpl-") && isUnrestricted(t)),
      vmxlab("RPL of CS", "is compared with DPL of CS in unrestricted guests; DPL of SS is what the manual compares",
          (t, p) -> isCheck(p) && t.set(CS) != null && isUnrestricted(t) && t.other().kind().equals(FAILED) && t.other().orZero(QUALIFICATION) == 0),
      vmxlab("a single step held back", "BS of the pending debug exceptions is not compared with TF, BTF, blocking by STI or MOV SS",
          (t, p) -> isCheck(p) && t.cause().endsWith("single-step-pending")),
      both("two violations", "the link pointer comes before other guest state; the manual leaves the order open",
          (t, p) -> p.equals(QUALIFICATION) && t.mine().kind().equals(FAILED) && t.other().orZero(p) == LINK_POINTER),
      unsure("VMX-preemption timer and blocking", "an instruction is executed before a timer of 0 ends the guest, while events are blocked by STI or MOV SS; the manual names no such blocking",
          (t, p) -> isOutcome(p) && t.mine().kind().equals(TIMER) && t.course().last() == VmxCourse.Step.NONE
              && (t.bits(INTERRUPTIBILITY) & (VmcsBits.BLOCKING_BY_STI | VmcsBits.BLOCKING_BY_MOV_SS)) != 0),
      unsure("software interrupt injected into virtual-8086 mode", "is #GP(0) with IOPL below 3, as INT n is; the manual names no such check of injected events",
          (t, p) -> p.equals(CODE) && t.guest().equals(VmxTrial.V86) && VmcsBits.type(t.bits(INJECTED)) == VmcsBits.SOFTWARE_INTERRUPT
              && t.other().orZero(p) == 0 && t.mine().kind().equals(GENERAL_PROTECTION)));
  // spotless:on

  /** A check differs: its outcome, or which of several that fail is reported. */
  private static boolean isCheck(String part) {
    return isOutcome(part) || part.equals(QUALIFICATION);
  }

  private static boolean isUnrestricted(VmxTrial trial) {
    Long controls = trial.set(SECONDARY);
    return controls == null
        ? UNRESTRICTED_KINDS.contains(trial.guest())
        : (controls & UNRESTRICTED) != 0;
  }
}
