package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** BMI1 and BMI2. SDM Vol. 1 "BMI1, BMI2". */
public final class Bmi {
  // spotless:off
  static final Page ANDN = page("ANDN", Sdm.ANDN)
      .needs(Feature.BMI1)
      .form("VEX.LZ.0F38.W0 F2 /r", "ANDN r32a, r32b, r/m32")
      .form("VEX.LZ.0F38.W1 F2 /r", "ANDN r64a, r64b, r/m64")
      .flags("SF ZF: by result; OF CF: 0; undefined: AF PF")
      .does(Bmi.class, "andn");

  static final Page BEXTR = page("BEXTR", Sdm.BEXTR)
      .needs(Feature.BMI1)
      .form("VEX.LZ.0F38.W0 F7 /r", "BEXTR r32a, r/m32, r32b")
      .form("VEX.LZ.0F38.W1 F7 /r", "BEXTR r64a, r/m64, r64b")
      .flags("ZF: by result; OF CF: 0; undefined: AF SF PF")
      .does(Bmi.class, "bextr");

  static final Page BLSI = page("BLSI", Sdm.BLSI)
      .needs(Feature.BMI1)
      .form("VEX.LZ.0F38.W0 F3 /3", "BLSI r32, r/m32")
      .form("VEX.LZ.0F38.W1 F3 /3", "BLSI r64, r/m64")
      .flags("ZF SF: by result; CF: source is not 0; OF: 0; undefined: AF PF")
      .does(Bmi.class, "blsi");

  static final Page BLSMSK = page("BLSMSK", Sdm.BLSMSK)
      .needs(Feature.BMI1)
      .form("VEX.LZ.0F38.W0 F3 /2", "BLSMSK r32, r/m32")
      .form("VEX.LZ.0F38.W1 F3 /2", "BLSMSK r64, r/m64")
      .flags("SF: by result; CF: source is 0; ZF OF: 0; undefined: AF PF")
      .does(Bmi.class, "blsmsk");

  static final Page BLSR = page("BLSR", Sdm.BLSR)
      .needs(Feature.BMI1)
      .form("VEX.LZ.0F38.W0 F3 /1", "BLSR r32, r/m32")
      .form("VEX.LZ.0F38.W1 F3 /1", "BLSR r64, r/m64")
      .flags("ZF SF: by result; CF: source is 0; OF: 0; undefined: AF PF")
      .does(Bmi.class, "blsr");

  static final Page BZHI = page("BZHI", Sdm.BZHI)
      .needs(Feature.BMI2)
      .form("VEX.LZ.0F38.W0 F5 /r", "BZHI r32a, r/m32, r32b")
      .form("VEX.LZ.0F38.W1 F5 /r", "BZHI r64a, r/m64, r64b")
      .flags("ZF SF: by result; CF: index is beyond the operand; OF: 0; undefined: AF PF")
      .does(Bmi.class, "bzhi");

  static final Page MULX = page("MULX", Sdm.MULX)
      .needs(Feature.BMI2)
      .form("VEX.LZ.F2.0F38.W0 F6 /r", "MULX r32a, r32b, r/m32")
      .form("VEX.LZ.F2.0F38.W1 F6 /r", "MULX r64a, r64b, r/m64")
      .does(Bmi.class, "mulx");

  static final Page PDEP = page("PDEP", Sdm.PDEP)
      .needs(Feature.BMI2)
      .form("VEX.LZ.F2.0F38.W0 F5 /r", "PDEP r32a, r32b, r/m32")
      .form("VEX.LZ.F2.0F38.W1 F5 /r", "PDEP r64a, r64b, r/m64")
      .does(Bmi.class, "pdep");

  static final Page PEXT = page("PEXT", Sdm.PEXT)
      .needs(Feature.BMI2)
      .form("VEX.LZ.F3.0F38.W0 F5 /r", "PEXT r32a, r32b, r/m32")
      .form("VEX.LZ.F3.0F38.W1 F5 /r", "PEXT r64a, r64b, r/m64")
      .does(Bmi.class, "pext");

  static final Page RORX = page("RORX", Sdm.RORX)
      .needs(Feature.BMI2)
      .form("VEX.LZ.F2.0F3A.W0 F0 /r ib", "RORX r32, r/m32, imm8")
      .form("VEX.LZ.F2.0F3A.W1 F0 /r ib", "RORX r64, r/m64, imm8")
      .does(Bmi.class, "rorx");

