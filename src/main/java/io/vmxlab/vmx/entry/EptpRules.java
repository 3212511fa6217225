package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.Msr.IA32_VMX_EPT_VPID_CAP;
import static io.vmxlab.arch.State.MAXPHYADDR;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleDraft;
import io.vmxlab.rule.RuleSet;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Rules of a valid EPTP, for whatever item holds one. SDM Vol. 3C "VM-Execution Control Fields"
 * (checks on VM entries).
 */
public final class EptpRules {
  private static final int BITS = 64;

  private static final Map<String, String> ALIASES =
      Map.of(
          "memory-type", "CTL.EPTP.MT",
          "page-walk-length", "CTL.EPTP.WL",
          "accessed-dirty-supported", "CTL.EPTP.AD",
          "shadow-stack-supported", "CTL.EPTP.SSS",
          "reserved-bits-clear", "CTL.EPTP.RSVD");

  /** Those of a VM entry by themselves. */
  private static final RuleSet<StateView, VmFail> OF_ENTRY =
      new EptpRules("vm-entry", VmcsField.EPT_POINTER)
          .addTo(
              RuleSet.ruleSet(
                  "vm-entry-eptp",
                  Sdm.VM_EXECUTION_CONTROL_CHECKS,
                  VmFail.valid(VmInstructionError.INVALID_CONTROL_FIELDS)))
          .build();

  private final String prefix;
  private final StateItem eptp;
  private StateItem[] alsoRead = {};
  private boolean aliased;
  private String condition = "";
  private Predicate<StateView> applies = v -> true;

  /**
   * Rules named {@code PREFIX-eptp-...}.
   *
   * @param eptp the item that holds the EPTP
   */
  public EptpRules(String prefix, StateItem eptp) {
    this.prefix = prefix;
    this.eptp = eptp;
  }

  /** What the condition looks at. */
  public EptpRules reads(StateItem... items) {
    alsoRead = items;
    return this;
  }

  /** When the rules apply. */
  public EptpRules when(String text, Predicate<StateView> test) {
    condition = text;
    applies = test;
    return this;
  }

  /** The rules get the aliases of VM entries too. */
  public EptpRules aliased() {
    aliased = true;
    return this;
  }

  private String[] aliases(String name) {
    return aliased ? new String[] {ALIASES.get(name)} : new String[0];
  }

  private <O> RuleDraft<StateView, O> rule(
      RuleSet.Builder<StateView, O> set, String name, StateItem limit) {
    return set.rule(prefix + "-eptp-" + name)
        .alias(aliases(name))
        .cite(Sdm.VM_EXECUTION_CONTROL_CHECKS)
        .reads(eptp, limit)
        .reads(alsoRead)
        .when(condition, applies);
  }

  /** Adds the rules to a set. */
  // spotless:off
  public <O> RuleSet.Builder<StateView, O> addTo(RuleSet.Builder<StateView, O> set) {
    rule(set, "memory-type", IA32_VMX_EPT_VPID_CAP)
        .mend(Remedy.change("set bits 2:0 of the EPTP to 6 (write-back) if bit 14 of IA32_VMX_EPT_VPID_CAP (MSR 48CH) is 1",
            eptp, v -> Eptp.MEMORY_TYPE_WB, v -> Eptp.MEMORY_TYPE & ~Eptp.MEMORY_TYPE_WB))
        .require("the EPTP's memory type (bits 2:0) is one that IA32_VMX_EPT_VPID_CAP shows: 0 (UC, bit 8) or 6 (WB, bit 14)",
            v -> (v.get(IA32_VMX_EPT_VPID_CAP) & neededForMemoryType(v.get(eptp))) != 0);
    rule(set, "page-walk-length", IA32_VMX_EPT_VPID_CAP)
        .mend(Remedy.change("set bits 5:3 of the EPTP to 3 (page-walk length 4)",
            eptp, v -> Eptp.FOUR_LEVELS, v -> Eptp.PAGE_WALK_LENGTH & ~Eptp.FOUR_LEVELS))
        .require("the EPTP's page-walk length (bits 5:3) is 3 for 4 levels, or 4 for 5 levels if bit 7 of IA32_VMX_EPT_VPID_CAP is 1",
            v -> (v.get(IA32_VMX_EPT_VPID_CAP) & neededForLength(v.get(eptp))) != 0);
    rule(set, "accessed-dirty-supported", IA32_VMX_EPT_VPID_CAP)
        .mend("clear bit 6 of the EPTP: bit 21 of IA32_VMX_EPT_VPID_CAP (MSR 48CH) is 0")
        .requireBits("bit 6 of the EPTP is 0 where bit 21 of IA32_VMX_EPT_VPID_CAP is 0",
            eptp, v -> 0, v -> without(v, VmxCapability.EPT_ACCESSED_DIRTY, Eptp.ACCESSED_DIRTY));
    rule(set, "shadow-stack-supported", IA32_VMX_EPT_VPID_CAP)
        .mend("clear bit 7 of the EPTP: bit 23 of IA32_VMX_EPT_VPID_CAP (MSR 48CH) is 0")
        .requireBits("bit 7 of the EPTP is 0 where bit 23 of IA32_VMX_EPT_VPID_CAP is 0",
            eptp, v -> 0, v -> without(v, VmxCapability.EPT_SHADOW_STACK, Eptp.SUPERVISOR_SHADOW_STACK));
    return rule(set, "reserved-bits-clear", MAXPHYADDR)
        .mend("clear bits 11:8 of the EPTP and those beyond the physical-address width: it holds the physical address of the EPT PML4")
        .requireBits("bits 11:8 of the EPTP and its bits beyond the physical-address width are 0",
            eptp, v -> 0, v -> Eptp.RESERVED | beyond(v.get(MAXPHYADDR)));
  }
  // spotless:on

  /** Whether a VM entry would accept an EPTP. */
  public static boolean accepts(CpuModel model, long eptp) {
    StateView view = item -> item == VmcsField.EPT_POINTER ? eptp : EntryItems.ofModel(item, model);
    return OF_ENTRY.firstViolation(view) == null;
  }

  private static long neededForMemoryType(long eptp) {
    long type = eptp & Eptp.MEMORY_TYPE;
    return type == Eptp.MEMORY_TYPE_UC
        ? VmxCapability.EPT_MEMORY_TYPE_UC
        : type == Eptp.MEMORY_TYPE_WB ? VmxCapability.EPT_MEMORY_TYPE_WB : 0;
  }

  private static long neededForLength(long eptp) {
    int levels = Eptp.levels(eptp);
    return levels == 4
        ? VmxCapability.EPT_PAGE_WALK_4
        : levels == 5 ? VmxCapability.EPT_PAGE_WALK_5 : 0;
  }

  private static long without(StateView v, long capability, long bit) {
    return (v.get(IA32_VMX_EPT_VPID_CAP) & capability) == 0 ? bit : 0;
  }

  private static long beyond(long width) {
    return width >= BITS ? 0 : -1L << width;
  }
}
