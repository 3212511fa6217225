package io.vmxlab.cpu;

/** Arithmetic on values of a width in bits: 8, 16, 32 or 64. */
public final class Width {
  private Width() {}

  public static long signExtend(int width, long value) {
    if (width == 64) {
      return value;
    }
    if (width == 32) {
      return (int) value;
    }
    if (width == 16) {
      return (short) value;
    }
    return (byte) value;
  }

  public static long zeroExtend(int width, long value) {
    return value & -1L >>> 64 - width;
  }
}
