package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Multiplication. SDM Vol. 1 "Binary Arithmetic Instructions". */
public final class Multiplication {
  // spotless:off
  static final Page MUL = page("MUL", Sdm.MUL)
      .form("F6 /4",         "MUL r/m8")
      .form("F7 /4",         "MUL r/m16")
      .form("F7 /4",         "MUL r/m32")
      .form("REX.W + F7 /4", "MUL r/m64")
      .flags("CF OF: upper half is significant; undefined: SF ZF AF PF")
      .does(Multiplication.class, "mul");

  static final Page IMUL = page("IMUL", Sdm.IMUL)
      .form("F6 /5",         "IMUL r/m8")
      .form("F7 /5",         "IMUL r/m16")
      .form("F7 /5",         "IMUL r/m32")
      .form("REX.W + F7 /5", "IMUL r/m64")
      .flags("CF OF: upper half is significant; undefined: SF ZF AF PF")
      .does(Multiplication.class, "imulWide")
      .form("0F AF /r",         "IMUL r16, r/m16")
      .form("0F AF /r",         "IMUL r32, r/m32")
      .form("REX.W + 0F AF /r", "IMUL r64, r/m64")
      .form("6B /r ib",         "IMUL r16, r/m16, imm8")
      .form("6B /r ib",         "IMUL r32, r/m32, imm8")
      .form("REX.W + 6B /r ib", "IMUL r64, r/m64, imm8")
      .form("69 /r iw",         "IMUL r16, r/m16, imm16")
      .form("69 /r id",         "IMUL r32, r/m32, imm32")
      .form("REX.W + 69 /r id", "IMUL r64, r/m64, imm32")
      .flags("CF OF: upper half is significant; undefined: SF ZF AF PF")
      .does(Multiplication.class, "imul");
  // spotless:on

  private Multiplication() {}

  /** AX, DX:AX, EDX:EAX or RDX:RAX := accumulator * SRC, unsigned. */
  public static void mul(Cpu cpu, int width, long src) {
    if (width == 64) {
      long high = multiplyHighUnsigned(cpu.r[RAX], src);
      setWide(cpu, cpu.r[RAX] * src, high);
      significant(cpu, high != 0);
      return;
    }
    long product = Width.zeroExtend(width, cpu.r[RAX]) * src;
    setPair(cpu, width, product);
    cpu.flagsLogic(Width.signExtend(width, product));
    significant(cpu, product >>> width != 0);
  }

  /** AX, DX:AX, EDX:EAX or RDX:RAX := accumulator * SRC, signed. */
  public static void imulWide(Cpu cpu, int width, long src) {
    if (width == 64) {
      long low = cpu.r[RAX] * src;
      long high = Math.multiplyHigh(cpu.r[RAX], src);
      setWide(cpu, low, high);
      significant(cpu, high != low >> 63);
      return;
    }
    long product = Width.signExtend(width, cpu.r[RAX]) * Width.signExtend(width, src);
    setPair(cpu, width, product);
    long low = Width.signExtend(width, product);
    cpu.flagsLogic(low);
    significant(cpu, product != low);
  }

  /** DEST := SRC1 * SRC2, signed, cut to the width. */
  public static long imul(LazyFlags flags, int width, long src1, long src2) {
    long a = Width.signExtend(width, src1);
    long b = Width.signExtend(width, src2);
    long product = a * b;
    long r = Width.signExtend(width, product);
    flags.flagsLogic(r);
    significant(flags, width == 64 ? Math.multiplyHigh(a, b) != product >> 63 : r != product);
    return r;
  }

  /** Upper 64 bits of the unsigned product. */
  static long multiplyHighUnsigned(long a, long b) {
    return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
  }

  /** Writes AX, or DX:AX, or EDX:EAX. */
  static void setPair(Cpu cpu, int width, long value) {
    long[] r = cpu.r;
    switch (width) {
      case 8:
        r[RAX] = (r[RAX] & ~0xFFFFL) | (value & 0xFFFF);
        break;
      case 16:
        r[RAX] = (r[RAX] & ~0xFFFFL) | (value & 0xFFFF);
        r[RDX] = (r[RDX] & ~0xFFFFL) | ((value >>> 16) & 0xFFFF);
        break;
      default:
        r[RAX] = value & 0xFFFF_FFFFL;
        r[RDX] = value >>> 32;
        break;
    }
  }

  private static void setWide(Cpu cpu, long low, long high) {
    cpu.r[RAX] = low;
    cpu.r[RDX] = high;
    cpu.flagsLogic(low);
  }

  private static void significant(LazyFlags flags, boolean upperHalf) {
    long both = upperHalf ? -1 : 0;
    flags.setCarryAndOverflow(both, both);
  }
}
