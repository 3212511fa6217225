package io.vmxlab.fpu;

import java.math.BigInteger;

/**
 * Elementary functions on fixed-point numbers with {@value #BITS} bits after the point. Absolute
 * errors stay below 2^-300; so results that are not below 2^-130 round as the exact values do,
 * unless those are nearer than 2^-100 units to a tie.
 */
final class FixedPoint {
  static final int BITS = 320;
  static final BigInteger ONE = BigInteger.ONE.shiftLeft(BITS);
  static final BigInteger LN_2 = atanh(ONE.divide(BigInteger.valueOf(3))).shiftLeft(1);

  /** Machin's formula. */
  static final BigInteger PI =
      atanReciprocal(5).shiftLeft(4).subtract(atanReciprocal(239).shiftLeft(2));

  private static final int HALVINGS = 8;

  private FixedPoint() {}

  /** The magnitude of a finite number whose significand has 64 bits, rounded down. */
  static BigInteger magnitude(Unpacked x) {
    return unsigned(x.high).shiftLeft(BITS - 63 + x.exponent);
  }

  /** A number with its sign. */
  static BigInteger of(Unpacked x) {
    return x.negative ? magnitude(x).negate() : magnitude(x);
  }

  static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value, 16), 16);
  }

  /**
   * r := value * 2^exponent
   *
   * @param exact the value is so; else it is a little above what the integer says
   */
  static void unpack(Unpacked r, BigInteger value, int exponent, boolean exact) {
    BigInteger magnitude = value.abs();
    int length = magnitude.bitLength();
    int below = length - 128;
    BigInteger top = below > 0 ? magnitude.shiftRight(below) : magnitude.shiftLeft(-below);
    boolean lost = below > 0 && magnitude.getLowestSetBit() < below;
    long low = top.longValue() | (lost || !exact ? 1 : 0);
    r.finite(value.signum() < 0, exponent + length - 1 - BITS, top.shiftRight(64).longValue(), low);
  }

  static BigInteger multiply(BigInteger x, BigInteger y) {
    return x.multiply(y).shiftRight(BITS);
  }

  static BigInteger divide(BigInteger x, BigInteger y) {
    return x.shiftLeft(BITS).divide(y);
  }

  /** 2^x - 1 for x from -1 to 1. */
  static BigInteger exp2m1(BigInteger x) {
    BigInteger t = multiply(x, LN_2).shiftRight(HALVINGS);
    BigInteger sum = t;
    BigInteger term = t;
    for (int n = 2; term.bitLength() > 1; n++) {
      term = multiply(term, t).divide(BigInteger.valueOf(n));
      sum = sum.add(term);
    }
    for (int i = 0; i < HALVINGS; i++) {
      sum = multiply(sum, sum.add(ONE.shiftLeft(1)));
    }
    return sum;
  }

  /** log2(1 + x) for x from -0.3 to 0.42. */
  static BigInteger log2OnePlus(BigInteger x) {
    BigInteger z = divide(x, x.add(ONE.shiftLeft(1)));
    return divide(atanh(z).shiftLeft(1), LN_2);
  }

  private static BigInteger atanh(BigInteger z) {
    return oddPowers(z, multiply(z, z));
  }

  /** Arctangent for x from 0 to 1. */
  static BigInteger atan(BigInteger x) {
    BigInteger z = halved(halved(x));
    return oddPowers(z, multiply(z, z).negate()).shiftLeft(2);
  }

  /** Tangent of half the angle whose tangent is given. */
  private static BigInteger halved(BigInteger x) {
    BigInteger secant = ONE.multiply(ONE).add(x.multiply(x)).sqrt();
    return divide(x, ONE.add(secant));
  }

  private static BigInteger atanReciprocal(int n) {
    BigInteger z = ONE.divide(BigInteger.valueOf(n));
    return oddPowers(z, multiply(z, z).negate());
  }

  /** z + z*s/3 + z*s^2/5 + ... */
  private static BigInteger oddPowers(BigInteger z, BigInteger s) {
    BigInteger sum = z;
    BigInteger power = z;
    for (int n = 3; power.bitLength() > 1; n += 2) {
      power = multiply(power, s);
      sum = sum.add(power.divide(BigInteger.valueOf(n)));
    }
    return sum;
  }

  /** Sine for x from -pi/4 to pi/4. */
  static BigInteger sin(BigInteger x) {
    return alternating(x, multiply(x, x), 2);
  }

  /** Cosine for x from -pi/4 to pi/4. */
  static BigInteger cos(BigInteger x) {
    return alternating(ONE, multiply(x, x), 1);
  }

  /** first - first*s/(n*(n+1)) + ... */
  private static BigInteger alternating(BigInteger first, BigInteger s, int from) {
    BigInteger sum = first;
    BigInteger term = first;
    for (int n = from; term.bitLength() > 1; n += 2) {
      term = multiply(term, s).divide(BigInteger.valueOf((long) n * (n + 1))).negate();
      sum = sum.add(term);
    }
    return sum;
  }
}
