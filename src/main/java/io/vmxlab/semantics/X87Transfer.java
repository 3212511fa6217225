package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.Constants;
import io.vmxlab.fpu.Extended;
import io.vmxlab.fpu.Format;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Integers;
import io.vmxlab.fpu.PackedDecimal;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Loads, stores and moves of the x87 FPU. SDM Vol. 1 "Data Transfer Instructions" of the x87 FPU.
 */
public final class X87Transfer {
  // spotless:off
  static final Page FLD = page("FLD", Sdm.FLD)
      .form("D9 /0",   "FLD m32fp")
      .form("DD /0",   "FLD m64fp")
      .does(X87Transfer.class, "fld")
      .form("DB /5",   "FLD m80fp")
      .does(X87Transfer.class, "fld80")
      .form("D9 C0+i", "FLD ST(i)")
      .does(X87Transfer.class, "fldRegister");

  static final Page FST = page("FST/FSTP", Sdm.FST)
      .form("D9 /2",   "FST m32fp")
      .form("DD /2",   "FST m64fp")
      .does(X87Transfer.class, "fst")
      .form("D9 /3",   "FSTP m32fp")
      .form("DD /3",   "FSTP m64fp")
      .does(X87Transfer.class, "fstp")
      .form("DB /7",   "FSTP m80fp")
      .does(X87Transfer.class, "fstp80")
      .form("DD D0+i", "FST ST(i)")
      .does(X87Transfer.class, "fstRegister")
      .form("DD D8+i", "FSTP ST(i)")
      .form("DF D0+i", "FSTP ST(i)", ALIAS)
      .form("DF D8+i", "FSTP ST(i)", ALIAS)
      .does(X87Transfer.class, "fstpRegister")
      .form("D9 D8+i", "FSTP ST(i)", ALIAS)
      .does(X87Transfer.class, "fstpUnchecked");

  static final Page FILD = page("FILD", Sdm.FILD)
      .form("DF /0",   "FILD m16int")
      .form("DB /0",   "FILD m32int")
      .form("DF /5",   "FILD m64int")
      .does(X87Transfer.class, "fild");

  static final Page FIST = page("FIST/FISTP", Sdm.FIST)
      .form("DF /2",   "FIST m16int")
      .form("DB /2",   "FIST m32int")
      .does(X87Transfer.class, "fist")
      .form("DF /3",   "FISTP m16int")
      .form("DB /3",   "FISTP m32int")
      .form("DF /7",   "FISTP m64int")
      .does(X87Transfer.class, "fistp");

  static final Page FISTTP = page("FISTTP", Sdm.FISTTP)
      .form("DF /1",   "FISTTP m16int")
      .form("DB /1",   "FISTTP m32int")
      .form("DD /1",   "FISTTP m64int")
      .does(X87Transfer.class, "fisttp");

  static final Page FBLD = page("FBLD", Sdm.FBLD)
      .form("DF /4",   "FBLD m80bcd")
      .does(X87Transfer.class, "fbld");

  static final Page FBSTP = page("FBSTP", Sdm.FBSTP)
      .form("DF /6",   "FBSTP m80bcd")
      .does(X87Transfer.class, "fbstp");

  static final Page FXCH = page("FXCH", Sdm.FXCH)
      .form("D9 C8+i", "FXCH ST(i)")
      .form("DD C8+i", "FXCH ST(i)", ALIAS)
      .form("DF C8+i", "FXCH ST(i)", ALIAS)
      .does(X87Transfer.class, "fxch");

  static final Page FCMOVCC = page("FCMOVcc", Sdm.FCMOVCC)
      .form("DA C0+i", "FCMOVB ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovb")
      .form("DA C8+i", "FCMOVE ST(0), ST(i)")
      .does(X87Transfer.class, "fcmove")
      .form("DA D0+i", "FCMOVBE ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovbe")
      .form("DA D8+i", "FCMOVU ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovu")
      .form("DB C0+i", "FCMOVNB ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovnb")
      .form("DB C8+i", "FCMOVNE ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovne")
      .form("DB D0+i", "FCMOVNBE ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovnbe")
      .form("DB D8+i", "FCMOVNU ST(0), ST(i)")
      .does(X87Transfer.class, "fcmovnu");

  static final Page CONSTANTS = page("FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ", Sdm.FLD1)
      .form("D9 E8",   "FLD1")
      .does(X87Transfer.class, "fld1")
      .form("D9 E9",   "FLDL2T")
      .does(X87Transfer.class, "fldl2t")
      .form("D9 EA",   "FLDL2E")
      .does(X87Transfer.class, "fldl2e")
      .form("D9 EB",   "FLDPI")
      .does(X87Transfer.class, "fldpi")
      .form("D9 EC",   "FLDLG2")
      .does(X87Transfer.class, "fldlg2")
      .form("D9 ED",   "FLDLN2")
      .does(X87Transfer.class, "fldln2")
      .form("D9 EE",   "FLDZ")
      .does(X87Transfer.class, "fldz");
  // spotless:on

