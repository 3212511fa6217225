package io.vmxlab.vmx.entry;

/**
 * How a VM entry fails while it loads guest state: as a VM exit. SDM Vol. 3C "VM-Entry Failures
 * During or After Loading Guest State".
 *
 * @param reason basic exit reason: 33, 34 or 41
 * @param qualification exit qualification
 */
public record EntryFailure(int reason, long qualification) {
  public static final int INVALID_GUEST_STATE = 33;

  /** Bit 31 of the exit reason. */
  public static final long FAILED = 1L << 31;

  static final EntryFailure GUEST_STATE = new EntryFailure(INVALID_GUEST_STATE, 0);
  static final EntryFailure PDPTE = new EntryFailure(INVALID_GUEST_STATE, 2);
  static final EntryFailure NMI_AFTER_STI = new EntryFailure(INVALID_GUEST_STATE, 3);
  static final EntryFailure LINK_POINTER = new EntryFailure(INVALID_GUEST_STATE, 4);

  /** Value of the exit-reason field. */
  public long exitReason() {
    return FAILED | reason;
  }
}
