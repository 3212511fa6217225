package io.vmxlab.vmx.ept;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.VmxCapability;

/**
 * What makes a present EPT paging-structure entry misconfigured. SDM Vol. 3C "EPT
 * Misconfigurations".
 */
public enum EptMisconfiguration implements Cause {
  // spotless:off
  WRITABLE_BUT_NOT_READABLE ("ept-entry-writable-is-readable", "an entry that allows writes (bit 1) allows reads (bit 0)"),
  EXECUTE_ONLY              ("ept-entry-executable-is-readable", "an entry that allows fetches (bit 2, or bit 10 with mode-based execute control) allows reads (bit 0), unless IA32_VMX_EPT_VPID_CAP[0] is 1"),
  RESERVED                  ("ept-entry-reserved-bits-clear", "the reserved bits of an entry are 0: its address within the physical-address width and on a page boundary, bits 6:3 of one that refers to a table, bit 7 of one that cannot map a page"),
  MEMORY_TYPE               ("ept-entry-memory-type", "the memory type of an entry that maps a page (bits 5:3) is 0 (UC), 1 (WC), 4 (WT), 5 (WP) or 6 (WB)");
  // spotless:on

  private static final int PTE = 1;
  private static final int PDE = 2;
  private static final int PDPTE = 3;

  /** Bits 6:3, which belong to entries that map pages. */
  private static final long OF_PAGES = EptEntry.MEMORY_TYPE | EptEntry.IGNORE_PAT;

  /** Memory types 2, 3 and 7, as a set. */
  private static final int RESERVED_TYPES = 1 << 2 | 1 << 3 | 1 << 7;

  private final String id;
  private final String requirement;

  EptMisconfiguration(String id, String requirement) {
    this.id = id;
    this.requirement = requirement;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String requirement() {
    return requirement;
  }

  @Override
  public Sdm citation() {
    return Sdm.EPT_MISCONFIGURATIONS;
  }

  /** What a present entry breaks, or null. */
  static EptMisconfiguration of(EptControls controls, long entry, int level, boolean leaf) {
    long access = entry & controls.rights();
    if ((access & EptEntry.READ) == 0) {
      if ((access & EptEntry.WRITE) != 0) {
        return WRITABLE_BUT_NOT_READABLE;
      }
      if (!controls.executeOnly()) {
        return EXECUTE_ONLY;
      }
    }
    if ((entry & reserved(controls, level, leaf)) != 0) {
      return RESERVED;
    }
    int type = (int) ((entry & EptEntry.MEMORY_TYPE) >>> EptEntry.MEMORY_TYPE_SHIFT);
    return leaf && (RESERVED_TYPES >>> type & 1) != 0 ? MEMORY_TYPE : null;
  }

  private static long reserved(EptControls controls, int level, boolean leaf) {
    long bits = EptEntry.ADDRESS & -(1L << controls.maxPhysicalAddress);
    if (!leaf) {
      return bits | OF_PAGES | EptEntry.PS;
    }
    if (level == PTE) {
      return bits;
    }
    bits |= (1L << 12 + 9 * (level - 1)) - 1 & EptEntry.ADDRESS;
    boolean exists =
        level == PDE && controls.has(VmxCapability.EPT_2M_PAGES)
            || level == PDPTE && controls.has(VmxCapability.EPT_1G_PAGES);
    return exists ? bits : bits | EptEntry.PS;
  }
}
