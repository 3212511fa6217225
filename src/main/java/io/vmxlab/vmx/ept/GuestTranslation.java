package io.vmxlab.vmx.ept;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.function.BooleanSupplier;

/** How the guest's addresses are translated, from VM entry to VM exit. */
public final class GuestTranslation {
  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Ept ept;

  /**
   * Translation for guests of a processor.
   *
   * @param unblocksNmi the current instruction is an IRET that has unblocked NMIs
   */
  public GuestTranslation(Cpu cpu, Vmcs vmcs, Exits exits, BooleanSupplier unblocksNmi) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    ept = new Ept(cpu, new EptFailures(cpu, vmcs, exits, unblocksNmi));
  }

  /** A VM entry, or RSM, has loaded the guest's registers. */
  public void begin() {
    boolean nested = Control.EPT.on(vmcs);
    if (nested) {
      ept.enter(
          vmcs.get(VmcsField.EPT_POINTER),
          Control.MODE_BASED_EXECUTE.on(vmcs),
          Control.PML.on(vmcs),
          Control.SUB_PAGE.on(vmcs) ? vmcs.get(VmcsField.SPPT_POINTER) : Ept.NO_SUB_PAGES);
    }
    int vpid = Control.VPID.on(vmcs) ? (int) vmcs.get(VmcsField.VPID) : 0;
    cpu.mmu.exchange(vpid, nested ? ept : null);
    if (nested && cpu.controls.paePaging()) {
      cpu.controls.loadPdptes(
          vmcs.get(VmcsField.GUEST_PDPTE0),
          vmcs.get(VmcsField.GUEST_PDPTE1),
          vmcs.get(VmcsField.GUEST_PDPTE2),
          vmcs.get(VmcsField.GUEST_PDPTE3));
    } else {
      cpu.controls.updatePdptes();
    }
  }

  /**
   * An SMI leaves the guest; {@link #begin} comes back to it.
   *
   * @return its EPTP; 0 if it uses no EPT
   */
  public long suspend() {
    cpu.mmu.exchange(0, null);
    return Control.EPT.on(vmcs) ? vmcs.get(VmcsField.EPT_POINTER) : 0;
  }

  /** VM function 0: goes on with another EPTP, which is valid, of a place in the list. */
  public void switchTo(long eptp, int index) {
    vmcs.set(VmcsField.EPT_POINTER, eptp);
    vmcs.set(VmcsField.EPTP_INDEX, index);
    ept.switchTo(eptp);
    cpu.mmu.exchangeBeneath(ept);
  }

  /** The EPT walk of a guest-physical address, made without side effects. */
  public EptWalk walkOf(long guestPhysical) {
    return ept.walkOf(guestPhysical);
  }
}
