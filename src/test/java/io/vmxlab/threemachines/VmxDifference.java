package io.vmxlab.threemachines;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.VmcsBits;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A way in which Bochs 2.7 differs from vmxlab in VMX, and why vmxlab is not mended. Fields have
 * the names of {@link VmxTrial}: their encodings in hexadecimal.
 *
 * @param about what it is about
 * @param right whom the manual agrees with
 * @param reason what Bochs does, what the manual says
 * @param covers the difference in the outcome's part of that name is this one
 */
record VmxDifference(String about, Right right, String reason, Test covers) {
  /** Who does as the manual says. */
  enum Right {
    VMXLAB,
    BOTH,
    UNSURE
  }

  @FunctionalInterface
  interface Test {
    boolean covers(VmxTrial trial, String part);
  }

  private static final String RFLAGS = "6820";
  private static final String INTERRUPTIBILITY = "4824";
  private static final String PENDING_DEBUG = "6822";
  private static final String INSTRUCTION_INFORMATION = "440E";
  private static final String SECONDARY = "401E";
  private static final long UNRESTRICTED = 1 << 7;
  private static final String FAILED = "X80000021";
  private static final String TIMER = "X34";
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long UPPER_HALF = -1L << 32;
  private static final long HARDWARE_EXCEPTION = 3;

  /** Kinds of guests: in 64-bit mode, unrestricted, in real-address mode, in virtual-8086 mode. */
  private static final Set<String> WIDE = Set.of("p0", "p4", "p8", "p9");

  private static final Set<String> FREE = Set.of("p6", "p7");
  private static final String REAL = "p7";
  private static final String V86 = "p3";

  /** Selector, base, limit and access rights of ES; those of the others follow. */
  private static final int ES_BASE = 0x6806;

  private static final int ES_LIMIT = 0x4800;
  private static final int ES_RIGHTS = 0x4814;
  private static final int TR = 14;

  private static final String PREFIXES = "(?:66|67|F[023]|[2345][6E]|6[45]|4.)*";
  private static final Pattern RANDOM_OR_TIME =
      Pattern.compile(PREFIXES + "0F(31|01F9|C7(?:F|3)).*");
  private static final Pattern POINTERS =
      Pattern.compile(PREFIXES + "(0FB[245]|0F01|C4|C5|62|FF|DD|D9|0FAE|CA|CB|CF).*");
  private static final Pattern ENTER = Pattern.compile(PREFIXES + "C8.*");
  private static final Pattern RDPMC = Pattern.compile(PREFIXES + "0F33.*");
  private static final Pattern XSETBV = Pattern.compile(PREFIXES + "0F01D1.*");

  /**
   * Instructions that leave flags undefined: adjustments, multiplications, divisions, shifts, bit
   * scans.
   */
  private static final Pattern UNDEFINING =
      Pattern.compile(
          PREFIXES + "([23][7F]|D[0-5]|C[01]|F[67]|6[9B]|0F(AF|A[45CD]|B[CD]|A3|A[B3]|BA)).*");

  private static final Pattern ARPL = Pattern.compile(PREFIXES + "63.*");
  private static final Pattern XSAVES = Pattern.compile(PREFIXES + "0FC7[1-3569AB].*");
  private static final Pattern DEBUG_REGISTER = Pattern.compile(PREFIXES + "0F2[13].*");
  private static final Pattern STORES = Pattern.compile(PREFIXES + "(A[45AB]|6[CD]).*");
  private static final Pattern MONITOR = Pattern.compile(PREFIXES + "0F01C[89].*");
  private static final Pattern MONITOR_WITH_PREFIX =
      Pattern.compile(PREFIXES + "(66|F2|F3)" + PREFIXES + "0F01C[89].*");

