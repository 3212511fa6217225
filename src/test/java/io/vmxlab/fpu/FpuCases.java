package io.vmxlab.fpu;

import java.util.SplittableRandom;

/** Makes operands at which operations change their behaviour, and random ones in between. */
public final class FpuCases {
  private static final int X87_MASKED = 0x3F;
  private static final int[] PRECISIONS = {0, 2, 3, 3, 3};
  private static final long INTEGER_BIT = 1L << 63;

  private final SplittableRandom random;

  public FpuCases(long seed) {
    random = new SplittableRandom(seed);
  }

  FpuCase next(FpuOperation operation) {
    int masks = random.nextInt(3) == 0 ? random.nextInt(64) : X87_MASKED;
    int control =
        masks | PRECISIONS[random.nextInt(PRECISIONS.length)] << 8 | random.nextInt(4) << 10;
    int mxcsr = 0x1F80 | random.nextInt(4) << 13;
    mxcsr |= random.nextInt(3) == 0 ? 1 << 6 : 0;
    mxcsr |= random.nextInt(3) == 0 ? 1 << 15 : 0;
    if (!operation.isX87()) {
      Format format = operation.format;
      long a = format == null ? integer() : encoding(format);
      long b =
          format == null ? integer() : random.nextInt(4) == 0 ? near(format, a) : encoding(format);
      return new FpuCase(operation, 0x37F, mxcsr, a, 0, b, 0);
    }
    long significand = significand();
    int top = top();
    if (random.nextInt(2) == 0) {
      // Within the reach of integers and of the smaller formats.
      top = top & 0x8000 | 0x3FFF + random.nextInt(-8, 70);
    } else if (random.nextInt(3) == 0) {
      top = top & 0x8000 | 0x3FFF + random.nextInt(-1100, 1100);
    }
    long b = significand();
    int topB = top();
    if (operation.format != Format.EXTENDED) {
      b = operation.format == null ? integer() : encoding(operation.format);
      b |= operation.format == Format.SINGLE ? random.nextLong() << 32 : 0;
      if (operation == FpuOperation.FBLD) {
        b = decimal();
        topB = (int) decimal() & 0x80FF;
      }
    } else if (random.nextInt(2) == 0) {
      topB = top + random.nextInt(-70, 70) & 0x7FFF | random.nextInt(2) << 15;
    } else if (random.nextInt(4) == 0) {
      b = significand + random.nextInt(-1, 2);
      topB = top ^ random.nextInt(2) << 15;
    } else if (operation == FpuOperation.FSCALE) {
      topB = 0x3FFF + random.nextInt(-1, 17) | random.nextInt(2) << 15;
    }
    return new FpuCase(operation, control, 0x1F80, significand, top, b, topB);
  }

  /** A significand of 80-bit format, seldom without its integer bit. */
  public long significand() {
    long value;
    switch (random.nextInt(7)) {
      case 0:
        value = INTEGER_BIT;
        break;
      case 1:
        value = -1L << random.nextInt(64);
        break;
      case 2:
        value = INTEGER_BIT | 1L << random.nextInt(64);
        break;
      case 3:
        value = INTEGER_BIT | random.nextLong() << random.nextInt(64);
        break;
      case 4:
        value = -1L >>> random.nextInt(64);
        break;
      default:
        value = random.nextLong();
        break;
    }
    switch (random.nextInt(40)) {
      case 0:
        return 0;
      case 1:
        return value;
      default:
        return value | INTEGER_BIT;
    }
  }

  /** Sign in bit 15, exponent field below, often such that numbers are near one another. */
  public int exponentWithSign() {
    int top = top();
    if (random.nextInt(2) == 0) {
      top = top & 0x8000 | 0x3FFF + random.nextInt(-8, 70);
    }
    return top;
  }

  private int top() {
    int sign = random.nextInt(2) << 15;
    switch (random.nextInt(8)) {
      case 0:
        return sign | 0x7FFF;
      case 1:
        return sign;
      case 2:
        return sign | 1 + random.nextInt(70);
      case 3:
        return sign | 0x7FFE - random.nextInt(70);
      case 4:
        return sign | random.nextInt(0x8000);
      default:
        return sign | 0x3FFF + random.nextInt(-64, 65);
    }
  }

  /** An encoding in a format of up to 64 bits. */
  public long encoding(Format format) {
    int fractionBits = format.precision - 1;
    int top = 2 * format.bias + 1;
    long fraction = significand() << 1 >>> (64 - fractionBits);
    int field;
    switch (random.nextInt(8)) {
      case 0:
        field = top;
        break;
      case 1:
        field = 0;
        break;
      case 2:
        field = 1 + random.nextInt(format.precision);
        break;
      case 3:
        field = top - 1 - random.nextInt(format.precision);
        break;
      case 4:
        field = random.nextInt(top + 1);
        break;
      default:
        field = format.bias + random.nextInt(-12, Math.min(70, format.bias));
        break;
    }
    field = Math.max(0, Math.min(top, field));
    return (long) random.nextInt(2) << (format.width - 1) | (long) field << fractionBits | fraction;
  }

  private long near(Format format, long a) {
    long b = a + random.nextInt(-2, 3) ^ (long) random.nextInt(2) << (format.width - 1);
    return b & -1L >>> (64 - format.width);
  }

  private long integer() {
    return random.nextLong() >> random.nextInt(64);
  }

  private long decimal() {
    long value = 0;
    for (int i = 0; i < 16; i++) {
      value = value << 4 | random.nextInt(10);
    }
    return value;
  }
}
