package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.X87Status;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.Extended;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Remainder;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.semantics.X87Operands.Operation;

/** Arithmetic of the x87 FPU. SDM Vol. 1 "Basic Arithmetic Instructions". */
public final class X87Arithmetic {
  // spotless:off
  static final Page FADD = page("FADD/FADDP/FIADD", Sdm.FADD)
      .form("D8 /0",   "FADD m32fp")
      .form("DC /0",   "FADD m64fp")
      .form("DA /0",   "FIADD m32int")
      .form("DE /0",   "FIADD m16int")
      .form("D8 C0+i", "FADD ST(0), ST(i)")
      .form("DC C0+i", "FADD ST(i), ST(0)")
      .form("DE C0+i", "FADDP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fadd");

  static final Page FMUL = page("FMUL/FMULP/FIMUL", Sdm.FMUL)
      .form("D8 /1",   "FMUL m32fp")
      .form("DC /1",   "FMUL m64fp")
      .form("DA /1",   "FIMUL m32int")
      .form("DE /1",   "FIMUL m16int")
      .form("D8 C8+i", "FMUL ST(0), ST(i)")
      .form("DC C8+i", "FMUL ST(i), ST(0)")
      .form("DE C8+i", "FMULP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fmul");

  static final Page FSUB = page("FSUB/FSUBP/FISUB", Sdm.FSUB)
      .form("D8 /4",   "FSUB m32fp")
      .form("DC /4",   "FSUB m64fp")
      .form("DA /4",   "FISUB m32int")
      .form("DE /4",   "FISUB m16int")
      .form("D8 E0+i", "FSUB ST(0), ST(i)")
      .form("DC E8+i", "FSUB ST(i), ST(0)")
      .form("DE E8+i", "FSUBP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fsub");

  static final Page FSUBR = page("FSUBR/FSUBRP/FISUBR", Sdm.FSUBR)
      .form("D8 /5",   "FSUBR m32fp")
      .form("DC /5",   "FSUBR m64fp")
      .form("DA /5",   "FISUBR m32int")
      .form("DE /5",   "FISUBR m16int")
      .form("D8 E8+i", "FSUBR ST(0), ST(i)")
      .form("DC E0+i", "FSUBR ST(i), ST(0)")
      .form("DE E0+i", "FSUBRP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fsubr");

  static final Page FDIV = page("FDIV/FDIVP/FIDIV", Sdm.FDIV)
      .form("D8 /6",   "FDIV m32fp")
      .form("DC /6",   "FDIV m64fp")
      .form("DA /6",   "FIDIV m32int")
      .form("DE /6",   "FIDIV m16int")
      .form("D8 F0+i", "FDIV ST(0), ST(i)")
      .form("DC F8+i", "FDIV ST(i), ST(0)")
      .form("DE F8+i", "FDIVP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fdiv");

  static final Page FDIVR = page("FDIVR/FDIVRP/FIDIVR", Sdm.FDIVR)
      .form("D8 /7",   "FDIVR m32fp")
      .form("DC /7",   "FDIVR m64fp")
      .form("DA /7",   "FIDIVR m32int")
      .form("DE /7",   "FIDIVR m16int")
      .form("D8 F8+i", "FDIVR ST(0), ST(i)")
      .form("DC F0+i", "FDIVR ST(i), ST(0)")
      .form("DE F0+i", "FDIVRP ST(i), ST(0)")
      .does(X87Arithmetic.class, "fdivr");

  static final Page FSQRT = page("FSQRT", Sdm.FSQRT)
      .form("D9 FA", "FSQRT")
      .does(X87Arithmetic.class, "fsqrt");

  static final Page FRNDINT = page("FRNDINT", Sdm.FRNDINT)
      .form("D9 FC", "FRNDINT")
      .does(X87Arithmetic.class, "frndint");

  static final Page FSCALE = page("FSCALE", Sdm.FSCALE)
      .form("D9 FD", "FSCALE")
      .does(X87Arithmetic.class, "fscale");

  static final Page FPREM = page("FPREM", Sdm.FPREM)
      .form("D9 F8", "FPREM")
      .does(X87Arithmetic.class, "fprem");

  static final Page FPREM1 = page("FPREM1", Sdm.FPREM1)
      .form("D9 F5", "FPREM1")
      .does(X87Arithmetic.class, "fprem1");

  static final Page FXTRACT = page("FXTRACT", Sdm.FXTRACT)
      .form("D9 F4", "FXTRACT")
      .does(X87Arithmetic.class, "fxtract");

  static final Page FABS = page("FABS", Sdm.FABS)
      .form("D9 E1", "FABS")
      .does(X87Arithmetic.class, "fabs");

  static final Page FCHS = page("FCHS", Sdm.FCHS)
      .form("D9 E0", "FCHS")
      .does(X87Arithmetic.class, "fchs");
  // spotless:on

  private static final int POP = 2;
  private static final int SIGN = 0x8000;

