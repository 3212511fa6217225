package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Division. SDM Vol. 1 "Binary Arithmetic Instructions". */
public final class Division {
  // spotless:off
  static final Page DIV = page("DIV", Sdm.DIV)
      .form("F6 /6",         "DIV r/m8")
      .form("F7 /6",         "DIV r/m16")
      .form("F7 /6",         "DIV r/m32")
      .form("REX.W + F7 /6", "DIV r/m64")
      .flags("undefined: CF OF SF ZF AF PF")
      .does(Division.class, "div");

  static final Page IDIV = page("IDIV", Sdm.IDIV)
      .form("F6 /7",         "IDIV r/m8")
      .form("F7 /7",         "IDIV r/m16")
      .form("F7 /7",         "IDIV r/m32")
      .form("REX.W + F7 /7", "IDIV r/m64")
      .flags("undefined: CF OF SF ZF AF PF")
      .does(Division.class, "idiv");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private Division() {}

  /** Quotient and remainder of AX, DX:AX, EDX:EAX or RDX:RAX by SRC, unsigned. */
  public static void div(Cpu cpu, int width, long src) {
    if (width == 64) {
      divWide(cpu, src);
      return;
    }
    long dividend = dividend(cpu, width);
    if (src == 0) {
      throw overflow(cpu, Requirement.DIV_QUOTIENT_FITS);
    }
    long quotient = Long.divideUnsigned(dividend, src);
    if (quotient >>> width != 0) {
      throw overflow(cpu, Requirement.DIV_QUOTIENT_FITS);
    }
    setResult(cpu, width, quotient, dividend - quotient * src);
  }

  private static void divWide(Cpu cpu, long src) {
    long high = cpu.r[RDX];
    long low = cpu.r[RAX];
    if (Long.compareUnsigned(high, src) >= 0) {
      throw overflow(cpu, Requirement.DIV_QUOTIENT_FITS);
    }
    long quotient = divide128(high, low, src);
    cpu.r[RAX] = quotient;
    cpu.r[RDX] = low - quotient * src;
  }

  /** Quotient and remainder of AX, DX:AX, EDX:EAX or RDX:RAX by SRC, signed. */
  public static void idiv(Cpu cpu, int width, long src) {
    if (width == 64) {
      idivWide(cpu, src);
      return;
    }
    long divisor = Width.signExtend(width, src);
    if (divisor == 0) {
      throw overflow(cpu, Requirement.IDIV_QUOTIENT_FITS);
    }
    long dividend = Width.signExtend(2 * width, dividend(cpu, width));
    long quotient = dividend / divisor;
    if (quotient != Width.signExtend(width, quotient)) {
      throw overflow(cpu, Requirement.IDIV_QUOTIENT_FITS);
    }
    setResult(cpu, width, quotient, dividend - quotient * divisor);
  }

  /** Divides magnitudes: the remainder has the dividend's sign. */
  private static void idivWide(Cpu cpu, long src) {
    long high = cpu.r[RDX];
    long low = cpu.r[RAX];
    boolean negative = high < 0;
    if (negative) {
      high = low == 0 ? -high : ~high;
      low = -low;
    }
    long divisor = Math.abs(src);
    if (Long.compareUnsigned(high, divisor) >= 0) {
      throw overflow(cpu, Requirement.IDIV_QUOTIENT_FITS);
    }
    long quotient = divide128(high, low, divisor);
    long remainder = low - quotient * divisor;
    boolean negativeQuotient = negative != src < 0;
    if (quotient < 0 && !(negativeQuotient && quotient == Long.MIN_VALUE)) {
      throw overflow(cpu, Requirement.IDIV_QUOTIENT_FITS);
    }
    cpu.r[RAX] = negativeQuotient ? -quotient : quotient;
    cpu.r[RDX] = negative ? -remainder : remainder;
  }

  /** AX, or DX:AX, or EDX:EAX, zero-extended. */
  private static long dividend(Cpu cpu, int width) {
    if (width == 8) {
      return cpu.r[RAX] & 0xFFFF;
    }
    long low = Width.zeroExtend(width, cpu.r[RAX]);
    return Width.zeroExtend(width, cpu.r[RDX]) << width | low;
  }

  private static void setResult(Cpu cpu, int width, long quotient, long remainder) {
    long low = Width.zeroExtend(width, quotient);
    Multiplication.setPair(cpu, width, Width.zeroExtend(width, remainder) << width | low);
  }

  private static Fault overflow(Cpu cpu, Requirement violated) {
    return cpu.raise(Vector.DE, 0, violated);
  }

  /**
   * Unsigned quotient of high:low by the divisor, which is greater than high: two digits of 32 bits
   * each, as with pen and paper.
   */
  static long divide128(long high, long low, long divisor) {
    if (high == 0) {
      return Long.divideUnsigned(low, divisor);
    }
    int shift = Long.numberOfLeadingZeros(divisor);
    long d = divisor << shift;
    long upper = shift == 0 ? high : high << shift | low >>> (64 - shift);
    long lower = low << shift;
    long q1 = digit(upper, lower >>> 32, d);
    long rest = (upper << 32 | lower >>> 32) - q1 * d;
    return (q1 << 32) + digit(rest, lower & LOW_HALF, d);
  }

  /** Quotient of upper:next, 96 bits, by the divisor, whose top bit is set: one 32-bit digit. */
  private static long digit(long upper, long next, long divisor) {
    long d1 = divisor >>> 32;
    long d0 = divisor & LOW_HALF;
    long q = Long.divideUnsigned(upper, d1);
    long rest = upper - q * d1;
    while (q > LOW_HALF || Long.compareUnsigned(q * d0, rest << 32 | next) > 0) {
      q--;
      rest += d1;
      if (rest > LOW_HALF) {
        break;
      }
    }
    return q;
  }
}
