package io.vmxlab.cpu;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import java.util.List;

/** What RDMSR and WRMSR demand, and what the value of an MSR has to satisfy. */
public final class MsrRules {
  /** Numbers of the memory types that IA32_PAT takes. */
  private static final int PAT_TYPES = 0b1111_0011;

  /** Numbers of the memory types that MTRRs take. */
  private static final int MTRR_TYPES = 0b0111_0011;

  private static final long BYTES = 0x0101_0101_0101_0101L;

  /** SDM Vol. 2B "RDMSR-Read From Model Specific Register". */
  static final RuleSet<StateView, Raise> IMPLEMENTED =
      RuleSet.<StateView, Raise>ruleSet("msr-access", Sdm.RDMSR, Raise.GP0)
          .rule("msr-is-implemented")
          .reads(State.MSR_INDEX)
          .mend(
              Remedy.of(
                  Remedy.Kind.ASK,
                  "ask first whether the processor has it: CPUID, or the MSR that announces it"))
          .requireSet("ECX names an MSR that this processor has", State.MSR_IMPLEMENTED, 1)
          .build();

  /** SDM Vol. 2B "RDMSR-Read From Model Specific Register". */
  static final RuleSet<StateView, Raise> READABLE =
      RuleSet.<StateView, Raise>ruleSet("msr-read", Sdm.RDMSR, Raise.GP0)
          .rule("msr-is-readable")
          .reads(State.MSR_INDEX)
          .mend(Remedy.omit("leave the RDMSR out: the MSR can only be written"))
          .requireClear("the MSR is not write-only", State.MSR_WRITE_ONLY, 1)
          .build();

  /** SDM Vol. 2C "WRMSR-Write to Model Specific Register". */
  static final RuleSet<StateView, Raise> WRITABLE =
      RuleSet.<StateView, Raise>ruleSet("msr-write", Sdm.WRMSR, Raise.GP0)
          .rule("msr-is-writable")
          .reads(State.MSR_INDEX)
          .mend(Remedy.omit("leave the WRMSR out: the MSR only tells"))
          .requireClear("the MSR is not read-only", State.MSR_READ_ONLY, 1)
          .build();

  /** SDM Vol. 2C "WRMSR-Write to Model Specific Register". */
  static final RuleSet<StateView, Raise> RESERVED_BITS =
      RuleSet.<StateView, Raise>ruleSet("msr-reserved-bits", Sdm.WRMSR, Raise.GP0)
          .rule("msr-reserved-bits-clear")
          .reads(State.SOURCE, State.MSR_SUPPORTED, State.MSR_INDEX)
          .mend("clear the reserved bits of the value")
          .requireBits(
              "reserved bits of the new value are 0",
              State.SOURCE,
              v -> 0,
              v -> ~v.get(State.MSR_SUPPORTED))
          .build();

  /** SDM Vol. 2C "WRMSR-Write to Model Specific Register". */
  static final RuleSet<StateView, Raise> CANONICAL =
      RuleSet.<StateView, Raise>ruleSet("msr-canonical", Sdm.WRMSR, Raise.GP0)
          .rule("msr-address-is-canonical")
          .reads(State.SOURCE, State.LINEAR_WIDTH, State.MSR_INDEX)
          .mend(
              Remedy.change(
                  "write an address whose upper bits are all equal to its highest linear bit",
                  State.SOURCE,
                  v -> negative(v) ? upper(v) : 0,
                  v -> negative(v) ? 0 : upper(v)))
          .require("the new value is a canonical address", MsrRules::canonical)
          .build();

  /** SDM Vol. 3A "Extended Feature Enable Register". */
  static final RuleSet<StateView, Raise> EFER =
      RuleSet.<StateView, Raise>ruleSet("efer", Sdm.EFER_MSR, Raise.GP0)
          .rule("efer-reserved-bits-clear")
          .alias("EFER.RSVD")
          .reads(State.SOURCE, State.EFER_SUPPORTED)
          .mend("set only bits whose feature CPUID reports: SCE, LME and NXE")
          .requireBits(
              "bits that the processor does not support are 0",
              State.SOURCE,
              v -> 0,
              v -> ~v.get(State.EFER_SUPPORTED))
          .rule("efer-lme-kept-with-paging")
          .alias("EFER.LMEPG")
          .reads(State.SOURCE, State.CR0, Msr.IA32_EFER)
          .mend("leave LME as it is while paging is enabled")
          .when("CR0.PG is 1", v -> (v.get(State.CR0) & Cr0.PG) != 0)
          .requireBits(
              "LME keeps its value",
              State.SOURCE,
              v -> v.get(Msr.IA32_EFER) & Efer.LME,
              v -> ~v.get(Msr.IA32_EFER) & Efer.LME)
          .build();

  /** SDM Vol. 3A "Page Attribute Table (PAT)". */
  static final RuleSet<StateView, Raise> PAT =
      RuleSet.<StateView, Raise>ruleSet("pat", Sdm.PAT, Raise.GP0)
          .rule("pat-memory-types-valid")
          .reads(State.SOURCE)
          .mend(types("use memory types 0, 1, 4, 5, 6 and 7", PAT_TYPES, -1))
          .require(
              "each byte of the new value is 0, 1, 4, 5, 6 or 7",
              v -> validTypes(v.get(State.SOURCE), PAT_TYPES))
          .build();

