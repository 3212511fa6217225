package io.vmxlab.cpu;

import io.vmxlab.arch.Rflags;

/**
 * The status flags, computed when someone asks. An arithmetic instruction leaves four longs from
 * which every flag follows without knowing the width, because operands and results are
 * sign-extended to 64 bits: the carry out of a width's top bit is then the carry out of bit 63 of
 * the same formula.
 */
public class LazyFlags {
  private static final int PARITY_FLIP_SHIFT = 8;

  /** The result, sign-extended: ZF if 0; its sign and low byte give SF and PF. */
  public long flagResult = 1;

  /** Bit 63 is CF. */
  public long flagCarry;

  /** Bit 63 is OF. */
  public long flagOverflow;

  /**
   * Bit 4 is AF. For states that no result can have (ZF and SF both set after POPF): bit 63 flips
   * SF, bits 15:8 are exclusive-ORed into the byte whose parity is PF.
   */
  public long flagAux;

  LazyFlags() {}

  /** The flags that another's fields mean. */
  public LazyFlags(long result, long carry, long overflow, long aux) {
    flagResult = result;
    flagCarry = carry;
    flagOverflow = overflow;
    flagAux = aux;
  }

  /** After {@code r = a + b + carry-in}; all three sign-extended from the operation's width. */
  public final void flagsAdd(long a, long b, long r) {
    flagResult = r;
    flagCarry = (a & b) | ((a | b) & ~r);
    flagOverflow = (a ^ r) & (b ^ r);
    flagAux = (a ^ b ^ r) & Rflags.AF;
  }

  /** After {@code r = a - b - borrow-in}; all three sign-extended from the operation's width. */
  public final void flagsSub(long a, long b, long r) {
    flagResult = r;
    flagCarry = (~a & b) | ((~a | b) & r);
    flagOverflow = (a ^ b) & (a ^ r);
    flagAux = (a ^ b ^ r) & Rflags.AF;
  }

  /** After AND, OR, XOR, TEST: CF and OF are 0; AF, undefined, becomes 0. */
  public final void flagsLogic(long r) {
    flagResult = r;
    flagCarry = 0;
    flagOverflow = 0;
    flagAux = 0;
  }

  public final boolean cf() {
    return flagCarry < 0;
  }

  public final boolean of() {
    return flagOverflow < 0;
  }

  public final boolean zf() {
    return flagResult == 0;
  }

  public final boolean sf() {
    return (flagResult ^ flagAux) < 0;
  }

  public final boolean pf() {
    int b = (int) (flagResult ^ (flagAux >>> PARITY_FLIP_SHIFT)) & 0xFF;
    return (Integer.bitCount(b) & 1) == 0;
  }

  public final boolean af() {
    return (flagAux & Rflags.AF) != 0;
  }

  public final void setCf(boolean value) {
    flagCarry = value ? -1 : 0;
  }

  public final void setOf(boolean value) {
    flagOverflow = value ? -1 : 0;
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
    flagResult = zero ? 0 : 1;
    flagCarry = (rflags & Rflags.CF) != 0 ? -1 : 0;
    flagOverflow = (rflags & Rflags.OF) != 0 ? -1 : 0;
    flagAux =
        (rflags & Rflags.AF)
            | ((rflags & Rflags.SF) != 0 ? Long.MIN_VALUE : 0)
            | (odd == zero ? 1L << PARITY_FLIP_SHIFT : 0);
  }
}