  private X87Transfer() {}

  private static int width(Instruction insn) {
    return insn.form.operands().get(0).width();
  }

  private static Format format(Instruction insn) {
    return width(insn) == 32 ? Format.SINGLE : Format.DOUBLE;
  }

  /** Pushes the result in the environment unless an invalid operation keeps it out. */
  private static void push(X87 x87, Instruction insn) {
    FpEnvironment env = x87.env;
    if (!x87.isEmpty(-1) && !x87.stackFaulted()) {
      x87.overflow();
    }
    if ((env.flags & ~env.masks & FpException.IE) == 0) {
      x87.push();
    }
    x87.finish(insn);
  }

  /** Pushes SRC. */
  public static void fld(Cpu cpu, Instruction insn) {
    FpEnvironment env = cpu.x87.begin();
    long bits = Operands.readMemory(cpu, insn, width(insn));
    if (cpu.x87.isEmpty(-1)) {
      Extended.load(env, format(insn), bits);
    }
    push(cpu.x87, insn);
  }

  /** Pushes SRC, whatever it is. */
  public static void fld80(Cpu cpu, Instruction insn) {
    X87Operands.load80(cpu, insn, cpu.x87.begin());
    push(cpu.x87, insn);
  }

  /** Pushes ST(i). */
  public static void fldRegister(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    int i = X87Operands.register(insn);
    if (x87.isEmpty(i)) {
      x87.underflow();
    } else {
      env.significand = x87.significand(i);
      env.signExponent = x87.signExponent(i);
    }
    push(x87, insn);
  }

  /** Pushes SRC, an integer. */
  public static void fild(Cpu cpu, Instruction insn) {
    FpEnvironment env = cpu.x87.begin();
    int width = width(insn);
    long value = Operands.readMemory(cpu, insn, width) << (64 - width) >> (64 - width);
    Extended.loadInteger(env, value);
    push(cpu.x87, insn);
  }

  /** Pushes SRC, 18 decimal digits. */
  public static void fbld(Cpu cpu, Instruction insn) {
    FpEnvironment env = cpu.x87.begin();
    X87Operands.load80(cpu, insn, env);
    PackedDecimal.load(env, env.signExponent, env.significand);
    push(cpu.x87, insn);
  }

  /** DEST := ST(0) */
  public static void fst(Cpu cpu, Instruction insn) {
    store(cpu, insn, 0);
  }

  /** DEST := ST(0), and pops. */
  public static void fstp(Cpu cpu, Instruction insn) {
    store(cpu, insn, 1);
  }