  /** SDM Vol. 3A "Memory Type Range Registers (MTRRs)". */
  static final RuleSet<StateView, Raise> MTRR_TYPE =
      RuleSet.<StateView, Raise>ruleSet("mtrr-type", Sdm.MTRRS, Raise.GP0)
          .rule("mtrr-memory-type-valid")
          .reads(State.SOURCE, State.MSR_INDEX)
          .mend(types("use memory types 0, 1, 4, 5 and 6", MTRR_TYPES, 0xFF))
          .require(
              "bits 7:0 of the new value are 0, 1, 4, 5 or 6",
              v -> validTypes(v.get(State.SOURCE) & 0xFF, MTRR_TYPES))
          .build();

  /** SDM Vol. 3A "Memory Type Range Registers (MTRRs)". */
  static final RuleSet<StateView, Raise> MTRR_FIXED_TYPES =
      RuleSet.<StateView, Raise>ruleSet("mtrr-fixed-types", Sdm.MTRRS, Raise.GP0)
          .rule("mtrr-fixed-memory-types-valid")
          .reads(State.SOURCE, State.MSR_INDEX)
          .mend(types("use memory types 0, 1, 4, 5 and 6", MTRR_TYPES, -1))
          .require(
              "each byte of the new value is 0, 1, 4, 5 or 6",
              v -> validTypes(v.get(State.SOURCE), MTRR_TYPES))
          .build();

  /** SDM Vol. 3A "x2APIC State Transitions". */
  static final RuleSet<StateView, Raise> APIC_MODE =
      RuleSet.<StateView, Raise>ruleSet("apic-mode", Sdm.X2APIC_STATES, Raise.GP0)
          .rule("apic-mode-change")
          .reads(State.SOURCE, Msr.IA32_APIC_BASE)
          .mend(
              Remedy.change(
                  "set EXTD (bit 10) while EN (bit 11) is 1, and leave x2APIC mode by clearing both",
                  State.SOURCE,
                  v ->
                      isApicEnabled(v)
                          ? ApicBase.EN | v.get(Msr.IA32_APIC_BASE) & ApicBase.EXTD
                          : 0,
                  v -> isApicEnabled(v) ? 0 : ApicBase.EXTD))
          .require(
              "EXTD is not set without EN, nor together with it, nor cleared without it",
              v -> ApicBase.mayChange(v.get(Msr.IA32_APIC_BASE), v.get(State.SOURCE)))
          .build();

  /** SDM Vol. 3C "Protection of CR4.VMXE in SMM" and the list of architectural MSRs. */
  static final RuleSet<StateView, Raise> ONLY_IN_SMM =
      RuleSet.<StateView, Raise>ruleSet("smm-monitor-ctl", Sdm.MSR_LIST, Raise.GP0)
          .rule("smm-monitor-ctl-written-in-smm")
          .reads(State.SMM)
          .mend(
              Remedy.omit("leave the WRMSR out: only code in system-management mode may write it"))
          .requireSet("the processor is in SMM", State.SMM, 1)
          .build();

  private MsrRules() {}

  /** Every set of this class. */
  public static List<RuleSet<StateView, Raise>> all() {
    return List.of(
        IMPLEMENTED,
        READABLE,
        WRITABLE,
        RESERVED_BITS,
        CANONICAL,
        EFER,
        PAT,
        MTRR_TYPE,
        MTRR_FIXED_TYPES,
        APIC_MODE,
        ONLY_IN_SMM);
  }

  private static boolean canonical(StateView v) {
    return Cpu.isCanonical(v.get(State.SOURCE), (int) v.get(State.LINEAR_WIDTH));
  }

  /** The highest linear bit of the new value is 1. */
  private static boolean negative(StateView v) {
    return (v.get(State.SOURCE) >>> (int) v.get(State.LINEAR_WIDTH) - 1 & 1) != 0;
  }

  private static long upper(StateView v) {
    return -1L << v.get(State.LINEAR_WIDTH);
  }

  private static boolean isApicEnabled(StateView v) {
    return (v.get(Msr.IA32_APIC_BASE) & ApicBase.EN) != 0;
  }

  /** Bytes within the bits that are no memory type become 0, uncacheable. */
  private static Remedy types(String text, int mask, long bits) {
    return Remedy.change(
        text, State.SOURCE, v -> 0, v -> invalidBytes(v.get(State.SOURCE) & bits, mask));
  }

  private static long invalidBytes(long value, int mask) {
    long invalid = 0;
    for (int i = 0; i < 64; i += 8) {
      if (!validTypes(value >>> i & 0xFF, mask)) {
        invalid |= 0xFFL << i;
      }
    }
    return invalid;
  }

  /** All eight bytes are numbers of bits that are set in the mask. */
  private static boolean validTypes(long value, int mask) {
    if ((value & ~(7 * BYTES)) != 0) {
      return false;
    }
    for (int i = 0; i < 64; i += 8) {
      if ((mask >> (value >>> i & 7) & 1) == 0) {
        return false;
      }
    }
    return true;
  }
}
