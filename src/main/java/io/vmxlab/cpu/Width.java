package io.vmxlab.cpu;

/** Arithmetic on values of a width in bits: 8, 16, 32 or 64. */
public final class Width {
  private Width() {}

  public static long signExtend(int width, long value) {
    switch (width) {
      case 8:
        return (byte) value;
      case 16:
        return (short) value;
      case 32:
        return (int) value;
      default:
        return value;
    }
  }

  public static long zeroExtend(int width, long value) {
    switch (width) {
      case 8:
        return value & 0xFF;
      case 16:
        return value & 0xFFFF;
      case 32:
        return value & 0xFFFF_FFFFL;
      default:
        return value;
    }
  }
}
