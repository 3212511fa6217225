package io.vmxlab.fpu;

/**
 * A number taken apart: (-1)^sign times the 128-bit significand, whose top bit counts 1, times 2 to
 * the exponent. What does not fit below is in the last bit, which then is 1 ("sticky"), so that
 * every rounding is that of the exact value.
 */
public final class Unpacked {
  /** What a number is. */
  enum Kind {
    ZERO,
    /** Neither zero nor infinite; the significand's top bit is 1. */
    FINITE,
    INFINITE,
    QUIET_NAN,
    SIGNALING_NAN,
    /** An encoding of 80 bits that the processor refuses: unnormal, pseudo-infinity, pseudo-NaN. */
    UNSUPPORTED
  }

  private static final long INTEGER_BIT = 1L << 63;
  private static final long QUIET_BIT = 1L << 62;
  private static final int EXTENDED_FIELD = 0x7FFF;
  private static final int EXTENDED_SIGN = 0x8000;

  Kind kind = Kind.ZERO;
  boolean negative;

  /** As an operand it was denormal (or pseudo-denormal). */
  boolean denormal;

  int exponent;

  /** Bits 127:64 of the significand; of a NaN its significand, integer bit included. */
  long high;

  /** Bits 63:0 of the significand. */
  long low;

  /** Of up to 64 bits, in the format's encoding; bits above its width do not matter. */
  public Unpacked set(Format format, long bits) {
    int fractionBits = format.precision - 1;
    int top = format.topField();
    int field = (int) (bits >>> fractionBits) & top;
    long fraction = bits << (64 - fractionBits);
    negative = (bits >>> (format.width - 1) & 1) != 0;
    denormal = false;
    low = 0;
    if (field == top) {
      high = INTEGER_BIT | fraction >>> 1;
      kind = fraction == 0 ? Kind.INFINITE : nan();
    } else if (field != 0) {
      kind = Kind.FINITE;
      high = INTEGER_BIT | fraction >>> 1;
      exponent = field - format.bias;
    } else {
      denormal(fraction, format.minExponent - 1);
    }
    return this;
  }

  /** Of 80 bits. */
  public Unpacked setExtended(int signExponent, long significand) {
    int field = signExponent & EXTENDED_FIELD;
    negative = (signExponent & EXTENDED_SIGN) != 0;
    denormal = false;
    low = 0;
    high = significand;
    if (field == 0) {
      denormal(significand, Format.EXTENDED.minExponent);
    } else if (significand >= 0) {
      kind = Kind.UNSUPPORTED;
    } else if (field != EXTENDED_FIELD) {
      kind = Kind.FINITE;
      exponent = field - Format.EXTENDED.bias;
    } else {
      kind = significand == INTEGER_BIT ? Kind.INFINITE : nan();
    }
    return this;
  }

  /** A signed integer, exactly. */
  public Unpacked setInteger(long value) {
    negative = value < 0;
    denormal = false;
    setMagnitude(negative ? -value : value);
    return this;
  }

  /** An unsigned integer, exactly; the sign stays. */
  void setMagnitude(long value) {
    low = 0;
    if (value == 0) {
      kind = Kind.ZERO;
      return;
    }
    int shift = Long.numberOfLeadingZeros(value);
    kind = Kind.FINITE;
    high = value << shift;
    exponent = 63 - shift;
  }

  private void denormal(long fraction, int exponentOfTop) {
    if (fraction == 0) {
      kind = Kind.ZERO;
      return;
    }
    int shift = Long.numberOfLeadingZeros(fraction);
    kind = Kind.FINITE;
    denormal = true;
    high = fraction << shift;
    exponent = exponentOfTop - shift;
  }

  private Kind nan() {
    return (high & QUIET_BIT) != 0 ? Kind.QUIET_NAN : Kind.SIGNALING_NAN;
  }

  void copy(Unpacked other) {
    kind = other.kind;
    negative = other.negative;
    denormal = other.denormal;
    exponent = other.exponent;
    high = other.high;
    low = other.low;
  }

