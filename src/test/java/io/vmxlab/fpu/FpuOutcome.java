package io.vmxlab.fpu;

/** What an operation did. */
final class FpuOutcome {
  /** Flags and condition codes. */
  static final int COMPARED = 0x473F;

  static final int C0 = 1 << 8;
  static final int C1 = 1 << 9;
  static final int C2 = 1 << 10;
  static final int C3 = 1 << 14;

  long st0;
  int top0;
  long st1;
  int top1;
  int status;
  int mxcsr;
  long memory;
  int memoryTop;

  boolean same(FpuOutcome other) {
    return toString().equals(other.toString());
  }

  @Override
  public String toString() {
    return String.format(
        "ST0 %04X:%016X ST1 %04X:%016X status %04X mxcsr %02X memory %04X:%016X",
        top0, st0, top1, st1, status, mxcsr, memoryTop, memory);
  }
}
