package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.State.INTERRUPT_SHADOW;
import static io.vmxlab.arch.VmInstructionError.EVENTS_BLOCKED_BY_MOV_SS;
import static io.vmxlab.arch.VmInstructionError.VMLAUNCH_NON_CLEAR_VMCS;
import static io.vmxlab.arch.VmInstructionError.VMRESUME_NON_LAUNCHED_VMCS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS;
import static io.vmxlab.arch.VmxItem.CURRENT_VMCS_HEADER;
import static io.vmxlab.arch.VmxItem.LAUNCH_STATE;
import static io.vmxlab.rule.RuleSet.ruleSet;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.vmcs.LaunchState;
import io.vmxlab.vmx.vmcs.VmcsRegion;
import java.util.List;

/** What a VM entry checks before it looks at any field. SDM Vol. 3C "Basic VM-Entry Checks". */
public final class BasicChecks {
  private static final long MOV_SS = 2;

  /** Makes the current VMCS one for VMLAUNCH. */
  public static final List<String> MAKE_CLEAR =
      List.of("sub SP, 8", "vmptrst [SP]", "vmclear [SP]", "vmptrld [SP]", "lea SP, [SP + 8]");

  // spotless:off
  public static final RuleSet<StateView, VmFail> NOT_SHADOW =
      ruleSet("vm-entry-shadow", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.INVALID)
          .rule("vm-entry-not-shadow-vmcs")
              .alias("ENTRY.SHADOW")
              .reads(CURRENT_VMCS_HEADER, CURRENT_VMCS)
              .when("there is a current VMCS", v -> v.get(CURRENT_VMCS) != VmxItem.NO_VMCS)
              .mend(Remedy.code("clear bit 31 of the first four bytes of the VMCS, between VMCLEAR and VMPTRLD",
                  "sub SP, 8", "vmptrst [SP]", "vmclear [SP]", "mov AX, [SP]", "and dword [AX], 7FFFFFFFh",
                  "vmptrld [SP]", "lea SP, [SP + 8]"))
              .requireClear("the current VMCS is not a shadow VMCS: bit 31 of its first four bytes is 0",
                  CURRENT_VMCS_HEADER, VmcsRegion.SHADOW)
          .build();

  public static final RuleSet<StateView, VmFail> MOV_SS_BLOCKING =
      ruleSet("vm-entry-mov-ss", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.valid(EVENTS_BLOCKED_BY_MOV_SS))
          .rule("vm-entry-not-blocked-by-mov-ss")
              .alias("ENTRY.MOVSS")
              .mend(Remedy.code("put an instruction between MOV SS or POP SS and the VM entry", "nop"))
              .requireClear("events are not blocked by MOV SS", INTERRUPT_SHADOW, MOV_SS)
          .build();

  public static final RuleSet<StateView, VmFail> CLEAR =
      ruleSet("vmlaunch-launch-state", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.valid(VMLAUNCH_NON_CLEAR_VMCS))
          .rule("vmlaunch-vmcs-clear")
              .alias("ENTRY.LAUNCH")
              .reads(LAUNCH_STATE)
              .mend(Remedy.value("execute VMCLEAR for the VMCS before the VMPTRLD that makes it current; after VMLAUNCH enter it by VMRESUME",
                  LAUNCH_STATE, v -> LaunchState.CLEAR.ordinal()))
              .require("the launch state of the current VMCS is clear: VMCLEAR made it so, and it was not launched since",
                  v -> v.get(LAUNCH_STATE) == LaunchState.CLEAR.ordinal())
          .build();

  public static final RuleSet<StateView, VmFail> LAUNCHED =
      ruleSet("vmresume-launch-state", Sdm.BASIC_VM_ENTRY_CHECKS, VmFail.valid(VMRESUME_NON_LAUNCHED_VMCS))
          .rule("vmresume-vmcs-launched")
              .alias("ENTRY.RESUME")
              .reads(LAUNCH_STATE)
              .mend(Remedy.value("enter a VMCS by VMLAUNCH first, and by VMRESUME from then on; VMCLEAR makes it one to be launched again",
                  LAUNCH_STATE, v -> LaunchState.LAUNCHED.ordinal()))
              .require("the launch state of the current VMCS is launched", v -> v.get(LAUNCH_STATE) == LaunchState.LAUNCHED.ordinal())
          .build();
  // spotless:on

  private BasicChecks() {}
}
