package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED1;
import static io.vmxlab.arch.State.EFER_SUPPORTED;
import static io.vmxlab.arch.State.LINEAR_WIDTH;
import static io.vmxlab.arch.State.MAXPHYADDR;
import static io.vmxlab.arch.VmxItem.PERF_GLOBAL_SUPPORTED;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleDraft;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import java.util.function.Predicate;

/** Rules that guest and host state share: what registers can hold at all. */
final class Registers {
  private static final long BYTE = 0xFF;
  private static final long HIGHEST_PAT_TYPE = 7;
  private static final long PAT_AFTER_RESET = 0x0007_0406_0007_0406L;

  private Registers() {}

  // spotless:off
  /** CR4 obeys its fixed bits. */
  static <O> void fixedCr4(Builder<StateView, O> set, String id, String alias, VmcsField cr4) {
    set.rule(id)
        .alias(alias)
        .reads(cr4, IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1)
        .mend("OR IA32_VMX_CR4_FIXED0 (MSR 488H) into the field, AND IA32_VMX_CR4_FIXED1 (MSR 489H)")
        .requireBits("bits of " + cr4.itemName() + " that are 1 in IA32_VMX_CR4_FIXED0 are 1, those that are 0 in IA32_VMX_CR4_FIXED1 are 0",
            cr4, v -> v.get(IA32_VMX_CR4_FIXED0), v -> ~v.get(IA32_VMX_CR4_FIXED1));
  }

  static <O> void cr3(Builder<StateView, O> set, String id, String alias, VmcsField cr3) {
    set.rule(id)
        .alias(alias)
        .reads(cr3, MAXPHYADDR)
        .mend("write the physical address of the first paging structure; bit 63 of MOV to CR3 does not belong there")
        .requireBits(cr3.itemName() + " has no bit beyond the physical-address width", cr3, v -> 0, v -> -1L << v.get(MAXPHYADDR));
  }

  static <O> void perfGlobal(Builder<StateView, O> set, String id, String alias, Control load, VmcsField field) {
    set.rule(id)
        .alias(alias)
        .reads(load.reads())
        .reads(field, PERF_GLOBAL_SUPPORTED)
        .when(load.isOne(), load::on)
        .mend("clear the bits of counters that CPUID leaf 0AH does not show")
        .requireBits("reserved bits of " + field.itemName() + " are 0", field, v -> 0, v -> ~v.get(PERF_GLOBAL_SUPPORTED));
  }

  static <O> void pat(Builder<StateView, O> set, String id, String alias, Control load, VmcsField field) {
    set.rule(id)
        .alias(alias)
        .reads(load.reads())
        .reads(field)
        .when(load.isOne(), load::on)
        .mend(Remedy.value("write memory types only: 0 UC, 1 WC, 4 WT, 5 WP, 6 WB, 7 UC-; after a reset the value is 0007040600070406H",
            field, v -> PAT_AFTER_RESET))
        .require("each byte of " + field.itemName() + " is a memory type: 0, 1, 4, 5, 6 or 7", v -> memoryTypes(v.get(field)));
  }

  static <O> void efer(Builder<StateView, O> set, String id, String alias, Control load, VmcsField field) {
    set.rule(id)
        .alias(alias)
        .reads(load.reads())
        .reads(field, EFER_SUPPORTED)
        .when(load.isOne(), load::on)
        .mend("clear the reserved bits")
        .requireBits("reserved bits of " + field.itemName() + " are 0", field, v -> 0, v -> ~v.get(EFER_SUPPORTED));
  }

  /** An address is canonical, whatever else holds. */
  static <O> void canonical(Builder<StateView, O> set, String id, String alias, VmcsField field) {
    canonical(set.rule(id).alias(alias), field);
  }

  /** An address is canonical while a condition holds. */
  static <O> void canonical(Builder<StateView, O> set, String id, String alias, VmcsField field,
      String condition, Predicate<StateView> when, StateItem... reads) {
    canonical(set.rule(id).alias(alias).reads(reads).when(condition, when), field);
  }
  // spotless:on

  private static <O> void canonical(RuleDraft<StateView, O> rule, VmcsField field) {
    rule.reads(field, LINEAR_WIDTH)
        .mend(
            Remedy.value(
                "write a canonical address: the bits from the highest of the linear-address width"
                    + " on are equal",
                field,
                v -> extended(v, v.get(field))))
        .require(
            field.itemName() + " is canonical", v -> extended(v, v.get(field)) == v.get(field));
  }

  /** The canonical address with the same lower bits. */
  private static long extended(StateView v, long address) {
    int above = Long.SIZE - (int) v.get(LINEAR_WIDTH);
    return address << above >> above;
  }

  private static boolean memoryTypes(long pat) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      long type = pat >>> shift & BYTE;
      if (type > HIGHEST_PAT_TYPE || type == 2 || type == 3) {
        return false;
      }
    }
    return true;
  }
}
