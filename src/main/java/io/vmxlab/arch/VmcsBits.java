package io.vmxlab.arch;

/**
 * Bits of VMCS fields that are neither controls nor copies of a register. SDM Vol. 3C "Guest
 * Non-Register State", "VM-Entry Controls for Event Injection".
 */
public final class VmcsBits {
  // spotless:off
  /** Of the interruptibility state. */
  public static final long BLOCKING_BY_STI    = 1L << 0;
  public static final long BLOCKING_BY_MOV_SS = 1L << 1;
  public static final long BLOCKING_BY_SMI    = 1L << 2;
  public static final long BLOCKING_BY_NMI    = 1L << 3;
  public static final long ENCLAVE            = 1L << 4;

  /** Of the activity state. */
  public static final long ACTIVE             = 0;
  public static final long HLT                = 1;
  public static final long SHUTDOWN           = 2;
  public static final long WAIT_FOR_SIPI      = 3;

  /** Of the pending debug exceptions, where they are not as in DR6. */
  public static final long BLD                = 1L << 11;
  public static final long ENABLED_BREAKPOINT = 1L << 12;

  /** Of the interruption-information fields. */
  public static final long VECTOR             = 0xFF;
  public static final long ERROR_CODE         = 1L << 11;
  public static final long NMI_UNBLOCKING     = 1L << 12;
  public static final long VALID              = 1L << 31;
  private static final int TYPE_SHIFT         = 8;

  /** Types of events. */
  public static final int EXTERNAL_INTERRUPT            = 0;
  public static final int NMI                           = 2;
  public static final int HARDWARE_EXCEPTION            = 3;
  public static final int SOFTWARE_INTERRUPT            = 4;
  public static final int PRIVILEGED_SOFTWARE_EXCEPTION = 5;
  public static final int SOFTWARE_EXCEPTION            = 6;
  public static final int OTHER_EVENT                   = 7;

  private static final String TYPES =
      "0 external interrupt, 2 NMI, 3 hardware exception, 4 software interrupt, 5 privileged software"
          + " exception, 6 software exception, 7 other";
  // spotless:on

  private VmcsBits() {}

  /** Type of the event that interruption information names. */
  public static int type(long information) {
    return (int) (information >>> TYPE_SHIFT) & 7;
  }

  static Layout interruption(String name, boolean entry) {
    Layout.Builder layout =
        Layout.of(name, 32)
            .field(0, 8, "VECTOR", "vector")
            .field(TYPE_SHIFT, 3, "TYPE", TYPES)
            .bit(ERROR_CODE, "ERROR_CODE", entry ? "deliver an error code" : "error code valid");
    if (!entry) {
      layout.bit(NMI_UNBLOCKING, "NMI_UNBLOCKING", "IRET unblocked NMIs");
    }
    return layout
        .bit(VALID, "VALID", entry ? "an event is injected" : "the field is valid")
        .build();
  }

  static Layout interruptibility(String name) {
    return Layout.of(name, 32)
        .bit(BLOCKING_BY_STI, "BLOCKING_BY_STI", "blocking by STI")
        .bit(BLOCKING_BY_MOV_SS, "BLOCKING_BY_MOV_SS", "blocking by MOV SS or POP SS")
        .bit(BLOCKING_BY_SMI, "BLOCKING_BY_SMI", "blocking by SMI")
        .bit(BLOCKING_BY_NMI, "BLOCKING_BY_NMI", "blocking by NMI, or virtual-NMI blocking")
        .bit(ENCLAVE, "ENCLAVE_INTERRUPTION", "the VM exit came in enclave mode")
        .build();
  }

  static Layout pendingDebug(String name) {
    return Layout.of(name, 64)
        .bit(Dr6.B0, "B0", "breakpoint condition 0 met")
        .bit(Dr6.B1, "B1", "breakpoint condition 1 met")
        .bit(Dr6.B2, "B2", "breakpoint condition 2 met")
        .bit(Dr6.B3, "B3", "breakpoint condition 3 met")
        .bit(BLD, "BLD", "a bus lock was asserted")
        .bit(ENABLED_BREAKPOINT, "ENABLED_BREAKPOINT", "an enabled breakpoint was met")
        .bit(Dr6.BS, "BS", "single step")
        .bit(Dr6.RTM, "RTM", "inside an RTM region")
        .build();
  }

  static Layout exitReason(String name) {
    return Layout.of(name, 32)
        .field(0, 16, "BASIC_REASON", "basic exit reason")
        .bit(1L << 27, "ENCLAVE_MODE", "from enclave mode")
        .bit(1L << 28, "PENDING_MTF", "a monitor-trap-flag VM exit was pending")
        .bit(1L << 29, "ROOT", "from VMX root operation")
        .bit(1L << 31, "ENTRY_FAILURE", "the VM entry failed")
        .build();
  }

  static Layout interruptStatus(String name) {
    return Layout.of(name, 16)
        .field(0, 8, "RVI", "requesting virtual interrupt")
        .field(8, 8, "SVI", "servicing virtual interrupt")
        .build();
  }
}
