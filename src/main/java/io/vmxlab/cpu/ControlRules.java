package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Xcr0;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import java.util.List;

/**
 * What a new value of a control register has to satisfy. The new value is {@link State#SOURCE};
 * everything else is the state before the write.
 */
public final class ControlRules {
  private static final long UPPER_HALF = 0xFFFF_FFFFL << 32;
  private static final long BIT_63 = 1L << 63;
  private static final int PCID_BITS = 0xFFF;

  /** Every instruction that may only be executed at CPL 0. */
  public static final RuleSet<StateView, Raise> PRIVILEGED =
      RuleSet.<StateView, Raise>ruleSet("privileged", Sdm.PRIVILEGED_INSTRUCTIONS, Raise.GP0)
          .rule("privileged-cpl-is-0")
          .mend(Remedy.none("let code at CPL 0 execute it: a kernel, or a driver of it"))
          .requireClear("CPL is 0", State.CPL, 3)
          .build();

  /** SDM Vol. 2B "MOV-Move to/from Control Registers", and Vol. 3A "Control Registers". */
  static final RuleSet<StateView, Raise> CR0 =
      RuleSet.<StateView, Raise>ruleSet("cr0", Sdm.MOV_CR, Raise.GP0)
          .rule("cr0-upper-bits-clear")
          .alias("CR0.HI")
          .mend("clear bits 63:32 of the value")
          .requireClear("bits 63:32 of the new value are 0", State.SOURCE, UPPER_HALF)
          .rule("cr0-pg-requires-pe")
          .alias("CR0.PGPE")
          .reads(State.SOURCE, State.CR0)
          .mend(
              Remedy.change(
                  "keep PE (bit 0) 1 while PG is 1; without protected mode, leave PG (bit 31) 0",
                  State.SOURCE,
                  v -> v.get(State.CR0) & Cr0.PE,
                  v -> bit(v.get(State.CR0), Cr0.PE) ? 0 : Cr0.PG))
          .when("the new value has PG = 1", v -> newBit(v, Cr0.PG))
          .requireSet("PE is 1 if PG is 1", State.SOURCE, Cr0.PE)
          .rule("cr0-nw-requires-cd")
          .alias("CR0.NWCD")
          .mend(Remedy.clear("clear NW (bit 29), or set CD (bit 30) too", State.SOURCE, Cr0.NW))
          .when("the new value has NW = 1", v -> newBit(v, Cr0.NW))
          .requireSet("CD is 1 if NW is 1", State.SOURCE, Cr0.CD)
          .build();

  /** What depends on the state before the write; looked at after the rules that VMX adds. */
  static final RuleSet<StateView, Raise> CR0_CHANGE =
      RuleSet.<StateView, Raise>ruleSet("cr0-change", Sdm.MOV_CR, Raise.GP0)
          .rule("cr0-paging-with-lme-requires-pae")
          .alias("CR0.LMEPAE")
          .reads(State.SOURCE, State.CR0, Msr.IA32_EFER)
          .mend("set CR4.PAE (bit 5) before paging is enabled")
          .when("PG goes from 0 to 1 while IA32_EFER.LME is 1", ControlRules::entersIa32e)
          .requireSet("CR4.PAE is 1", State.CR4, Cr4.PAE)
          .rule("cr0-paging-with-lme-requires-cs-l-clear")
          .alias("CR0.LMECSL")
          .reads(State.SOURCE, State.CR0, Msr.IA32_EFER)
          .mend(Remedy.of(Remedy.Kind.SEGMENT_32, "enable paging from a code segment with L = 0"))
          .when("PG goes from 0 to 1 while IA32_EFER.LME is 1", ControlRules::entersIa32e)
          .requireClear("CS.L is 0", State.CS_RIGHTS, SegmentRights.L)
          .rule("cr0-paging-with-lme-requires-32-bit-tss")
          .alias("CR0.LMETSS")
          .reads(State.SOURCE, State.CR0, Msr.IA32_EFER, State.TR_RIGHTS)
          .mend(Remedy.of(Remedy.Kind.TSS_32, "load TR with a 32-bit TSS before paging is enabled"))
          .when("PG goes from 0 to 1 while IA32_EFER.LME is 1", ControlRules::entersIa32e)
          .require("TR does not hold a 16-bit TSS", v -> !sixteenBitTss(v.get(State.TR_RIGHTS)))
          .rule("cr0-pg-kept-in-64-bit-mode")
          .alias("CR0.64PG")
          .reads(State.SOURCE, Msr.IA32_EFER, State.CS_RIGHTS)
          .mend("leave PG 1; paging can be disabled in compatibility mode only")
          .when("in 64-bit mode", ControlRules::in64BitMode)
          .requireSet("PG stays 1", State.SOURCE, Cr0.PG)
          .rule("cr0-pg-kept-with-pcide")
          .alias("CR0.PCIDE")
          .reads(State.SOURCE, State.CR0, State.CR4)
          .mend(
              Remedy.clear(
                  "clear CR4.PCIDE (bit 17) before paging is disabled", State.CR4, Cr4.PCIDE))
          .when(
              "CR0.PG and CR4.PCIDE are 1",
              v -> bit(v.get(State.CR0), Cr0.PG) && bit(v.get(State.CR4), Cr4.PCIDE))
          .requireSet("PG stays 1", State.SOURCE, Cr0.PG)
          .build();

