package io.vmxlab.arch;

/** Exception vectors 0-21. SDM Vol. 3A "Exception and Interrupt Vectors". */
public enum Vector {
  // spotless:off
  DE ( 0, Kind.FAULT, false, Severity.CONTRIBUTORY, "divide error"),
  DB ( 1, Kind.TRAP,  false, Severity.BENIGN,       "debug exception"),
  NMI( 2, Kind.INTERRUPT, false, Severity.BENIGN,   "non-maskable interrupt"),
  BP ( 3, Kind.TRAP,  false, Severity.BENIGN,       "breakpoint"),
  OF ( 4, Kind.TRAP,  false, Severity.BENIGN,       "overflow"),
  BR ( 5, Kind.FAULT, false, Severity.BENIGN,       "BOUND range exceeded"),
  UD ( 6, Kind.FAULT, false, Severity.BENIGN,       "invalid opcode"),
  NM ( 7, Kind.FAULT, false, Severity.BENIGN,       "device not available"),
  DF ( 8, Kind.ABORT, true,  Severity.DOUBLE_FAULT, "double fault"),
  TS (10, Kind.FAULT, true,  Severity.CONTRIBUTORY, "invalid TSS"),
  NP (11, Kind.FAULT, true,  Severity.CONTRIBUTORY, "segment not present"),
  SS (12, Kind.FAULT, true,  Severity.CONTRIBUTORY, "stack-segment fault"),
  GP (13, Kind.FAULT, true,  Severity.CONTRIBUTORY, "general protection"),
  PF (14, Kind.FAULT, true,  Severity.PAGE_FAULT,   "page fault"),
  MF (16, Kind.FAULT, false, Severity.BENIGN,       "x87 FPU floating-point error"),
  AC (17, Kind.FAULT, true,  Severity.BENIGN,       "alignment check"),
  MC (18, Kind.ABORT, false, Severity.BENIGN,       "machine check"),
  XM (19, Kind.FAULT, false, Severity.BENIGN,       "SIMD floating-point exception"),
  VE (20, Kind.FAULT, false, Severity.PAGE_FAULT,   "virtualization exception"),
  CP (21, Kind.FAULT, true,  Severity.CONTRIBUTORY, "control protection");
  // spotless:on

  /** What the saved instruction pointer refers to. */
  public enum Kind {
    FAULT,
    TRAP,
    ABORT,
    INTERRUPT
  }

  /** Class used to decide between serial delivery, double fault and shutdown. */
  public enum Severity {
    BENIGN,
    CONTRIBUTORY,
    PAGE_FAULT,
    DOUBLE_FAULT
  }

  private static final Vector[] BY_NUMBER = new Vector[256];

  static {
    for (Vector v : values()) {
      BY_NUMBER[v.number] = v;
    }
  }

  public final int number;
  public final Kind kind;
  public final boolean pushesErrorCode;
  public final Severity severity;
  public final String title;

  Vector(int number, Kind kind, boolean pushesErrorCode, Severity severity, String title) {
    this.number = number;
    this.kind = kind;
    this.pushesErrorCode = pushesErrorCode;
    this.severity = severity;
    this.title = title;
  }

  /** {@code #GP}; NMI, which is no exception, has no number sign. */
  public String mnemonic() {
    return this == NMI ? "NMI" : "#" + name();
  }

  /** The exception with that vector number, or null for a number that names no exception. */
  public static Vector of(int number) {
    return BY_NUMBER[number & 0xFF];
  }
}