  private X87Arithmetic() {}

  /** DEST := DEST + SRC */
  public static void fadd(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::add, false);
  }

  /** DEST := DEST * SRC */
  public static void fmul(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::multiply, false);
  }

  /** DEST := DEST - SRC */
  public static void fsub(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::subtract, false);
  }

  /** DEST := SRC - DEST */
  public static void fsubr(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::subtract, true);
  }

  /** DEST := DEST / SRC */
  public static void fdiv(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::divide, false);
  }

  /** DEST := SRC / DEST */
  public static void fdivr(Cpu cpu, Instruction insn) {
    binary(cpu, insn, Extended::divide, true);
  }

  private static void binary(Cpu cpu, Instruction insn, Operation operation, boolean reversed) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    boolean memory = insn.memory();
    boolean toRegister = X87Operands.toRegister(insn);
    int other = memory ? 0 : X87Operands.register(insn);
    if (memory) {
      X87Operands.load(cpu, insn, reversed ? env.a : env.b);
    }
    if (x87.isEmpty(0) || x87.isEmpty(other)) {
      x87.underflow();
    } else {
      boolean topIsFirst = reversed == toRegister;
      x87.load(0, topIsFirst ? env.a : env.b);
      if (!memory) {
        x87.load(other, topIsFirst ? env.b : env.a);
      }
      operation.on(env);
    }
    if (!env.stopped()) {
      x87.store(toRegister ? other : 0);
      if (toRegister && (X87Operands.opcode(insn) & POP) != 0) {
        x87.pop();
      }
    }
    x87.finish(insn);
  }

  /** ST(0) := SquareRoot(ST(0)) */
  public static void fsqrt(Cpu cpu, Instruction insn) {
    X87Operands.unary(cpu, insn, Extended::squareRoot);
  }

  /** ST(0) := RoundToIntegralValue(ST(0)) */
  public static void frndint(Cpu cpu, Instruction insn) {
    X87Operands.unary(cpu, insn, Extended::roundToIntegral);
  }

  /** ST(0) := ST(0) * 2^RoundTowardZero(ST(1)) */
  public static void fscale(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (X87Operands.loadBoth(x87, env)) {
      Extended.scale(env);
    }
    if (!env.stopped()) {
      x87.store(0);
    }
    x87.finish(insn);
  }

  /** ST(0) := ST(0) - Truncate(ST(0) / ST(1)) * ST(1) */
  public static void fprem(Cpu cpu, Instruction insn) {
    remainder(cpu, insn, false);
  }

  /** ST(0) := ST(0) - RoundToNearest(ST(0) / ST(1)) * ST(1) */
  public static void fprem1(Cpu cpu, Instruction insn) {
    remainder(cpu, insn, true);
  }

  private static void remainder(Cpu cpu, Instruction insn, boolean nearest) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    int quotient = Remainder.NONE;
    if (X87Operands.loadBoth(x87, env)) {
      quotient = Remainder.reduce(env, nearest);
    }
    if (!env.stopped()) {
      x87.store(0);
    }
    if (env.stopped() || quotient == Remainder.NONE) {
      x87.setCodes(x87.status() & (X87Status.C0 | X87Status.C3));
    } else if (quotient == Remainder.INCOMPLETE) {
      x87.setCodes(X87Status.C2);
    } else {
      x87.setCodes(
          ((quotient & 4) != 0 ? X87Status.C0 : 0) | ((quotient & 2) != 0 ? X87Status.C3 : 0));
      if ((quotient & 1) != 0) {
        x87.setC1();
      }
    }
    x87.finish(insn);
  }

  /** TEMP := Significand(ST(0)); ST(0) := Exponent(ST(0)); push TEMP */
  public static void fxtract(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (X87Operands.roomToPush(x87)) {
      x87.load(0, env.a);
      Extended.extract(env);
      if (!env.stopped()) {
        int signExponent = env.signExponent;
        long significand = env.significand;
        Extended.pack(env);
        x87.store(0);
        env.signExponent = signExponent;
        env.significand = significand;
        x87.push();
      }
    } else if (!env.stopped()) {
      x87.store(0);
      x87.push();
    }
    x87.finish(insn);
  }

  /** ST(0) := |ST(0)| */
  public static void fabs(Cpu cpu, Instruction insn) {
    sign(cpu, insn, SIGN, SIGN);
  }

  /** ST(0) := -ST(0) */
  public static void fchs(Cpu cpu, Instruction insn) {
    sign(cpu, insn, 0, SIGN);
  }

  /** Whatever the value is, a NaN too: the sign changes, and nothing is raised. */
  private static void sign(Cpu cpu, Instruction insn, int set, int changed) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      env.significand = x87.significand(0);
      env.signExponent = (x87.signExponent(0) | set) ^ changed;
    }
    if (!env.stopped()) {
      x87.store(0);
    }
    x87.finish(insn);
  }
}
