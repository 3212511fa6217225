package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/**
 * Shifts. SDM Vol. 1 "Shift and Rotate Instructions". Where the manual leaves a flag or a result
 * undefined, the value is what the formula for the defined cases gives.
 */
public final class Shift {
  // spotless:off
  static final Page SAL = page("SAL/SAR/SHL/SHR", Sdm.SAL)
      .form("D0 /4",            "SHL r/m8, 1")
      .form("D1 /4",            "SHL r/m16, 1")
      .form("D1 /4",            "SHL r/m32, 1")
      .form("REX.W + D1 /4",    "SHL r/m64, 1")
      .form("D2 /4",            "SHL r/m8, CL")
      .form("D3 /4",            "SHL r/m16, CL")
      .form("D3 /4",            "SHL r/m32, CL")
      .form("REX.W + D3 /4",    "SHL r/m64, CL")
      .form("C0 /4 ib",         "SHL r/m8, imm8")
      .form("C1 /4 ib",         "SHL r/m16, imm8")
      .form("C1 /4 ib",         "SHL r/m32, imm8")
      .form("REX.W + C1 /4 ib", "SHL r/m64, imm8")
      .form("D0 /4",            "SAL r/m8, 1",     ALIAS)
      .form("D1 /4",            "SAL r/m16, 1",    ALIAS)
      .form("D1 /4",            "SAL r/m32, 1",    ALIAS)
      .form("REX.W + D1 /4",    "SAL r/m64, 1",    ALIAS)
      .form("D2 /4",            "SAL r/m8, CL",    ALIAS)
      .form("D3 /4",            "SAL r/m16, CL",   ALIAS)
      .form("D3 /4",            "SAL r/m32, CL",   ALIAS)
      .form("REX.W + D3 /4",    "SAL r/m64, CL",   ALIAS)
      .form("C0 /4 ib",         "SAL r/m8, imm8",  ALIAS)
      .form("C1 /4 ib",         "SAL r/m16, imm8", ALIAS)
      .form("C1 /4 ib",         "SAL r/m32, imm8", ALIAS)
      .form("REX.W + C1 /4 ib", "SAL r/m64, imm8", ALIAS)
      .form("D0 /6",            "SHL r/m8, 1",     ALIAS)
      .form("D1 /6",            "SHL r/m16, 1",    ALIAS)
      .form("D1 /6",            "SHL r/m32, 1",    ALIAS)
      .form("REX.W + D1 /6",    "SHL r/m64, 1",    ALIAS)
      .form("D2 /6",            "SHL r/m8, CL",    ALIAS)
      .form("D3 /6",            "SHL r/m16, CL",   ALIAS)
      .form("D3 /6",            "SHL r/m32, CL",   ALIAS)
      .form("REX.W + D3 /6",    "SHL r/m64, CL",   ALIAS)
      .form("C0 /6 ib",         "SHL r/m8, imm8",  ALIAS)
      .form("C1 /6 ib",         "SHL r/m16, imm8", ALIAS)
      .form("C1 /6 ib",         "SHL r/m32, imm8", ALIAS)
      .form("REX.W + C1 /6 ib", "SHL r/m64, imm8", ALIAS)
      .flags("SF ZF PF: by result; CF: last bit shifted out; OF: for a count of 1; undefined: AF")
      .does(Shift.class, "shl")
      .form("D0 /5",            "SHR r/m8, 1")
      .form("D1 /5",            "SHR r/m16, 1")
      .form("D1 /5",            "SHR r/m32, 1")
      .form("REX.W + D1 /5",    "SHR r/m64, 1")
      .form("D2 /5",            "SHR r/m8, CL")
      .form("D3 /5",            "SHR r/m16, CL")
      .form("D3 /5",            "SHR r/m32, CL")
      .form("REX.W + D3 /5",    "SHR r/m64, CL")
      .form("C0 /5 ib",         "SHR r/m8, imm8")
      .form("C1 /5 ib",         "SHR r/m16, imm8")
      .form("C1 /5 ib",         "SHR r/m32, imm8")
      .form("REX.W + C1 /5 ib", "SHR r/m64, imm8")
      .flags("SF ZF PF: by result; CF: last bit shifted out; OF: for a count of 1; undefined: AF")
      .does(Shift.class, "shr")
      .form("D0 /7",            "SAR r/m8, 1")
      .form("D1 /7",            "SAR r/m16, 1")
      .form("D1 /7",            "SAR r/m32, 1")
      .form("REX.W + D1 /7",    "SAR r/m64, 1")
      .form("D2 /7",            "SAR r/m8, CL")
      .form("D3 /7",            "SAR r/m16, CL")
      .form("D3 /7",            "SAR r/m32, CL")
      .form("REX.W + D3 /7",    "SAR r/m64, CL")
      .form("C0 /7 ib",         "SAR r/m8, imm8")
      .form("C1 /7 ib",         "SAR r/m16, imm8")
      .form("C1 /7 ib",         "SAR r/m32, imm8")
      .form("REX.W + C1 /7 ib", "SAR r/m64, imm8")
      .flags("SF ZF PF: by result; CF: last bit shifted out; OF: for a count of 1; undefined: AF")
      .does(Shift.class, "sar");

