package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.State.INTERRUPT_SHADOW;
import static io.vmxlab.arch.VmInstructionError.EVENTS_BLOCKED_BY_MOV_SS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS_HEADER;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.vmcs.VmcsRegion;

/** What a VM entry checks before it looks at any field. SDM Vol. 3C "Basic VM-Entry Checks". */
public final class BasicChecks {
  private static final long MOV_SS = 2;

  // spotless:off
  public static final RuleSet<StateView, VmFail> NOT_SHADOW =
      ruleSet("vm-entry-shadow", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.INVALID)
          .rule("vm-entry-not-shadow-vmcs")
              .alias("ENTRY.SHADOW")
              .reads(CURRENT_VMCS_HEADER, CURRENT_VMCS)
              .when("there is a current VMCS", v -> v.get(CURRENT_VMCS) != VmxItem.NO_VMCS)
              .mend("clear bit 31 of the first four bytes of the VMCS before VMPTRLD")
              .requireClear("the current VMCS is not a shadow VMCS: bit 31 of its first four bytes is 0",
                  CURRENT_VMCS_HEADER, VmcsRegion.SHADOW)
          .build();

  public static final RuleSet<StateView, VmFail> MOV_SS_BLOCKING =
      ruleSet("vm-entry-mov-ss", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.valid(EVENTS_BLOCKED_BY_MOV_SS))
          .rule("vm-entry-not-blocked-by-mov-ss")
              .alias("ENTRY.MOVSS")
              .mend("put an instruction between MOV SS or POP SS and the VM entry")
              .requireClear("events are not blocked by MOV SS", INTERRUPT_SHADOW, MOV_SS)
          .build();
  // spotless:on

  private BasicChecks() {}
}
