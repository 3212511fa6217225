package io.vmxlab.host;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import java.util.Arrays;

/** Chooses what XMM and MMX registers and MXCSR hold before a case. */
final class VectorChooser {
  private final Values values;
  private VectorState state = usual();

  VectorChooser(Values values) {
    this.values = values;
  }

  /** Registers that an instruction does not name. */
  static VectorState usual() {
    long[] xmm = new long[32];
    Arrays.setAll(xmm, i -> 0x0101_0101_0101_0101L * (i + 0x40));
    long[] mm = new long[8];
    Arrays.setAll(mm, i -> 0x0101_0101_0101_0101L * (i + 0x70));
    return new VectorState(xmm, mm, Mxcsr.INITIAL, 0, 0xFF, 0);
  }

  /** The row knows these registers. */
  static boolean used(Form form) {
    if (form.page().endsWith("MXCSR")) {
      return true;
    }
    for (Operand o : form.operands()) {
      if (o.kind() == Operand.Kind.OTHER) {
        return true;
      }
    }
    return false;
  }

  VectorState state() {
    return state;
  }

  /** Fills the registers that an instruction names, and XMM0. */
  void choose(Instruction insn) {
    if (!used(insn.form)) {
      return;
    }
    VectorState s = usual();
    for (int i = 0; i < 2; i++) {
      s.xmm()[2 * insn.reg + i] = quad(insn.form);
      s.xmm()[2 * insn.rm + i] = quad(insn.form);
      s.xmm()[i] = quad(insn.form);
    }
    s.mm()[insn.reg & 7] = quad(insn.form);
    s.mm()[insn.rm & 7] = quad(insn.form);
    int mxcsr = computes(insn.form) ? mxcsr() : s.mxcsr();
    state = new VectorState(s.xmm(), s.mm(), mxcsr, s.top(), s.tags(), s.ones());
  }

  private static boolean computes(Form form) {
    return form.owner() != null
        && (form.owner().contains(".Float") || form.page().endsWith("MXCSR"));
  }

  private int mxcsr() {
    int controls = values.chance(50) ? 0 : values.below(4) << Mxcsr.RC;
    controls |= values.chance(25) ? Mxcsr.DAZ : 0;
    controls |= values.chance(25) ? Mxcsr.FTZ : 0;
    int masks = values.chance(60) ? FpException.ALL : values.below(FpException.ALL + 1);
    int flags = values.chance(70) ? 0 : values.below(FpException.ALL + 1);
    return controls | masks << Mxcsr.MASKS | flags;
  }

  /** A value at which floating-point arithmetic changes its behaviour, or near one. */
  private long number(int exponentBits, int fractionBits) {
    long bias = (1L << exponentBits - 1) - 1;
    long one = bias << fractionBits;
    long fraction = (1L << fractionBits) - 1;
    long infinity = ((1L << exponentBits) - 1) << fractionBits;
    long sign = (long) values.below(2) << exponentBits + fractionBits;
    switch (values.below(16)) {
      case 0:
        return sign;
      case 1:
        return sign | infinity;
      case 2:
        return sign | infinity | fraction + 1 >> 1 | values.next() & fraction; // quiet
      case 3:
        return sign | infinity | 1 + values.below(1000); // signaling
      case 4:
        return sign | values.next() & fraction; // denormal
      case 5:
        return sign | (values.chance(50) ? 1 : fraction) + values.below(3);
      case 6:
        return sign | infinity - 1 - values.below(3);
      case 7:
        return sign | one + ((long) values.between(-2, 3) << fractionBits - 1);
      case 8:
        return sign | one + ((long) values.between(29, 34) << fractionBits) + values.below(2);
      case 9:
        return sign | one + ((long) values.between(61, 66) << fractionBits) - values.below(2);
      case 10:
      case 11:
        return sign | one + ((long) values.between(-3, 4) << fractionBits) + random(fraction);
      case 12:
        return sign | one + ((long) values.between(20, 55) << fractionBits) + random(fraction);
      case 13:
        return sign | ((long) values.below(2 * fractionBits) << fractionBits) + random(fraction);
      default:
        return sign | values.random() & -1L >>> 64 - exponentBits - fractionBits;
    }
  }

  private long random(long mask) {
    return (values.chance(50) ? values.next() : values.random()) & mask;
  }

  private long numbers(Form form) {
    String name = form.mnemonic();
    boolean doubles = name.endsWith("D") || name.contains("PD2") || name.contains("SD2");
    return doubles != values.chance(5)
        ? number(11, 52)
        : number(8, 23) | number(8, 23) << Integer.SIZE;
  }

  /** Of the operands of an instruction. */
  long quad(Form form) {
    if (form.page().endsWith("MXCSR")) {
      return values.chance(95) ? mxcsr() : 1L << values.between(18, 32); // AMD has a bit 17
    }
    if (computes(form) && values.chance(90)) {
      return numbers(form);
    }
    if (form.mnemonic().startsWith("PS") && values.chance(40)) {
      return values.below(70); // a count
    }
    switch (values.below(6)) {
      case 0:
        return bytes();
      case 1:
        return values.next() & 0xFFFF | values.next() << 48 | values.next() << 16 & 0xFFFF_0000L;
      case 2:
        return values.next() & 0xFFFF_FFFFL | values.next() << 32;
      default:
        return values.next();
    }
  }

  /** Few different bytes, so that some are equal, and zeros. */
  private long bytes() {
    long quad = 0;
    for (int i = 0; i < 8; i++) {
      quad = quad << 8 | (values.chance(10) ? 0 : values.below(5) * 0x3F);
    }
    return quad;
  }
}
