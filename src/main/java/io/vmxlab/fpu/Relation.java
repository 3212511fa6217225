package io.vmxlab.fpu;

/** How one number compares with another. */
public enum Relation {
  LESS,
  EQUAL,
  GREATER,
  /** One of them is a NaN, or no number at all. */
  UNORDERED;

  /** Of numbers without NaN. */
  static Relation of(Unpacked a, Unpacked b) {
    if (a.isZero() && b.isZero()) {
      return EQUAL;
    }
    if (a.isZero() || !b.isZero() && a.negative != b.negative) {
      boolean below = a.isZero() ? !b.negative : a.negative;
      return below ? LESS : GREATER;
    }
    if (b.isZero()) {
      return a.negative ? LESS : GREATER;
    }
    int magnitudes = magnitudes(a, b);
    if (magnitudes == 0) {
      return EQUAL;
    }
    return magnitudes < 0 == a.negative ? GREATER : LESS;
  }

  /** Compares absolute values, neither of which is zero. */
  private static int magnitudes(Unpacked a, Unpacked b) {
    if (a.isInfinite() || b.isInfinite()) {
      return Boolean.compare(a.isInfinite(), b.isInfinite());
    }
    return a.exponent != b.exponent
        ? Integer.compare(a.exponent, b.exponent)
        : Long.compareUnsigned(a.high, b.high);
  }
}