  /** SDM Vol. 2B "MOV-Move to/from Control Registers", and Vol. 3A "IA-32e Paging". */
  static final RuleSet<StateView, Raise> CR3 =
      RuleSet.<StateView, Raise>ruleSet("cr3", Sdm.MOV_CR, Raise.GP0)
          .rule("cr3-bits-above-maxphyaddr-clear")
          .alias("CR3.RSVD")
          .reads(State.SOURCE, State.MAXPHYADDR, Msr.IA32_EFER)
          .mend("use a physical address that the processor can have, not a virtual one")
          .when("in IA-32e mode", ControlRules::inIa32eMode)
          .requireBits(
              "bits 62:MAXPHYADDR of the new value are 0",
              State.SOURCE,
              v -> 0,
              v -> ~BIT_63 & -(1L << v.get(State.MAXPHYADDR)))
          .rule("cr3-bit-63-requires-pcide")
          .reads(State.SOURCE, State.CR4)
          .mend("clear bit 63, or set CR4.PCIDE (bit 17) first")
          .when("CR4.PCIDE is 0", v -> !bit(v.get(State.CR4), Cr4.PCIDE))
          .requireClear("bit 63 of the new value is 0", State.SOURCE, BIT_63)
          .build();

  /** SDM Vol. 2B "MOV-Move to/from Control Registers", and Vol. 3A "Control Registers". */
  static final RuleSet<StateView, Raise> CR4 =
      RuleSet.<StateView, Raise>ruleSet("cr4", Sdm.MOV_CR, Raise.GP0)
          .rule("cr4-reserved-bits-clear")
          .alias("CR4.RSVD")
          .reads(State.SOURCE, State.CR4_SUPPORTED)
          .mend("set only bits whose feature CPUID reports")
          .requireBits(
              "bits that the processor does not support are 0",
              State.SOURCE,
              v -> 0,
              v -> ~v.get(State.CR4_SUPPORTED))
          .build();

  /** What depends on the state before the write; looked at after the rules that VMX adds. */
  static final RuleSet<StateView, Raise> CR4_CHANGE =
      RuleSet.<StateView, Raise>ruleSet("cr4-change", Sdm.MOV_CR, Raise.GP0)
          .rule("cr4-pae-kept-in-ia-32e-mode")
          .alias("CR4.PAEIA32E")
          .reads(State.SOURCE, Msr.IA32_EFER)
          .mend("keep PAE (bit 5) while IA-32e mode is active")
          .when("in IA-32e mode", ControlRules::inIa32eMode)
          .requireSet("PAE stays 1", State.SOURCE, Cr4.PAE)
          .rule("cr4-la57-kept-in-ia-32e-mode")
          .reads(State.SOURCE, State.CR4, Msr.IA32_EFER)
          .mend("choose LA57 (bit 12) before IA-32e mode is entered, or leave it as it is")
          .when("in IA-32e mode", ControlRules::inIa32eMode)
          .requireBits(
              "LA57 stays what it is",
              State.SOURCE,
              v -> v.get(State.CR4) & Cr4.LA57,
              v -> ~v.get(State.CR4) & Cr4.LA57)
          .rule("cr4-pcide-requires-ia-32e-mode")
          .alias("CR4.PCIDELMA")
          .reads(State.SOURCE, State.CR4, Msr.IA32_EFER)
          .mend(Remedy.clear("leave PCIDE (bit 17) 0 outside IA-32e mode", State.SOURCE, Cr4.PCIDE))
          .when("PCIDE goes from 0 to 1", ControlRules::setsPcide)
          .requireSet("IA-32e mode is active", Msr.IA32_EFER, Efer.LMA)
          .rule("cr4-pcide-requires-pcid-0")
          .alias("CR4.PCIDECR3")
          .reads(State.SOURCE, State.CR4)
          .mend("load CR3 with bits 11:0 clear before setting PCIDE (bit 17)")
          .when("PCIDE goes from 0 to 1", ControlRules::setsPcide)
          .requireClear("CR3[11:0] is 0", State.CR3, PCID_BITS)
          .rule("cr4-vmxe-kept-clear-in-smm")
          .alias("CR4.VMXE.SMM")
          .cite(Sdm.SMM_VMXE)
          .reads(State.SOURCE, State.SMM)
          .mend("leave VMXE (bit 13) 0 in system-management mode")
          .when("in SMM", v -> v.get(State.SMM) != 0)
          .requireClear("VMXE is 0", State.SOURCE, Cr4.VMXE)
          .build();