  void zero(boolean sign) {
    kind = Kind.ZERO;
    negative = sign;
  }

  void infinity(boolean sign) {
    kind = Kind.INFINITE;
    negative = sign;
    high = INTEGER_BIT;
    low = 0;
  }

  /** A normalised 128-bit significand. */
  void finite(boolean sign, int exponentOfTop, long highBits, long lowBits) {
    kind = Kind.FINITE;
    negative = sign;
    exponent = exponentOfTop;
    high = highBits;
    low = lowBits;
  }

  /** The QNaN floating-point indefinite. SDM Vol. 1 "QNaN Floating-Point Indefinite". */
  void indefinite() {
    kind = Kind.QUIET_NAN;
    negative = true;
    high = INTEGER_BIT | QUIET_BIT;
    low = 0;
  }

  /** Makes a signaling NaN quiet. */
  void quieten() {
    kind = Kind.QUIET_NAN;
    high |= QUIET_BIT;
  }

  /** What it was as an operand. */
  public NumberClass numberClass() {
    switch (kind) {
      case ZERO:
        return NumberClass.ZERO;
      case FINITE:
        return denormal ? NumberClass.DENORMAL : NumberClass.NORMAL;
      case INFINITE:
        return NumberClass.INFINITY;
      case UNSUPPORTED:
        return NumberClass.UNSUPPORTED;
      default:
        return NumberClass.NAN;
    }
  }

  /** A NaN, or an encoding that operations treat as invalid. */
  boolean noNumber() {
    return kind.compareTo(Kind.INFINITE) > 0;
  }

  boolean isZero() {
    return kind == Kind.ZERO;
  }

  boolean isFinite() {
    return kind == Kind.FINITE;
  }

  boolean isInfinite() {
    return kind == Kind.INFINITE;
  }

  boolean isNan() {
    return kind == Kind.QUIET_NAN || kind == Kind.SIGNALING_NAN;
  }

  boolean isSignaling() {
    return kind == Kind.SIGNALING_NAN;
  }

  boolean isUnsupported() {
    return kind == Kind.UNSUPPORTED;
  }

  /** Brings the top bit of a significand that is not 0 to its place. */
  void normalise() {
    if (high == 0) {
      high = low;
      low = 0;
      exponent -= 64;
    }
    int shift = Long.numberOfLeadingZeros(high);
    if (shift != 0) {
      high = high << shift | low >>> (64 - shift);
      low <<= shift;
      exponent -= shift;
    }
  }

  /** The encoding in a format of up to 64 bits of a value that was rounded to it. */
  public long bits(Format format) {
    int fractionBits = format.precision - 1;
    long sign = negative ? 1L << (format.width - 1) : 0;
    long top = (long) format.topField() << fractionBits;
    switch (kind) {
      case ZERO:
        return sign;
      case FINITE:
        long significand = high >>> (64 - format.precision);
        if (exponent < format.minExponent) {
          return sign | shiftOut(significand, format.minExponent - exponent);
        }
        // The integer bit adds 1 to the exponent field.
        return sign + ((long) (exponent + format.bias - 1) << fractionBits) + significand;
      case INFINITE:
        return sign | top;
      default:
        return sign | top | high << 1 >>> (64 - fractionBits);
    }
  }

  long extendedSignificand() {
    if (kind == Kind.ZERO) {
      return 0;
    }
    int below = Format.EXTENDED.minExponent - exponent;
    return kind == Kind.FINITE && below > 0 ? shiftOut(high, below) : high;
  }

  int extendedSignExponent() {
    int sign = negative ? EXTENDED_SIGN : 0;
    switch (kind) {
      case ZERO:
        return sign;
      case FINITE:
        return exponent < Format.EXTENDED.minExponent
            ? sign | (int) (extendedSignificand() >>> 63)
            : sign | exponent + Format.EXTENDED.bias;
      default:
        return sign | EXTENDED_FIELD;
    }
  }

  private static long shiftOut(long value, int count) {
    return count > 63 ? 0 : value >>> count;
  }
}