  // spotless:off
  /** The order matters: a difference is counted for the first that covers it. */
  static final List<VmxDifference> ALL = List.of(
      vmxlab("IA32_DEBUGCTL", "is loaded with reserved bits; checks on guest control registers: they are 0",
          (t, p) -> outcome(p) && t.cause().equals("guest-debugctl-reserved")),
      vmxlab("pending debug exceptions", "are looked at in their lower half alone; reserved bits are 63:15 too",
          (t, p) -> outcome(p) && t.cause().equals("guest-pending-debug-reserved") && (t.bits(PENDING_DEBUG) & UPPER_HALF) != 0),
      vmxlab("entry to SMM", "is accepted outside SMM; VM-entry control fields: entry to SMM is 0",
          (t, p) -> outcome(p) && t.cause().equals("entry-to-smm-only-in-smm")),
      vmxlab("guest RIP", "is not checked in 64-bit mode; bits from the linear-address width on are equal",
          (t, p) -> outcome(p) && t.cause().equals("guest-rip-canonical")),
      vmxlab("event of type 7", "is accepted although there is no monitor trap flag; type 7 is reserved then",
          (t, p) -> outcome(p) && t.cause().equals("injection-type-exists")),
      vmxlab("IA32_PERF_GLOBAL_CTRL", "is not checked; reserved bits are 0",
          (t, p) -> outcome(p) && t.cause().endsWith("-perf-global-ctrl-reserved")),
      vmxlab("DPL of CS and SS", "are not compared with each other in unrestricted guests; they are equal",
          (t, p) -> outcome(p) && t.cause().startsWith("guest-cs-dpl-") && isUnrestricted(t)),
      vmxlab("RPL of CS", "is compared with DPL of CS in unrestricted guests; DPL of SS is what the manual compares",
          (t, p) -> outcome(p) && isUnrestricted(t) && t.set("802") != null && t.other().kind().equals(FAILED)),
      vmxlab("a single step held back", "BS of the pending debug exceptions is not compared with TF, BTF, blocking by STI or MOV SS",
          (t, p) -> outcome(p) && t.cause().endsWith("single-step-pending")),
      both("two violations", "the link pointer comes before other guest state; the manual leaves the order open",
          (t, p) -> p.equals(VmxTrial.QUALIFICATION) && t.mine().kind().equals(FAILED)),
      unsure("VMX-preemption timer and blocking", "an instruction is executed before a timer of 0 ends the guest, while events are blocked by STI or MOV SS; the manual names no such blocking",
          (t, p) -> outcome(p) && t.mine().kind().equals(TIMER) && (t.bits(INTERRUPTIBILITY) & 3) != 0),
      vmxlab("CS in real-address mode", "gets the access rights of a data segment; access rights are loaded as they are",
          (t, p) -> p.equals("4816") && isReal(t)),
      vmxlab("blocking by SMI and NMI", "stays: of SMIs once an entry failed to a guest in shutdown or wait-for-SIPI, of virtual NMIs once it was loaded; a VM entry loads it",
          (t, p) -> p.equals(INTERRUPTIBILITY) && (changed(t, p, 0) & ~(VmcsBits.BLOCKING_BY_SMI | VmcsBits.BLOCKING_BY_NMI)) == 0),
      both("EPT misconfigurations while an event is delivered", "report a linear address, and the stack comes before the vector in real-address mode; the manual leaves both open",
          (t, p) -> Set.of("640A", "2400").contains(p) && t.mine().kind().equals("X31")),
      vmxlab("blocking by STI and MOV SS", "is lost where an instruction faults, and where a debug trap comes behind STI; the field is saved as it was before the VM exit",
          (t, p) -> p.equals(INTERRUPTIBILITY) && t.mine().kind().startsWith("X0")),
      vmxlab("RF", "is saved as it is; saved is what a handler would find on its stack, and faults set RF there",
          (t, p) -> p.equals(RFLAGS) && changed(t, p, t.guest().equals(V86) ? Rflags.VM | Rflags.FIXED : Rflags.FIXED) == Rflags.RF),
      both("undefined flags", "have other values, with RF as above",
          (t, p) -> p.equals(RFLAGS) && (changed(t, p, 0) & ~(Rflags.STATUS | Rflags.RF)) == 0 && UNDEFINING.matcher(t.instruction()).matches()),
      both("instruction length of exceptions", "is reported for faults; the manual leaves it open",
          (t, p) -> p.equals("440C") && type(t.mine()) == HARDWARE_EXCEPTION),
      vmxlab("error codes in real-address mode", "are said to be valid; bit 11 is 0 in real-address mode",
          (t, p) -> outcome(p) && sameButCode(t)),
      vmxlab("bit 12 of DR7", "is loaded; loading clears bits 12, 14 and 15",
          (t, p) -> p.equals("681A") && changed(t, p, Dr7.FIXED) == 1 << 12),
      vmxlab("bit 11 of DR7", "is kept without RTM; it is reserved then, and 0",
          (t, p) -> p.equals("681A") && changed(t, p, Dr7.FIXED) == 1 << 11),
      both("unusable segments", "base, limit and access rights have other values, which the manual leaves open",
          VmxDifference::isUnusable),
      both("bit 13 of TR's access rights", "is not kept; a system segment has no use for it",
          (t, p) -> (p.equals("4822") || p.equals("4820")) && changed(t, p, 0) == 1 << 13),
      both("RSP outside 64-bit mode", "has no upper half; the manual leaves it open",
          (t, p) -> p.equals("681C") && (changed(t, p, 0) & LOW) == 0),
      both("registers outside 64-bit mode", "have other upper halves; the manual leaves them open",
          (t, p) -> p.startsWith("r") && !WIDE.contains(t.guest()) && sameLow(t, p)),
      both("time and random numbers", "are not the same",
          (t, p) -> (p.startsWith("r") || p.equals("681C")) && RANDOM_OR_TIME.matcher(t.instruction()).matches()),
      vmxlab("pending single step", "is reported by what TF makes pending only when it completes; saved as 0",
          (t, p) -> p.equals(PENDING_DEBUG) && t.other().orZero(p) == Dr6.BS && (t.bits(RFLAGS) & Rflags.TF) != 0),
      both("order of accesses", "selectors and limits are read before offsets and bases, so that another address faults; the manual leaves the order open",
          (t, p) -> Set.of(VmxTrial.QUALIFICATION, "cr2", "640A", "2400", "mem").contains(p) && POINTERS.matcher(t.instruction()).matches()),
      both("ENTER", "has pushed when the new top of the stack faults; the manual leaves it open",
          (t, p) -> (p.equals("mem") || p.equals("cr2")) && ENTER.matcher(t.instruction()).matches()),
      both("CR2 of page faults that are not delivered", "is that of the last one; the manual leaves it open",
          (t, p) -> p.equals("cr2") && (t.mine().kind().equals("X2") || t.mine().kind().startsWith("X0 80000b08"))),
      vmxlab("SMAP", "RFLAGS.AC lets accesses to descriptor tables through; AC does not count for implicit accesses",
          (t, p) -> (t.bits("6804") & Cr4.SMAP) != 0 && (t.bits(RFLAGS) & Rflags.AC) != 0),
      vmxlab("RDPMC", "reads any counter as 0; counters that do not exist are #GP",
          (t, p) -> RDPMC.matcher(t.instruction()).matches()),
      vmxlab("XSETBV at CPL 3", "leaves; faults of privilege come before VM exits",
          (t, p) -> outcome(p) && XSETBV.matcher(t.instruction()).matches() && (t.guest().equals(V86) || t.guest().equals("p8"))),
      unsure("MONITOR and MWAIT with a mandatory prefix", "are #UD; the manual gives their encoding without a word on prefixes",
          (t, p) -> MONITOR_WITH_PREFIX.matcher(t.instruction()).matches()),
      vmxlab("MONITOR and MWAIT outside 64-bit mode", "look at all of RCX for extensions; ECX is what there is",
          (t, p) -> outcome(p) && (t.bits("rcx") & UPPER_HALF) != 0 && !WIDE.contains(t.guest()) && MONITOR.matcher(t.instruction()).matches()),
      vmxlab("operand size of LGDT and the like", "is never reported; bit 11 of the instruction information outside 64-bit mode",
          (t, p) -> p.equals(INSTRUCTION_INFORMATION) && t.mine().kind().equals("X2E")),
      both("bit 10 of RDRAND's and RDSEED's information", "is 1; the manual leaves it open",
          (t, p) -> p.equals(INSTRUCTION_INFORMATION) && Set.of("X39", "X3D").contains(t.mine().kind())),
      unsure("ARPL", "reads its operand as for a write, as the error code of its page faults says; the manual is silent",
          (t, p) -> p.equals("4406") && ARPL.matcher(t.instruction()).matches()),
      unsure("#DB that is no single step, with TF", "reports BS too; the manual is silent",
          (t, p) -> p.equals(VmxTrial.QUALIFICATION) && t.mine().kind().startsWith("X0") && (t.bits(RFLAGS) & Rflags.TF) != 0
              && (t.mine().orZero(p) ^ t.other().orZero(p)) == Dr6.BS),
      vmxlab("displacements of 16 bits", "are not sign-extended in exit qualifications; the manual: to 64 bits",
          (t, p) -> p.equals(VmxTrial.QUALIFICATION) && t.mine().orZero(p) == (short) t.other().orZero(p)),
      vmxlab("XSAVES and XRSTORS that are not enabled", "are looked at for CPL and CR0.TS first; without the control they are #UD",
          (t, p) -> outcome(p) && XSAVES.matcher(t.instruction()).matches() && t.mine().kind().equals("X0 80000306")),
      unsure("MOV to and from debug registers at CPL 3", "finds general detection before the privilege; the manual is silent",
          (t, p) -> outcome(p) && DEBUG_REGISTER.matcher(t.instruction()).matches() && t.mine().kind().equals("X0 80000b0d")),
      vmxlab("debug faults of general detection", "have no RF in what is pushed; all faults but instruction breakpoints have it",
          (t, p) -> p.equals("mem") && DEBUG_REGISTER.matcher(t.instruction()).matches()),
      vmxlab("RF on the stack of a triple fault", "is what an exception before has left there",
          (t, p) -> p.equals("mem") && t.mine().kind().equals("X2")),
      both("paging structures where no memory is", "read as other values",
          (t, p) -> t.set("6802") == null && (t.mine().get("6802") != null || t.other().get("6802") != null)),
      both("page faults of XSAVE and its like", "have another access first, which the manual leaves open",
          (t, p) -> Set.of("4406", "440A", "440B").contains(p) && t.instruction().matches(PREFIXES + "0FAE.*")),
      both("MOV SS behind MOV SS", "does not block events; the manual promises that for the first alone",
          (t, p) -> p.equals(INTERRUPTIBILITY) && t.instruction().matches(PREFIXES + "(8E|17).*")),
      vmxlab("INT n in virtual-8086 mode", "reports a vector on the way where IOPL below 3 is #GP; delivery has not begun",
          (t, p) -> t.guest().equals(V86) && Set.of("4408", "440C").contains(p) && t.instruction().matches(PREFIXES + "CD.*")),
      vmxlab("REX.R with a segment register", "is #UD for another number; REX.R is ignored for segment registers",
          (t, p) -> outcome(p) && t.instruction().matches(PREFIXES + "4[4-7C-F]8[CE].*")),
      both("MSRs", "that Bochs has not got are #GP",
          (t, p) -> t.instruction().matches(PREFIXES + "0F3[02].*")),
      vmxlab("PG in a guest that is not unrestricted", "can be cleared by MOV to CR0; it is fixed to 1",
          (t, p) -> outcome(p) && t.mine().kind().matches("X(0 80000b0d|12)") && !isUnrestricted(t) && t.instruction().matches(PREFIXES + "0F22.*")),
      vmxlab("ENTER with 66H in 64-bit mode", "pushes 64 bits; the operand size is 16",
          (t, p) -> p.equals(VmxTrial.QUALIFICATION) && ENTER.matcher(t.instruction()).matches()),
      unsure("pending breakpoints that are not enabled", "are dropped where bit 12 is 0, though BS is pending; the manual says when the field counts, not that it is masked",
          (t, p) -> p.equals(VmxTrial.QUALIFICATION) && (t.bits(PENDING_DEBUG) & Dr6.BREAKPOINTS) != 0),
      unsure("a single step behind HLT", "finds the processor halted; the manual is silent",
          (t, p) -> p.equals("4826") && t.instruction().matches(PREFIXES + "F4.*")),
      vmxlab("string instructions that overwrite themselves", "end after the iteration that does; they are one instruction",
          (t, p) -> STORES.matcher(t.instruction()).matches()),
      both("how far a guest comes before time is up", "is not the same",
          (t, p) -> !t.instruction().isEmpty() && (t.mine().kind().equals(TIMER) || t.other().kind().equals(TIMER))));
  // spotless:on

