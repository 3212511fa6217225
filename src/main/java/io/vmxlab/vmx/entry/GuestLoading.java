package io.vmxlab.vmx.entry;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Stepping;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.GuestState;
import io.vmxlab.vmx.vmcs.MsrArea;
import io.vmxlab.vmx.vmcs.Vmcs;

/** Loads the guest's state. SDM Vol. 3C "Loading Guest State", "Loading MSRs". */
public final class GuestLoading {
  private static final Activity[] ACTIVITIES = Activity.values();

  private GuestLoading() {}

  /**
   * Loads registers and the VM-entry MSR-load area. {@code Mmu.exchange} has to follow.
   *
   * @return number of the area's entry that failed, from 1, or {@link MsrArea#DONE}
   */
  public static int registers(Cpu cpu, Vmcs vmcs) {
    boolean wide = Control.IA32E_GUEST.on(vmcs);
    GuestState.load(cpu, vmcs);
    if (Control.LOAD_EFER.off(vmcs)) {
      long mode = wide ? Efer.LME | Efer.LMA : 0;
      boolean paging = (cpu.cr0 & Cr0.PG) != 0;
      long decided = paging ? Efer.LME | Efer.LMA : Efer.LMA;
      cpu.efer = cpu.efer & ~decided | mode & decided;
    }
    int failed =
        MsrArea.load(
            cpu,
            vmcs.get(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS),
            vmcs.get(VmcsField.VM_ENTRY_MSR_LOAD_COUNT));
    cpu.setCpl(cpu.segment(SegmentRegister.SS).dpl());
    cpu.nextRip = cpu.rip;
    return failed;
  }

  /** What is no register: activity, blocking, debug exceptions that are still to come. */
  public static void nonRegisters(Cpu cpu, Vmcs vmcs) {
    long information = vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    boolean vectoring = EventInjection.isVectoring(information);
    long blocking = vmcs.get(VmcsField.GUEST_INTERRUPTIBILITY_STATE);
    cpu.stepping.clear();
    cpu.stepping.resumeFlagLoaded();
    cpu.stepping.setShadow(vectoring ? 0 : shadow(blocking));
    boolean nmi = (blocking & VmcsBits.BLOCKING_BY_NMI) != 0;
    if (Control.VIRTUAL_NMIS.on(vmcs)) {
      cpu.events.blockVirtualNmi(nmi);
    } else {
      cpu.nmiBlocked = nmi;
    }
    cpu.activity =
        vectoring ? Activity.ACTIVE : ACTIVITIES[(int) vmcs.get(VmcsField.GUEST_ACTIVITY_STATE)];
    if (!EventInjection.dropsDebugTraps(information, blocking) && waits(cpu)) {
      cpu.stepping.setTraps(traps(vmcs.get(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS)));
    }
  }

  private static int shadow(long blocking) {
    return ((blocking & VmcsBits.BLOCKING_BY_STI) != 0 ? Stepping.STI : 0)
        | ((blocking & VmcsBits.BLOCKING_BY_MOV_SS) != 0 ? Stepping.MOV_SS : 0);
  }

  private static boolean waits(Cpu cpu) {
    return cpu.activity == Activity.ACTIVE || cpu.activity == Activity.HLT;
  }

  /** Bits of DR6; none unless a breakpoint was enabled or a single step is due. */
  private static long traps(long pending) {
    boolean valid = (pending & (VmcsBits.ENABLED_BREAKPOINT | Dr6.BS)) != 0;
    return valid ? pending & (Dr6.BREAKPOINTS | Dr6.BS) : 0;
  }
}
