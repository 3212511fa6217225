package io.vmxlab.vmx;

import static io.vmxlab.cpu.ControlRules.PRIVILEGED;
import static io.vmxlab.vmx.VmxChecks.CURRENT;
import static io.vmxlab.vmx.VmxChecks.LINKED;
import static io.vmxlab.vmx.VmxChecks.UD;

import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.BasicChecks;
import io.vmxlab.vmx.entry.EntryChecks;
import java.util.ArrayList;
import java.util.List;

/** The check lists of the VMX instructions and of the registers that enable VMX operation. */
public final class VmxRules {
  private VmxRules() {}

  // spotless:off
  public static List<Checklist> checklists() {
    return List.of(
        Checklist.of("MOV to CR0 in VMX operation", VmxControlRules.CR0),
        Checklist.of("MOV to CR4 in VMX operation", VmxControlRules.CR4),
        Checklist.of("WRMSR to IA32_FEATURE_CONTROL", VmxControlRules.FEATURE_CONTROL),
        Checklist.of("VMXON",    Vmxon.UD, PRIVILEGED, Vmxon.ROOT, Vmxon.GP, Vmxon.REGION),
        Checklist.of("VMXOFF",   UD, PRIVILEGED),
        Checklist.of("VMCLEAR",  UD, PRIVILEGED, VmcsPointers.VMCLEAR_REGION, VmcsPointers.VMCLEAR_VMXON),
        Checklist.of("VMPTRLD",  UD, PRIVILEGED, VmcsPointers.VMPTRLD_REGION, VmcsPointers.VMPTRLD_VMXON,
                                 VmcsPointers.VMPTRLD_REVISION),
        Checklist.of("VMPTRST",  UD, PRIVILEGED),
        Checklist.of("VMREAD",   UD, PRIVILEGED, CURRENT, LINKED, VmcsAccess.FIELD),
        Checklist.of("VMWRITE",  UD, PRIVILEGED, CURRENT, LINKED, VmcsAccess.FIELD, VmcsAccess.WRITABLE),
        entry("VMLAUNCH", BasicChecks.CLEAR),
        entry("VMRESUME", BasicChecks.LAUNCHED),
        Checklist.of("VMCALL",   UD, PRIVILEGED, OtherVmxInstructions.VMCALL_ROOT),
        Checklist.of("VMFUNC",   OtherVmxInstructions.VMFUNC_UD),
        Checklist.of("INVEPT",   UD, Invept.SUPPORTED, PRIVILEGED, Invept.TYPE, Invept.DESCRIPTOR),
        Checklist.of("INVVPID",  UD, Invvpid.SUPPORTED, PRIVILEGED, Invvpid.TYPE, Invvpid.DESCRIPTOR),
        Checklist.of("GETSEC",   OtherVmxInstructions.GETSEC_UD));
  }
  // spotless:on

  private static Checklist entry(String mnemonic, RuleSet<StateView, VmFail> launchState) {
    List<RuleSet<StateView, ?>> sets = new ArrayList<>();
    sets.addAll(
        List.of(
            UD,
            PRIVILEGED,
            CURRENT,
            BasicChecks.NOT_SHADOW,
            BasicChecks.MOV_SS_BLOCKING,
            launchState));
    sets.addAll(EntryChecks.all());
    return new Checklist(mnemonic, sets);
  }
}