  static final Page SHLD = page("SHLD", Sdm.SHLD)
      .form("0F A4 /r ib",         "SHLD r/m16, r16, imm8")
      .form("0F A4 /r ib",         "SHLD r/m32, r32, imm8")
      .form("REX.W + 0F A4 /r ib", "SHLD r/m64, r64, imm8")
      .form("0F A5 /r",            "SHLD r/m16, r16, CL")
      .form("0F A5 /r",            "SHLD r/m32, r32, CL")
      .form("REX.W + 0F A5 /r",    "SHLD r/m64, r64, CL")
      .flags("SF ZF PF: by result; CF: last bit shifted out; OF: for a count of 1; undefined: AF")
      .does(Shift.class, "shld");

  static final Page SHRD = page("SHRD", Sdm.SHRD)
      .form("0F AC /r ib",         "SHRD r/m16, r16, imm8")
      .form("0F AC /r ib",         "SHRD r/m32, r32, imm8")
      .form("REX.W + 0F AC /r ib", "SHRD r/m64, r64, imm8")
      .form("0F AD /r",            "SHRD r/m16, r16, CL")
      .form("0F AD /r",            "SHRD r/m32, r32, CL")
      .form("REX.W + 0F AD /r",    "SHRD r/m64, r64, CL")
      .flags("SF ZF PF: by result; CF: last bit shifted out; OF: for a count of 1; undefined: AF")
      .does(Shift.class, "shrd");
  // spotless:on

  private Shift() {}

  /** The count that counts: modulo 64 for 64-bit operands, else modulo 32. */
  static int masked(int width, long count) {
    return (int) count & (width == 64 ? 63 : 31);
  }

  /** DEST := DEST * 2^COUNT. */
  public static long shl(LazyFlags flags, int width, long dest, long count) {
    int c = masked(width, count);
    if (c == 0) {
      return dest;
    }
    long r = Width.signExtend(width, dest << c);
    long out = Width.zeroExtend(width, dest) << (c - 1) << (64 - width);
    flags.flags(r, out, out ^ r);
    return r;
  }

  /** DEST := DEST / 2^COUNT, unsigned. */
  public static long shr(LazyFlags flags, int width, long dest, long count) {
    int c = masked(width, count);
    if (c == 0) {
      return dest;
    }
    long r = dest >>> c;
    flags.flags(Width.signExtend(width, r), dest << (64 - c), r << (65 - width));
    return r;
  }

  /** DEST := DEST / 2^COUNT, signed, rounded towards minus infinity. */
  public static long sar(LazyFlags flags, int width, long dest, long count) {
    int c = masked(width, count);
    if (c == 0) {
      return dest;
    }
    long d = Width.signExtend(width, dest);
    long r = d >> c;
    flags.flags(r, d << (64 - c), 0);
    return r;
  }

  /** DEST := upper half of DEST:SRC shifted left by COUNT. */
  public static long shld(LazyFlags flags, int width, long dest, long src, long count) {
    int c = masked(width, count);
    if (c == 0) {
      return dest;
    }
    if (width == 16) {
      long words = threeWords(dest, src);
      return doubleShifted(flags, width, words >>> (32 - c), words << (15 + c), true);
    }
    long r = dest << c | src >>> (width - c);
    return doubleShifted(flags, width, r, dest << (63 - width + c), true);
  }

  /** DEST := lower half of SRC:DEST shifted right by COUNT. */
  public static long shrd(LazyFlags flags, int width, long dest, long src, long count) {
    int c = masked(width, count);
    if (c == 0) {
      return dest;
    }
    if (width == 16) {
      long words = threeWords(dest, src);
      return doubleShifted(flags, width, words >>> c, words << (64 - c), false);
    }
    long r = dest >>> c | src << (width - c);
    return doubleShifted(flags, width, r, dest << (64 - c), false);
  }

  /** A 16-bit count may exceed the width: then bits of DEST come in again behind those of SRC. */
  private static long threeWords(long dest, long src) {
    return dest << 32 | src << 16 | dest;
  }

  private static long doubleShifted(
      LazyFlags flags, int width, long result, long carry, boolean left) {
    long r = Width.signExtend(width, result);
    flags.flags(r, carry, r ^ (left ? carry : r << (65 - width)));
    return r;
  }
}
