package io.vmxlab.cpu;

/**
 * Elements of a packed value, which is an array of quadwords with the lowest first. Element 0 is
 * the lowest; widths are in bits: 8, 16, 32 or 64.
 */
public final class Lanes {
  private Lanes() {}

  /** An element, zero-extended. */
  public static long get(int width, long[] v, int i) {
    int bit = i * width;
    return v[bit >>> 6] >>> (bit & 63) & -1L >>> (64 - width);
  }

  /** An element, sign-extended. */
  public static long getSigned(int width, long[] v, int i) {
    int bit = i * width;
    return v[bit >>> 6] << (64 - width - (bit & 63)) >> (64 - width);
  }

  /** Sets an element to the low bits of a value. */
  public static void set(int width, long[] v, int i, long value) {
    int bit = i * width;
    long mask = -1L >>> (64 - width) << (bit & 63);
    v[bit >>> 6] = v[bit >>> 6] & ~mask | value << (bit & 63) & mask;
  }

  /** The sign bit of an element. */
  public static boolean negative(int width, long[] v, int i) {
    return getSigned(width, v, i) < 0;
  }
}