  /** The first that covers a part of a trial's outcome in which the machines differ; or null. */
  static VmxDifference of(VmxTrial trial, String part) {
    return ALL.stream().filter(d -> d.covers.covers(trial, part)).findFirst().orElse(null);
  }

  private static VmxDifference vmxlab(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.VMXLAB, reason, covers);
  }

  private static VmxDifference both(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.BOTH, reason, covers);
  }

  private static VmxDifference unsure(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.UNSURE, reason, covers);
  }

  private static boolean outcome(String part) {
    return part.equals(VmxTrial.OUTCOME);
  }

  /** The bits of a field that the machines leave differently; without a word it is as it was. */
  private static long changed(VmxTrial trial, String part, long usual) {
    Long set = trial.set(part);
    long before = set == null ? usual : set;
    Long mine = trial.mine().get(part);
    Long other = trial.other().get(part);
    return (mine == null ? before : mine) ^ (other == null ? before : other);
  }

  private static long type(VmxTrial.Outcome outcome) {
    return VmcsBits.type(outcome.orZero(VmxTrial.INTERRUPTION));
  }

  /** Nothing else can be said where one of them is as it was. */
  private static boolean sameLow(VmxTrial trial, String part) {
    Long mine = trial.mine().get(part);
    Long other = trial.other().get(part);
    return mine == null || other == null || ((mine ^ other) & LOW) == 0;
  }

  private static boolean isUnrestricted(VmxTrial trial) {
    Long controls = trial.set(SECONDARY);
    return controls == null ? FREE.contains(trial.guest()) : (controls & UNRESTRICTED) != 0;
  }

  /** The guest is in real-address mode in the end. */
  private static boolean isReal(VmxTrial trial) {
    Long now = trial.mine().get("6800");
    Long cr0 = now == null ? trial.set("6800") : now;
    return cr0 == null ? trial.guest().equals(REAL) : (cr0 & Cr0.PE) == 0;
  }

  private static boolean sameButCode(VmxTrial trial) {
    long mine = trial.mine().orZero(VmxTrial.INTERRUPTION);
    return isReal(trial)
        && mine != 0
        && (mine | VmcsBits.ERROR_CODE) == trial.other().orZero(VmxTrial.INTERRUPTION);
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
