package io.vmxlab.vmx.ept;

import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.GuestAccess;
import io.vmxlab.vmx.exit.ExitReport;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.function.BooleanSupplier;

/** EPT violations and misconfigurations of a guest, and its page-modification log. */
final class EptFailures implements EptExits {
  private final Vmcs vmcs;
  private final Exits exits;
  private final BooleanSupplier unblocksNmi;
  private final VirtualizationException exception;
  private final ModificationLog log;

  EptFailures(Cpu cpu, Vmcs vmcs, Exits exits, BooleanSupplier unblocksNmi) {
    this.vmcs = vmcs;
    this.exits = exits;
    this.unblocksNmi = unblocksNmi;
    exception = new VirtualizationException(cpu, vmcs);
    log = new ModificationLog(cpu, vmcs);
  }

  @Override
  public RuntimeException violation(
      long address, long qualification, GuestAccess purpose, boolean convertible) {
    if (convertible && Control.EPT_VIOLATION_VE.on(vmcs) && exception.mayBe()) {
      return exception.make(qualification, purpose.linear(), address);
    }
    ExitReport report =
        exits
            .report(ExitReason.EPT_VIOLATION)
            .asked(Control.EPT)
            .byAccess()
            .qualification(qualification | unblocking())
            .physicalAddress(address);
    if (purpose.use() != GuestAccess.Use.PDPTES) {
      report.linearAddress(purpose.linear());
    }
    return exits.thrown();
  }

  @Override
  public RuntimeException misconfiguration(long address, EptMisconfiguration broken) {
    exits
        .report(ExitReason.EPT_MISCONFIGURATION)
        .asked(Control.EPT)
        .byAccess()
        .physicalAddress(address);
    return exits.thrown();
  }

  @Override
  public RuntimeException subPages(long address, boolean miss, GuestAccess purpose) {
    exits
        .report(ExitReason.SPP_RELATED_EVENT)
        .asked(Control.SUB_PAGE)
        .byAccess()
        .qualification((miss ? ExitQualification.SUB_PAGE_MISS : 0) | unblocking())
        .physicalAddress(address)
        .linearAddress(purpose.linear());
    return exits.thrown();
  }

  @Override
  public void becomesDirty(long address) {
    if (!log.add(address)) {
      exits
          .report(ExitReason.PAGE_MODIFICATION_LOG_FULL)
          .asked(Control.PML)
          .byAccess()
          .qualification(unblocking());
      throw exits.thrown();
    }
  }

  private long unblocking() {
    return unblocksNmi.getAsBoolean() ? ExitQualification.NMI_UNBLOCKING : 0;
  }
}
