package io.vmxlab.vmx.ept;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;

/** What a guest's EPT depends on: the EPTP, the controls and what the processor can do. */
final class EptControls {
  private static final long RIGHTS = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;

  private final long capabilities;
  final long maxPhysicalAddress;
  private long eptp;
  private boolean modeBased;
  private boolean logging;
  private long subPages;

  EptControls(CpuModel model) {
    capabilities = model.real().msr(Msr.IA32_VMX_EPT_VPID_CAP.index).orElse(0);
    maxPhysicalAddress = model.real().maxPhysicalAddress();
  }

  void set(long newEptp, boolean modeBasedExecution, boolean logs, long subPageTables) {
    eptp = newEptp;
    modeBased = modeBasedExecution;
    logging = logs;
    subPages = subPageTables;
  }

  /** Physical address of the sub-page-permission tables, or {@link Ept#NO_SUB_PAGES}. */
  long subPages() {
    return subPages;
  }

  void eptp(long newEptp) {
    eptp = newEptp;
  }

  long eptp() {
    return eptp;
  }

  boolean has(long capability) {
    return (capabilities & capability) != 0;
  }

  /** Bits 51:12 of the EPTP. */
  long structures() {
    return eptp & EptEntry.ADDRESS;
  }

  boolean accessedDirty() {
    return (eptp & Eptp.ACCESSED_DIRTY) != 0;
  }

  boolean modeBased() {
    return modeBased;
  }

  /** Page-modification logging. */
  boolean logging() {
    return logging;
  }

  /** The bits that allow something; an entry without any is not present. */
  long rights() {
    return modeBased ? RIGHTS | EptEntry.USER_EXECUTE : RIGHTS;
  }

  boolean executeOnly() {
    return has(VmxCapability.EPT_EXECUTE_ONLY);
  }

  /** Violations report the rights of the guest's own paging. */
  boolean detailsViolations() {
    return has(VmxCapability.EPT_VIOLATION_DETAILS);
  }
}
