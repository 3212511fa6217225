package io.vmxlab.vmx.ept;

import io.vmxlab.cpu.GuestAccess;

/** What guest-physical translation leads to besides an address. */
public interface EptExits {
  /**
   * An EPT violation; makes what is thrown.
   *
   * @param address guest-physical
   * @param qualification without what VM exits know alone (NMI unblocking)
   * @param convertible the entry lets it be a virtualization exception
   */
  RuntimeException violation(
      long address, long qualification, GuestAccess purpose, boolean convertible);

  /** An EPT misconfiguration; makes what is thrown. */
  RuntimeException misconfiguration(long address, EptMisconfiguration broken);

  /**
   * The way through the sub-page-permission tables ended before the permissions; makes what is
   * thrown.
   *
   * @param address guest-physical
   * @param miss at an entry that is not valid; else at reserved bits
   */
  RuntimeException subPages(long address, boolean miss, GuestAccess purpose);

  /** A page is about to become dirty while that is logged; throws if it cannot be. */
  void becomesDirty(long address);
}
