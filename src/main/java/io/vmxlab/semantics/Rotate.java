package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.isa.Page;

/**
 * Rotates. SDM Vol. 1 "Shift and Rotate Instructions". OF, which the manual defines for a count of
 * 1 alone, follows the same formula for every count.
 */
public final class Rotate {
  // spotless:off
  static final Page RCL = page("RCL/RCR/ROL/ROR", Sdm.RCL)
      .form("D0 /0",            "ROL r/m8, 1")
      .form("D1 /0",            "ROL r/m16, 1")
      .form("D1 /0",            "ROL r/m32, 1")
      .form("REX.W + D1 /0",    "ROL r/m64, 1")
      .form("D2 /0",            "ROL r/m8, CL")
      .form("D3 /0",            "ROL r/m16, CL")
      .form("D3 /0",            "ROL r/m32, CL")
      .form("REX.W + D3 /0",    "ROL r/m64, CL")
      .form("C0 /0 ib",         "ROL r/m8, imm8")
      .form("C1 /0 ib",         "ROL r/m16, imm8")
      .form("C1 /0 ib",         "ROL r/m32, imm8")
      .form("REX.W + C1 /0 ib", "ROL r/m64, imm8")
      .flags("CF: bit rotated; OF: for a count of 1; SF ZF AF PF: unchanged")
      .does(Rotate.class, "rol")
      .form("D0 /1",            "ROR r/m8, 1")
      .form("D1 /1",            "ROR r/m16, 1")
      .form("D1 /1",            "ROR r/m32, 1")
      .form("REX.W + D1 /1",    "ROR r/m64, 1")
      .form("D2 /1",            "ROR r/m8, CL")
      .form("D3 /1",            "ROR r/m16, CL")
      .form("D3 /1",            "ROR r/m32, CL")
      .form("REX.W + D3 /1",    "ROR r/m64, CL")
      .form("C0 /1 ib",         "ROR r/m8, imm8")
      .form("C1 /1 ib",         "ROR r/m16, imm8")
      .form("C1 /1 ib",         "ROR r/m32, imm8")
      .form("REX.W + C1 /1 ib", "ROR r/m64, imm8")
      .flags("CF: bit rotated; OF: for a count of 1; SF ZF AF PF: unchanged")
      .does(Rotate.class, "ror")
      .form("D0 /2",            "RCL r/m8, 1")
      .form("D1 /2",            "RCL r/m16, 1")
      .form("D1 /2",            "RCL r/m32, 1")
      .form("REX.W + D1 /2",    "RCL r/m64, 1")
      .form("D2 /2",            "RCL r/m8, CL")
      .form("D3 /2",            "RCL r/m16, CL")
      .form("D3 /2",            "RCL r/m32, CL")
      .form("REX.W + D3 /2",    "RCL r/m64, CL")
      .form("C0 /2 ib",         "RCL r/m8, imm8")
      .form("C1 /2 ib",         "RCL r/m16, imm8")
      .form("C1 /2 ib",         "RCL r/m32, imm8")
      .form("REX.W + C1 /2 ib", "RCL r/m64, imm8")
      .flags("CF: bit rotated; OF: for a count of 1; SF ZF AF PF: unchanged")
      .does(Rotate.class, "rcl")
      .form("D0 /3",            "RCR r/m8, 1")
      .form("D1 /3",            "RCR r/m16, 1")
      .form("D1 /3",            "RCR r/m32, 1")
      .form("REX.W + D1 /3",    "RCR r/m64, 1")
      .form("D2 /3",            "RCR r/m8, CL")
      .form("D3 /3",            "RCR r/m16, CL")
      .form("D3 /3",            "RCR r/m32, CL")
      .form("REX.W + D3 /3",    "RCR r/m64, CL")
      .form("C0 /3 ib",         "RCR r/m8, imm8")
      .form("C1 /3 ib",         "RCR r/m16, imm8")
      .form("C1 /3 ib",         "RCR r/m32, imm8")
      .form("REX.W + C1 /3 ib", "RCR r/m64, imm8")
      .flags("CF: bit rotated; OF: for a count of 1; SF ZF AF PF: unchanged")
      .does(Rotate.class, "rcr");
  // spotless:on

  private Rotate() {}

  /** DEST rotated left. */
  public static long rol(LazyFlags flags, int width, long dest, long count) {
    int c = Shift.masked(width, count);
    if (c == 0) {
      return dest;
    }
    int n = c & (width - 1);
    long r = dest << n | dest >>> (width - n);
    flags.setCarryAndOverflow(r << 63, r << (64 - width) ^ r << 63);
    return r;
  }

  /** DEST rotated right. */
  public static long ror(LazyFlags flags, int width, long dest, long count) {
    int c = Shift.masked(width, count);
    if (c == 0) {
      return dest;
    }
    int n = c & (width - 1);
    long r = dest >>> n | dest << (width - n);
    flags.setCarryAndOverflow(r << (64 - width), r << (64 - width) ^ r << (65 - width));
    return r;
  }

  /** CF:DEST rotated left. */
  public static long rcl(LazyFlags flags, int width, long dest, long count) {
    int c = throughCarry(width, count);
    if (c == 0) {
      return dest;
    }
    long carry = flags.cf() ? 1 : 0;
    long out = dest >>> (width - c);
    long r = dest << 1 << (c - 1) | carry << (c - 1) | out >>> 1;
    flags.setCarryAndOverflow(out << 63, r << (64 - width) ^ out << 63);
    return r;
  }

  /** CF:DEST rotated right. */
  public static long rcr(LazyFlags flags, int width, long dest, long count) {
    int c = throughCarry(width, count);
    if (c == 0) {
      return dest;
    }
    long carry = flags.cf() ? 1 : 0;
    long out = dest >>> (c - 1);
    long r = out >>> 1 | carry << (width - c) | dest << (width - c) << 1;
    flags.setCarryAndOverflow(out << 63, r << (64 - width) ^ r << (65 - width));
    return r;
  }

  /** There are {@code width + 1} bits to rotate; the count of 32 and 64 bits is smaller anyway. */
  private static int throughCarry(int width, long count) {
    int c = Shift.masked(width, count);
    return width < 32 ? c % (width + 1) : c;
  }
}
