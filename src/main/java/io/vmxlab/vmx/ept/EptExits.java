package io.vmxlab.vmx.ept;

import io.vmxlab.cpu.GuestAccess;

/** What guest-physical translation leads to when it does not succeed; each makes what is thrown. */
public interface EptExits {
  /**
   * An EPT violation.
   *
   * @param address guest-physical
   * @param qualification without what only VM exits know (NMI unblocking)
   */
  RuntimeException violation(long address, long qualification, GuestAccess purpose);

  /** An EPT misconfiguration. */
  RuntimeException misconfiguration(long address, EptMisconfiguration broken);
}