  /** SDM Vol. 2B "MOV-Move to/from Control Registers". */
  static final RuleSet<StateView, Raise> CR8 =
      RuleSet.<StateView, Raise>ruleSet("cr8", Sdm.MOV_CR, Raise.GP0)
          .rule("cr8-upper-bits-clear")
          .mend("use a task priority from 0 to 15")
          .requireClear("bits 63:4 of the new value are 0", State.SOURCE, ~0xFL)
          .build();

  /** SDM Vol. 2C "XSETBV-Set Extended Control Register". */
  static final RuleSet<StateView, Raise> XCR0 =
      RuleSet.<StateView, Raise>ruleSet("xcr0", Sdm.XSETBV, Raise.GP0)
          .rule("xcr0-reserved-bits-clear")
          .reads(State.SOURCE, State.XCR0_SUPPORTED)
          .mend("set only bits that CPUID leaf 0DH reports")
          .requireBits(
              "bits that the processor does not support are 0",
              State.SOURCE,
              v -> 0,
              v -> ~v.get(State.XCR0_SUPPORTED))
          .rule("xcr0-x87-set")
          .mend("set bit 0 (x87)")
          .requireSet("bit 0 of the new value is 1", State.SOURCE, Xcr0.X87)
          .rule("xcr0-avx-requires-sse")
          .mend("set bit 1 (SSE) together with bit 2 (AVX)")
          .when("the new value has bit 2 (AVX) = 1", v -> newBit(v, Xcr0.AVX))
          .requireSet("bit 1 (SSE) is 1 if bit 2 (AVX) is 1", State.SOURCE, Xcr0.SSE)
          .rule("xcr0-mpx-bits-together")
          .reads(State.SOURCE)
          .mend(Remedy.operands("set bits 3 and 4 together, or neither", "and eax, 0FFFFFFE7h"))
          .require("bits 4:3 (MPX) are both 0 or both 1", v -> allOrNone(v, Xcr0.MPX))
          .rule("xcr0-avx512-bits-together")
          .reads(State.SOURCE)
          .mend(Remedy.operands("set bits 7:5 together, or none of them", "and eax, 0FFFFFF1Fh"))
          .require("bits 7:5 (AVX-512) are all 0 or all 1", v -> allOrNone(v, Xcr0.AVX512))
          .rule("xcr0-avx512-requires-avx")
          .mend("set bits 1 and 2 together with bits 7:5")
          .when("the new value has bits 7:5 (AVX-512) = 1", v -> newBit(v, Xcr0.AVX512))
          .requireSet("bit 2 (AVX) is 1 if bits 7:5 are 1", State.SOURCE, Xcr0.AVX)
          .rule("xcr0-amx-bits-together")
          .impliedBy("xcr0-reserved-bits-clear") // on processors without AMX
          .reads(State.SOURCE)
          .mend(Remedy.operands("set bits 17 and 18 together, or neither", "and eax, 0FFF9FFFFh"))
          .require("bits 18:17 (AMX) are both 0 or both 1", v -> allOrNone(v, Xcr0.AMX))
          .build();

  /** SDM Vol. 3B "Debug Registers". */
  static final RuleSet<StateView, Raise> DR6_DR7 =
      RuleSet.<StateView, Raise>ruleSet("dr6-dr7", Sdm.MOV_DR, Raise.GP0)
          .rule("debug-register-upper-bits-clear")
          .mend("clear bits 63:32 of the value")
          .requireClear("bits 63:32 of the new value are 0", State.SOURCE, UPPER_HALF)
          .build();

  private ControlRules() {}

  /** Every set of this class, as a reader of a reference meets them. */
  public static List<RuleSet<StateView, Raise>> all() {
    return List.of(PRIVILEGED, CR0, CR0_CHANGE, CR3, CR4, CR4_CHANGE, CR8, XCR0, DR6_DR7);
  }

  private static boolean bit(long value, long mask) {
    return (value & mask) != 0;
  }

  private static boolean newBit(StateView v, long mask) {
    return bit(v.get(State.SOURCE), mask);
  }

  private static boolean allOrNone(StateView v, long mask) {
    long bits = v.get(State.SOURCE) & mask;
    return bits == 0 || bits == mask;
  }

  private static boolean inIa32eMode(StateView v) {
    return bit(v.get(Msr.IA32_EFER), Efer.LMA);
  }

  private static boolean in64BitMode(StateView v) {
    return inIa32eMode(v) && bit(v.get(State.CS_RIGHTS), SegmentRights.L);
  }

  private static boolean entersIa32e(StateView v) {
    return newBit(v, Cr0.PG)
        && !bit(v.get(State.CR0), Cr0.PG)
        && bit(v.get(Msr.IA32_EFER), Efer.LME);
  }

  private static boolean setsPcide(StateView v) {
    return newBit(v, Cr4.PCIDE) && !bit(v.get(State.CR4), Cr4.PCIDE);
  }

  private static boolean sixteenBitTss(long rights) {
    return (rights & SegmentRights.TYPE & ~2) == 1;
  }
}