  static final Page SARX = page("SARX/SHLX/SHRX", Sdm.SARX)
      .needs(Feature.BMI2)
      .form("VEX.LZ.F3.0F38.W0 F7 /r", "SARX r32a, r/m32, r32b")
      .form("VEX.LZ.F3.0F38.W1 F7 /r", "SARX r64a, r/m64, r64b")
      .does(Bmi.class, "sarx")
      .form("VEX.LZ.66.0F38.W0 F7 /r", "SHLX r32a, r/m32, r32b")
      .form("VEX.LZ.66.0F38.W1 F7 /r", "SHLX r64a, r/m64, r64b")
      .does(Bmi.class, "shlx")
      .form("VEX.LZ.F2.0F38.W0 F7 /r", "SHRX r32a, r/m32, r32b")
      .form("VEX.LZ.F2.0F38.W1 F7 /r", "SHRX r64a, r/m64, r64b")
      .does(Bmi.class, "shrx");
  // spotless:on

  private Bmi() {}

  /** DEST := (NOT SRC1) AND SRC2. */
  public static long andn(LazyFlags flags, int width, long src1, long src2) {
    long r = Width.signExtend(width, ~src1 & src2);
    flags.flagsLogic(r);
    return r;
  }

  /** DEST := SRC2[15:8] bits of SRC1 from bit SRC2[7:0]. */
  public static long bextr(LazyFlags flags, int width, long src1, long src2) {
    int start = (int) src2 & 0xFF;
    int length = (int) (src2 >>> 8) & 0xFF;
    long shifted = start < width ? src1 >>> start : 0;
    long r = length < 64 ? shifted & ~(-1L << length) : shifted;
    flags.flagsLogic(Width.signExtend(width, r));
    return r;
  }

  /** DEST := (-SRC) AND SRC. */
  public static long blsi(LazyFlags flags, int width, long src) {
    return lowest(flags, width, -src & src, src != 0);
  }

  /** DEST := (SRC - 1) XOR SRC. */
  public static long blsmsk(LazyFlags flags, int width, long src) {
    return lowest(flags, width, (src - 1) ^ src, src == 0);
  }

  /** DEST := (SRC - 1) AND SRC. */
  public static long blsr(LazyFlags flags, int width, long src) {
    return lowest(flags, width, (src - 1) & src, src == 0);
  }

  private static long lowest(LazyFlags flags, int width, long result, boolean carry) {
    long r = Width.signExtend(width, result);
    flags.flagsLogic(r);
    flags.setCf(carry);
    return r;
  }

  /** DEST := SRC1 with bits from SRC2[7:0] upwards cleared. */
  public static long bzhi(LazyFlags flags, int width, long src1, long src2) {
    int index = (int) src2 & 0xFF;
    long r = Width.signExtend(width, index < width ? src1 & ~(-1L << index) : src1);
    flags.flagsLogic(r);
    flags.setCf(index >= width);
    return r;
  }

  /** DEST1:DEST2 := RDX * SRC, unsigned. If both are one register it gets the upper half. */
  public static void mulx(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long src1 = Width.zeroExtend(width, cpu.r[RDX]);
    long src2 = Operands.readRm(cpu, insn, width);
    long low = src1 * src2;
    long high = width == 64 ? Multiplication.multiplyHighUnsigned(src1, src2) : low >>> 32;
    Operands.writeRegister(cpu, insn, insn.vvvv, width, low);
    Operands.writeRegister(cpu, insn, insn.reg, width, high);
  }

  /** DEST := low bits of SRC, one after the other, in the places of the 1 bits of MASK. */
  public static long pdep(LazyFlags flags, int width, long src, long mask) {
    long r = 0;
    long rest = src;
    for (long m = mask; m != 0; m &= m - 1) {
      r |= m & -m & -(rest & 1);
      rest >>>= 1;
    }
    return r;
  }

  /** DEST := bits of SRC in the places of the 1 bits of MASK, one after the other. */
  public static long pext(LazyFlags flags, int width, long src, long mask) {
    long r = 0;
    int place = 0;
    for (long m = mask; m != 0; m &= m - 1) {
      r |= (src >>> Long.numberOfTrailingZeros(m) & 1) << place++;
    }
    return r;
  }

  /** DEST := SRC rotated right. */
  public static long rorx(LazyFlags flags, int width, long src, long count) {
    int c = (int) count & (width - 1);
    return src >>> c | src << (width - c);
  }

  /** DEST := SRC / 2^COUNT, signed. */
  public static long sarx(LazyFlags flags, int width, long src, long count) {
    return Width.signExtend(width, src) >> (count & (width - 1));
  }

  /** DEST := SRC * 2^COUNT. */
  public static long shlx(LazyFlags flags, int width, long src, long count) {
    return src << (count & (width - 1));
  }

  /** DEST := SRC / 2^COUNT, unsigned. */
  public static long shrx(LazyFlags flags, int width, long src, long count) {
    return src >>> (count & (width - 1));
  }
}
