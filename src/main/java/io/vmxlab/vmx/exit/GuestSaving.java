package io.vmxlab.vmx.exit;

import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Stepping;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.GuestState;
import io.vmxlab.vmx.vmcs.Vmcs;

/** Saves the guest's state. SDM Vol. 3C "Saving Guest State". */
final class GuestSaving {
  private static final VmcsField[] PDPTES = {
    VmcsField.GUEST_PDPTE0, VmcsField.GUEST_PDPTE1, VmcsField.GUEST_PDPTE2, VmcsField.GUEST_PDPTE3
  };

  private GuestSaving() {}

  static void save(Cpu cpu, Vmcs vmcs, ExitReport report) {
    GuestState.save(cpu, vmcs);
    if (Control.EPT.on(vmcs) && cpu.controls.paePaging()) {
      for (int i = 0; i < PDPTES.length; i++) {
        vmcs.set(PDPTES[i], cpu.controls.pdpte(i));
      }
    }
    vmcs.set(VmcsField.GUEST_RFLAGS, report.flags());
    vmcs.set(VmcsField.GUEST_ACTIVITY_STATE, cpu.activity.ordinal());
    vmcs.set(VmcsField.GUEST_INTERRUPTIBILITY_STATE, interruptibility(cpu, vmcs));
    vmcs.set(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, pending(cpu, report));
    if ((cpu.msrs.get(Msr.IA32_VMX_MISC) & VmxCapability.MISC_STORE_LMA) != 0) {
      long controls = vmcs.get(VmcsField.VM_ENTRY_CONTROLS) & ~Control.IA32E_GUEST.mask();
      boolean wide = (cpu.efer & Efer.LMA) != 0;
      vmcs.set(VmcsField.VM_ENTRY_CONTROLS, controls | (wide ? Control.IA32E_GUEST.mask() : 0));
    }
    long injected = vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    vmcs.set(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, injected & ~VmcsBits.VALID);
  }

  private static long interruptibility(Cpu cpu, Vmcs vmcs) {
    int shadow = cpu.stepping.shadow();
    boolean nmi = Control.VIRTUAL_NMIS.on(vmcs) ? cpu.events.virtualNmiBlocked() : cpu.nmiBlocked;
    return ((shadow & Stepping.STI) != 0 ? VmcsBits.BLOCKING_BY_STI : 0)
        | ((shadow & Stepping.MOV_SS) != 0 ? VmcsBits.BLOCKING_BY_MOV_SS : 0)
        | (cpu.smm ? VmcsBits.BLOCKING_BY_SMI : 0)
        | (nmi ? VmcsBits.BLOCKING_BY_NMI : 0);
  }

  /** Debug traps that were still to come; an exit that happens instead of them takes them along. */
  private static long pending(Cpu cpu, ExitReport report) {
    long traps = cpu.stepping.traps() & (Dr6.BREAKPOINTS | Dr6.BS);
    boolean isDebug =
        report.reason() == ExitReason.EXCEPTION_OR_NMI
            && (report.interruption() & VmcsBits.VECTOR) == Vector.DB.number;
    if (traps == 0 || isDebug) {
      return 0;
    }
    return (traps & Dr6.BREAKPOINTS) != 0 ? traps | VmcsBits.ENABLED_BREAKPOINT : traps;
  }
}
