package io.vmxlab.fpu;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.RoundingControl;

/**
 * What an operation is told besides its operands, and what it tells besides its result. Whoever
 * computes owns one; nothing is allocated afterwards, except by the transcendental functions.
 *
 * <p>Flags accumulate until the owner clears them. Operations on values of 80 bits take their
 * operands from {@link #a} and {@link #b} and leave the result in {@link #significand} and {@link
 * #signExponent}.
 */
public final class FpEnvironment {
  /** A value of {@link RoundingControl}. */
  public int rounding = RoundingControl.NEAREST;

  /** Bits of {@link FpException} whose exceptions have the masked response. */
  public int masks = FpException.ALL;

  /** Bits of {@link FpException} raised so far. */
  public int flags;

  /** Significant bits that x87 arithmetic rounds to: 24, 53 or 64. */
  public int precision = Format.EXTENDED.precision;

  /** MXCSR.DAZ: operands of SSE arithmetic that are denormal count as zeros of their sign. */
  public boolean denormalsAreZeros;

  /** MXCSR.FTZ: tiny results of SSE arithmetic become zeros while underflow is masked. */
  public boolean flushToZero;

  /** The last rounding enlarged the magnitude: what C1 shows with PE. */
  public boolean roundedUp;

  /** Operands of x87 operations. */
  public final Unpacked a = new Unpacked();

  public final Unpacked b = new Unpacked();

  /** A third operand, or a second result. */
  final Unpacked c = new Unpacked();

  /** Results before they are packed. */
  final Unpacked r = new Unpacked();

  /** A result of 80 bits: its significand, integer bit included. */
  public long significand;

  /** A result of 80 bits: sign in bit 15, exponent field below. */
  public int signExponent;

  void raise(int exceptions) {
    flags |= exceptions;
  }

  /**
   * An exception without mask that is found before the computation: there is no result, the
   * destination keeps its value. SDM Vol. 1 "Floating-Point Exception Priority".
   */
  public boolean stopped() {
    return (flags & ~masks & FpException.BEFORE_COMPUTATION) != 0;
  }

  /** An unmasked exception has occurred. */
  public boolean unmasked() {
    return (flags & ~masks & FpException.ALL) != 0;
  }

  /** The flags to report: exceptions of the result do not occur where there is no result. */
  public int reported() {
    return stopped() ? flags & FpException.BEFORE_COMPUTATION : flags;
  }

  /** The result is the QNaN floating-point indefinite. */
  public void indefinite() {
    r.indefinite();
    result();
  }

  /** Packs {@link #r} as 80 bits. */
  void result() {
    result(r);
  }

  void result(Unpacked value) {
    significand = value.extendedSignificand();
    signExponent = value.extendedSignExponent();
  }
}
