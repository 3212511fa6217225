package io.vmxlab.vmx.exit;

import io.vmxlab.arch.Efer;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.VmExit;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.MsrArea;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * VM exits of one processor. What decides on one fills the report and throws {@link #thrown}, or
 * lets it happen at once between two instructions. SDM Vol. 3C "VM Exits".
 */
public final class Exits {
  /** What a VM exit takes, in ticks of virtual time. */
  private static final long EXIT_TIME = 400;

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final ExitReport report;
  private final VmExit thrown = new VmExit();

  /** Told before guest state is saved. */
  private final Runnable leaving;

  /**
   * Exits that nothing has caused yet.
   *
   * @param leaving puts into fields what of non-root operation belongs to it, before guest state is
   *     saved
   */
  public Exits(Cpu cpu, Vmcs vmcs, Runnable leaving) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.leaving = leaving;
    report = new ExitReport(cpu, vmcs);
  }

  /** The report of an exit that is going to happen, with nothing but its reason. */
  public ExitReport report(ExitReason reason) {
    return report.of(reason);
  }

  /** The report of the exit that is going to happen. */
  public ExitReport report() {
    return report;
  }

  /** The exit that the report tells of, to be thrown. */
  public VmExit thrown() {
    return thrown;
  }

  /** The exit comes from an access that an instruction of that length makes. */
  public void comesFrom(int length) {
    report.accessedBy(length);
  }

  /** The exit that the report tells of happens: the processor goes on in the host. */
  public void leave() {
    cpu.observer.onVmExit(cpu, report);
    leaving.run();
    report.write();
    GuestSaving.save(cpu, vmcs, report);
    boolean leavesIa32e = (cpu.efer & Efer.LMA) != 0 && Control.HOST_64_BIT.off(vmcs);
    cpu.events.withdrawGuest();
    cpu.stepping.monitor(false);
    cpu.setVmxOperation(Cpu.VMX_ROOT);
    cpu.cpl = 0; // MSR areas are as at CPL 0
    int failed =
        MsrArea.store(
            cpu,
            vmcs.get(VmcsField.VM_EXIT_MSR_STORE_ADDRESS),
            vmcs.get(VmcsField.VM_EXIT_MSR_STORE_COUNT));
    if (failed != MsrArea.DONE) {
      abort(VmxAbort.SAVING_GUEST_MSRS);
    } else if (leavesIa32e) {
      abort(VmxAbort.LEAVING_IA32E_MODE);
    } else {
      enterHost();
    }
  }

  /** A VM entry fails late, as a VM exit: the processor goes on in the host. */
  public void fail(ExitReason reason, long qualification) {
    report.of(reason).qualification(qualification);
    cpu.observer.onVmExit(cpu, report);
    report.writeFailure();
    enterHost();
  }

  private void enterHost() {
    cpu.time.pass(EXIT_TIME);
    HostState.load(cpu, vmcs);
    if (!cpu.controls.pdptesAreLegal()) {
      abort(VmxAbort.HOST_PDPTES);
      return;
    }
    int failed =
        MsrArea.load(
            cpu,
            vmcs.get(VmcsField.VM_EXIT_MSR_LOAD_ADDRESS),
            vmcs.get(VmcsField.VM_EXIT_MSR_LOAD_COUNT));
    if (failed != MsrArea.DONE) {
      abort(VmxAbort.LOADING_HOST_MSRS);
    }
  }

  /** The processor shuts down; only RESET ends that. */
  private void abort(VmxAbort why) {
    vmcs.abort(why);
    cpu.observer.onVmxAbort(cpu, why);
    cpu.nmiBlocked = true;
    cpu.events.block(Event.SMI);
    cpu.activity = Activity.SHUTDOWN;
  }
}