  private static void store(Cpu cpu, Instruction insn, int pops) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    long value = 0;
    if (x87.isEmpty(0)) {
      x87.underflow();
      value = Extended.indefinite(env, format(insn));
    } else {
      x87.load(0, env.a);
      value = Extended.store(env, format(insn));
    }
    deliver(cpu, insn, value, pops);
  }

  /** DEST := ST(0) rounded to an integer */
  public static void fist(Cpu cpu, Instruction insn) {
    storeInteger(cpu, insn, false, 0);
  }

  /** FIST, and pops. */
  public static void fistp(Cpu cpu, Instruction insn) {
    storeInteger(cpu, insn, false, 1);
  }

  /** DEST := ST(0) rounded toward zero, and pops. */
  public static void fisttp(Cpu cpu, Instruction insn) {
    storeInteger(cpu, insn, true, 1);
  }

  private static void storeInteger(Cpu cpu, Instruction insn, boolean truncate, int pops) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    int width = width(insn);
    long value = -1L << (width - 1);
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      x87.load(0, env.a);
      value = Integers.toInteger(env, env.a, width, truncate);
    }
    deliver(cpu, insn, value, pops);
  }

  /** Writes a value, unless an exception without mask keeps it back. */
  private static void deliver(Cpu cpu, Instruction insn, long value, int pops) {
    X87 x87 = cpu.x87;
    if (!keptBack(x87.env)) {
      Operands.writeMemory(cpu, insn, width(insn), value);
      if (pops != 0) {
        x87.pop();
      }
    }
    x87.finish(insn);
  }

  /** Of a store that an exception stops, the inexact result does not show. */
  private static boolean keptBack(FpEnvironment env) {
    boolean kept = (env.flags & ~env.masks & ~FpException.PE) != 0;
    if (kept) {
      env.flags &= ~FpException.PE;
      env.roundedUp = false;
    }
    return kept;
  }

  /** DEST := ST(0), whatever it is, and pops. */
  public static void fstp80(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    take(x87, env);
    pop80(cpu, insn);
  }

  /** The result becomes ST(0), or the indefinite if that is empty. */
  private static void take(X87 x87, FpEnvironment env) {
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      env.significand = x87.significand(0);
      env.signExponent = x87.signExponent(0);
    }
  }

  /** DEST := ST(0) rounded to 18 decimal digits, and pops. */
  public static void fbstp(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (x87.isEmpty(0)) {
      x87.underflow();
      PackedDecimal.indefinite(env);
    } else {
      x87.load(0, env.a);
      PackedDecimal.store(env);
    }
    pop80(cpu, insn);
  }

  private static void pop80(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    if (!x87.env.stopped()) {
      X87Operands.store80(cpu, insn, x87.env);
      x87.pop();
    }
    x87.finish(insn);
  }

  /** ST(i) := ST(0) */
  public static void fstRegister(Cpu cpu, Instruction insn) {
    storeRegister(cpu.x87, insn, 0);
  }

  /** ST(i) := ST(0), and pops. */
  public static void fstpRegister(Cpu cpu, Instruction insn) {
    storeRegister(cpu.x87, insn, 1);
  }

  private static void storeRegister(X87 x87, Instruction insn, int pops) {
    FpEnvironment env = x87.begin();
    take(x87, env);
    if (!env.stopped()) {
      x87.store(X87Operands.register(insn));
      if (pops != 0) {
        x87.pop();
      }
    }
    x87.finish(insn);
  }

  /** FSTP ST(i); an empty ST(0) is popped and not stored, and that raises nothing. */
  public static void fstpUnchecked(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    x87.requireAvailable();
    if (x87.isEmpty(0)) {
      x87.begin();
      x87.pop();
      x87.finish(insn);
    } else {
      storeRegister(x87, insn, 1);
    }
  }

  /** Exchanges ST(0) and ST(i). */
  public static void fxch(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    int i = X87Operands.register(insn);
    if (x87.isEmpty(0) || x87.isEmpty(i)) {
      x87.underflow();
      if (!env.stopped()) {
        fill(x87, 0);
        fill(x87, i);
      }
    }
    if (!env.stopped()) {
      env.significand = x87.significand(0);
      env.signExponent = x87.signExponent(0);
      x87.set(0, x87.signExponent(i), x87.significand(i));
      x87.set(i, env.signExponent, env.significand);
    }
    x87.finish(insn);
  }

  /** An empty register becomes the indefinite. */
  private static void fill(X87 x87, int i) {
    if (x87.isEmpty(i)) {
      x87.env.indefinite();
      x87.store(i);
    }
  }

  /** ST(0) := ST(i) if CF = 1 */
  public static void fcmovb(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, Conditions.below(cpu));
  }

  /** ST(0) := ST(i) if ZF = 1 */
  public static void fcmove(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, Conditions.equal(cpu));
  }

  /** ST(0) := ST(i) if CF = 1 or ZF = 1 */
  public static void fcmovbe(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, Conditions.belowOrEqual(cpu));
  }

  /** ST(0) := ST(i) if PF = 1 */
  public static void fcmovu(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, Conditions.parity(cpu));
  }

  /** ST(0) := ST(i) if CF = 0 */
  public static void fcmovnb(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, !Conditions.below(cpu));
  }

  /** ST(0) := ST(i) if ZF = 0 */
  public static void fcmovne(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, !Conditions.equal(cpu));
  }

  /** ST(0) := ST(i) if CF = 0 and ZF = 0 */
  public static void fcmovnbe(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, !Conditions.belowOrEqual(cpu));
  }

  /** ST(0) := ST(i) if PF = 0 */
  public static void fcmovnu(Cpu cpu, Instruction insn) {
    move(cpu.x87, insn, !Conditions.parity(cpu));
  }

  private static void move(X87 x87, Instruction insn, boolean holds) {
    FpEnvironment env = x87.begin();
    int i = X87Operands.register(insn);
    boolean underflow = x87.isEmpty(0) || x87.isEmpty(i);
    if (underflow) {
      x87.underflow();
    } else {
      env.significand = x87.significand(i);
      env.signExponent = x87.signExponent(i);
      x87.keepC1();
    }
    if ((holds || underflow) && !env.stopped()) {
      x87.store(0);
    }
    x87.finish(insn);
  }

  /** Pushes 1. */
  public static void fld1(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.ONE);
  }

  /** Pushes the binary logarithm of 10. */
  public static void fldl2t(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.LOG2_10);
  }

  /** Pushes the binary logarithm of e. */
  public static void fldl2e(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.LOG2_E);
  }

  /** Pushes pi. */
  public static void fldpi(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.PI);
  }

  /** Pushes the decimal logarithm of 2. */
  public static void fldlg2(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.LOG10_2);
  }

  /** Pushes the natural logarithm of 2. */
  public static void fldln2(Cpu cpu, Instruction insn) {
    constant(cpu, insn, Constants.LN_2);
  }

  private static void constant(Cpu cpu, Instruction insn, Constants constant) {
    Constants.load(cpu.x87.begin(), constant);
    push(cpu.x87, insn);
  }

  /** Pushes +0. */
  public static void fldz(Cpu cpu, Instruction insn) {
    Extended.loadInteger(cpu.x87.begin(), 0);
    push(cpu.x87, insn);
  }
}
