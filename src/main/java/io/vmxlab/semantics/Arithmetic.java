package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Addition and subtraction. SDM Vol. 1 "Binary Arithmetic Instructions". */
public final class Arithmetic {
  // spotless:off
  static final Page ADD = page("ADD", Sdm.ADD)
      .form("04 ib",            "ADD AL, imm8")
      .form("05 iw",            "ADD AX, imm16")
      .form("05 id",            "ADD EAX, imm32")
      .form("REX.W + 05 id",    "ADD RAX, imm32")
      .form("80 /0 ib",         "ADD r/m8, imm8",   LOCK)
      .form("81 /0 iw",         "ADD r/m16, imm16", LOCK)
      .form("81 /0 id",         "ADD r/m32, imm32", LOCK)
      .form("REX.W + 81 /0 id", "ADD r/m64, imm32", LOCK)
      .form("83 /0 ib",         "ADD r/m16, imm8",  LOCK)
      .form("83 /0 ib",         "ADD r/m32, imm8",  LOCK)
      .form("REX.W + 83 /0 ib", "ADD r/m64, imm8",  LOCK)
      .form("82 /0 ib",         "ADD r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("00 /r",            "ADD r/m8, r8",     LOCK)
      .form("01 /r",            "ADD r/m16, r16",   LOCK)
      .form("01 /r",            "ADD r/m32, r32",   LOCK)
      .form("REX.W + 01 /r",    "ADD r/m64, r64",   LOCK)
      .form("02 /r",            "ADD r8, r/m8")
      .form("03 /r",            "ADD r16, r/m16")
      .form("03 /r",            "ADD r32, r/m32")
      .form("REX.W + 03 /r",    "ADD r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Arithmetic.class, "add");

  static final Page ADC = page("ADC", Sdm.ADC)
      .form("14 ib",            "ADC AL, imm8")
      .form("15 iw",            "ADC AX, imm16")
      .form("15 id",            "ADC EAX, imm32")
      .form("REX.W + 15 id",    "ADC RAX, imm32")
      .form("80 /2 ib",         "ADC r/m8, imm8",   LOCK)
      .form("81 /2 iw",         "ADC r/m16, imm16", LOCK)
      .form("81 /2 id",         "ADC r/m32, imm32", LOCK)
      .form("REX.W + 81 /2 id", "ADC r/m64, imm32", LOCK)
      .form("83 /2 ib",         "ADC r/m16, imm8",  LOCK)
      .form("83 /2 ib",         "ADC r/m32, imm8",  LOCK)
      .form("REX.W + 83 /2 ib", "ADC r/m64, imm8",  LOCK)
      .form("82 /2 ib",         "ADC r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("10 /r",            "ADC r/m8, r8",     LOCK)
      .form("11 /r",            "ADC r/m16, r16",   LOCK)
      .form("11 /r",            "ADC r/m32, r32",   LOCK)
      .form("REX.W + 11 /r",    "ADC r/m64, r64",   LOCK)
      .form("12 /r",            "ADC r8, r/m8")
      .form("13 /r",            "ADC r16, r/m16")
      .form("13 /r",            "ADC r32, r/m32")
      .form("REX.W + 13 /r",    "ADC r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Arithmetic.class, "adc");

  static final Page SBB = page("SBB", Sdm.SBB)
      .form("1C ib",            "SBB AL, imm8")
      .form("1D iw",            "SBB AX, imm16")
      .form("1D id",            "SBB EAX, imm32")
      .form("REX.W + 1D id",    "SBB RAX, imm32")
      .form("80 /3 ib",         "SBB r/m8, imm8",   LOCK)
      .form("81 /3 iw",         "SBB r/m16, imm16", LOCK)
      .form("81 /3 id",         "SBB r/m32, imm32", LOCK)
      .form("REX.W + 81 /3 id", "SBB r/m64, imm32", LOCK)
      .form("83 /3 ib",         "SBB r/m16, imm8",  LOCK)
      .form("83 /3 ib",         "SBB r/m32, imm8",  LOCK)
      .form("REX.W + 83 /3 ib", "SBB r/m64, imm8",  LOCK)
      .form("82 /3 ib",         "SBB r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("18 /r",            "SBB r/m8, r8",     LOCK)
      .form("19 /r",            "SBB r/m16, r16",   LOCK)
      .form("19 /r",            "SBB r/m32, r32",   LOCK)
      .form("REX.W + 19 /r",    "SBB r/m64, r64",   LOCK)
      .form("1A /r",            "SBB r8, r/m8")
      .form("1B /r",            "SBB r16, r/m16")
      .form("1B /r",            "SBB r32, r/m32")
      .form("REX.W + 1B /r",    "SBB r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Arithmetic.class, "sbb");

  static final Page SUB = page("SUB", Sdm.SUB)
      .form("2C ib",            "SUB AL, imm8")
      .form("2D iw",            "SUB AX, imm16")
      .form("2D id",            "SUB EAX, imm32")
      .form("REX.W + 2D id",    "SUB RAX, imm32")
      .form("80 /5 ib",         "SUB r/m8, imm8",   LOCK)
      .form("81 /5 iw",         "SUB r/m16, imm16", LOCK)
      .form("81 /5 id",         "SUB r/m32, imm32", LOCK)
      .form("REX.W + 81 /5 id", "SUB r/m64, imm32", LOCK)
      .form("83 /5 ib",         "SUB r/m16, imm8",  LOCK)
      .form("83 /5 ib",         "SUB r/m32, imm8",  LOCK)
      .form("REX.W + 83 /5 ib", "SUB r/m64, imm8",  LOCK)
      .form("82 /5 ib",         "SUB r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("28 /r",            "SUB r/m8, r8",     LOCK)
      .form("29 /r",            "SUB r/m16, r16",   LOCK)
      .form("29 /r",            "SUB r/m32, r32",   LOCK)
      .form("REX.W + 29 /r",    "SUB r/m64, r64",   LOCK)
      .form("2A /r",            "SUB r8, r/m8")
      .form("2B /r",            "SUB r16, r/m16")
      .form("2B /r",            "SUB r32, r/m32")
      .form("REX.W + 2B /r",    "SUB r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Arithmetic.class, "sub");

  static final Page CMP = page("CMP", Sdm.CMP)
      .form("3C ib",            "CMP AL, imm8")
      .form("3D iw",            "CMP AX, imm16")
      .form("3D id",            "CMP EAX, imm32")
      .form("REX.W + 3D id",    "CMP RAX, imm32")
      .form("80 /7 ib",         "CMP r/m8, imm8")
      .form("81 /7 iw",         "CMP r/m16, imm16")
      .form("81 /7 id",         "CMP r/m32, imm32")
      .form("REX.W + 81 /7 id", "CMP r/m64, imm32")
      .form("83 /7 ib",         "CMP r/m16, imm8")
      .form("83 /7 ib",         "CMP r/m32, imm8")
      .form("REX.W + 83 /7 ib", "CMP r/m64, imm8")
      .form("82 /7 ib",         "CMP r/m8, imm8", NO64, ALIAS)
      .form("38 /r",            "CMP r/m8, r8")
      .form("39 /r",            "CMP r/m16, r16")
      .form("39 /r",            "CMP r/m32, r32")
      .form("REX.W + 39 /r",    "CMP r/m64, r64")
      .form("3A /r",            "CMP r8, r/m8")
      .form("3B /r",            "CMP r16, r/m16")
      .form("3B /r",            "CMP r32, r/m32")
      .form("REX.W + 3B /r",    "CMP r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Arithmetic.class, "cmp");
  // spotless:on

  private Arithmetic() {}

  /** DEST := DEST + SRC. */
  public static long add(LazyFlags flags, int width, long dest, long src) {
    long a = Width.signExtend(width, dest);
    long b = Width.signExtend(width, src);
    return flags.flagsAdd(a, b, Width.signExtend(width, a + b));
  }

  /** DEST := DEST + SRC + CF. */
  public static long adc(LazyFlags flags, int width, long dest, long src) {
    long a = Width.signExtend(width, dest);
    long b = Width.signExtend(width, src);
    return flags.flagsAdd(a, b, Width.signExtend(width, a + b + (flags.cf() ? 1 : 0)));
  }

  /** DEST := DEST - (SRC + CF). */
  public static long sbb(LazyFlags flags, int width, long dest, long src) {
    long a = Width.signExtend(width, dest);
    long b = Width.signExtend(width, src);
    return flags.flagsSub(a, b, Width.signExtend(width, a - b - (flags.cf() ? 1 : 0)));
  }

  /** DEST := DEST - SRC. */
  public static long sub(LazyFlags flags, int width, long dest, long src) {
    long a = Width.signExtend(width, dest);
    long b = Width.signExtend(width, src);
    return flags.flagsCompare(a, b, Width.signExtend(width, a - b));
  }

  /** temp := SRC1 - SRC2; only the flags stay. */
  public static void cmp(LazyFlags flags, int width, long src1, long src2) {
    long a = Width.signExtend(width, src1);
    long b = Width.signExtend(width, src2);
    flags.flagsCompare(a, b, Width.signExtend(width, a - b));
  }
}
