package io.vmxlab.cpu;

import io.vmxlab.arch.Rflags;

/**
 * The status flags, computed when someone asks. An arithmetic instruction leaves its result and the
 * addition that it was, {@code left + right = sum}; a subtraction {@code a - b = r} is the addition
 * {@code r + b = a}, whose carries are the borrows. Operands are sign-extended to 64 bits: the
 * carry out of a width's top bit is then the carry out of bit 63 of the same formula, so that
 * nobody needs to know the width.
 */
public class LazyFlags {
  private static final long TOP = Long.MIN_VALUE;

  /** What no addition leaves in {@link #oddities}: SF is set though ZF is. */
  private static final int SIGN_OF_ZERO = 2;

  /** The same: PF is clear though ZF is set. */
  private static final int ODD_ZERO = 4;

  /** The result, sign-extended: ZF if 0; its sign and low byte give SF and PF. */
  public long flagResult = 1;

  public long flagLeft;
  public long flagRight;
  public long flagSum;

  LazyFlags() {}

  /** The flags that another's fields mean. */
  public LazyFlags(long result, long left, long right, long sum) {
    flagResult = result;
    flagLeft = left;
    flagRight = right;
    flagSum = sum;
  }

  /**
   * After {@code r = a + b + carry-in}; all three sign-extended from the operation's width. Returns
   * r.
   */
  public final long flagsAdd(long a, long b, long r) {
    flagResult = r;
    flagLeft = a;
    flagRight = b;
    flagSum = r;
    return r;
  }

  /**
   * After {@code r = a - b - borrow-in}; all three sign-extended from the operation's width.
   * Returns r.
   */
  public final long flagsSub(long a, long b, long r) {
    flagResult = r;
    flagLeft = r;
    flagRight = b;
    flagSum = a;
    return r;
  }

  /**
   * After {@code r = a - b}, without a borrow: the same, but it is known that conditions compare a
   * with b.
   */
  public final long flagsCompare(long a, long b, long r) {
    return flagsSub(a, b, r);
  }

  /** After AND, OR, XOR, TEST: CF and OF are 0; AF, undefined, becomes 0. */
  public final void flagsLogic(long r) {
    flagResult = r;
    flagLeft = 0;
    flagRight = 0;
    flagSum = 0;
  }

  /**
   * After an operation whose CF and OF do not follow from an addition; AF becomes 0.
   *
   * @param carry bit 63 is CF
   * @param overflow bit 63 is OF
   */
  public final void flags(long r, long carry, long overflow) {
    flagResult = r;
    addition(carry, overflow, 0, 0);
  }

  /** Sets CF and OF as bits 63 say, and leaves the other flags as they are. */
  public final void setCarryAndOverflow(long carry, long overflow) {
    addition(carry, overflow, aux(), oddities());
  }

  /** Sets CF as bit 63 says, and leaves the other flags as they are. */
  public final void setCarry(long carry) {
    setCarryAndOverflow(carry, overflow());
  }

  /** Finds an addition that has these carries. */
  private void addition(long carry, long overflow, long aux, long oddities) {
    long c = carry & TOP;
    long o = overflow & TOP;
    flagLeft = c | aux;
    flagRight = c & o;
    flagSum = o & ~c | oddities;
  }

  /** Bit 63 is CF. */
  public final long carry() {
    return flagLeft & flagRight | (flagLeft | flagRight) & ~flagSum;
  }

  /** Bit 63 is OF. */
  public final long overflow() {
    return (flagLeft ^ flagSum) & (flagRight ^ flagSum);
  }

  private long aux() {
    return (flagLeft ^ flagRight ^ flagSum) & Rflags.AF;
  }

  /** Every addition leaves at most the carry-in, bit 0. */
  private long oddities() {
    return flagSum - flagLeft - flagRight & (SIGN_OF_ZERO | ODD_ZERO);
  }

  public final boolean cf() {
    return carry() < 0;
  }

  public final boolean of() {
    return overflow() < 0;
  }

  public final boolean zf() {
    return flagResult == 0;
  }

  public final boolean sf() {
    return flagResult < 0 || flagResult == 0 && signOfZero();
  }

  private boolean signOfZero() {
    return (oddities() & SIGN_OF_ZERO) != 0;
  }

  public final boolean pf() {
    return flagResult == 0
        ? (oddities() & ODD_ZERO) == 0
        : (Integer.bitCount((int) flagResult & 0xFF) & 1) == 0;
  }

  public final boolean af() {
    return aux() != 0;
  }

  public final void setCf(boolean value) {
    setCarry(value ? TOP : 0);
  }

  /** The six status flags in their RFLAGS places. */
  public final long status() {
    return (cf() ? Rflags.CF : 0)
        | (pf() ? Rflags.PF : 0)
        | (af() ? Rflags.AF : 0)
        | (zf() ? Rflags.ZF : 0)
        | (sf() ? Rflags.SF : 0)
        | (of() ? Rflags.OF : 0);
  }

  /** Sets the six status flags from their RFLAGS places; other bits are ignored. */
  public final void setStatus(long rflags) {
    boolean zero = (rflags & Rflags.ZF) != 0;
    boolean odd = (rflags & Rflags.PF) == 0;
    boolean sign = (rflags & Rflags.SF) != 0;
    long oddities = zero ? (sign ? SIGN_OF_ZERO : 0) | (odd ? ODD_ZERO : 0) : 0;
    flagResult = zero ? 0 : (sign ? TOP : TOP >>> 1 & ~0xFFL) | (odd ? 1 : 0);
    addition(
        (rflags & Rflags.CF) != 0 ? TOP : 0,
        (rflags & Rflags.OF) != 0 ? TOP : 0,
        rflags & Rflags.AF,
        oddities);
  }
}
