package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.X87Status;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.Constants;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Logarithms;
import io.vmxlab.fpu.Trigonometry;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Transcendental functions of the x87 FPU. SDM Vol. 1 "Trigonometric Instructions" and
 * "Logarithmic, Exponential, and Scale".
 */
public final class X87Transcendental {
  // spotless:off
  static final Page F2XM1 = page("F2XM1", Sdm.F2XM1)
      .form("D9 F0", "F2XM1")
      .does(X87Transcendental.class, "f2xm1");

  static final Page FYL2X = page("FYL2X", Sdm.FYL2X)
      .form("D9 F1", "FYL2X")
      .does(X87Transcendental.class, "fyl2x");

  static final Page FYL2XP1 = page("FYL2XP1", Sdm.FYL2XP1)
      .form("D9 F9", "FYL2XP1")
      .does(X87Transcendental.class, "fyl2xp1");

  static final Page FPTAN = page("FPTAN", Sdm.FPTAN)
      .form("D9 F2", "FPTAN")
      .does(X87Transcendental.class, "fptan");

  static final Page FPATAN = page("FPATAN", Sdm.FPATAN)
      .form("D9 F3", "FPATAN")
      .does(X87Transcendental.class, "fpatan");

  static final Page FSIN = page("FSIN", Sdm.FSIN)
      .form("D9 FE", "FSIN")
      .does(X87Transcendental.class, "fsin");

  static final Page FCOS = page("FCOS", Sdm.FCOS)
      .form("D9 FF", "FCOS")
      .does(X87Transcendental.class, "fcos");

  static final Page FSINCOS = page("FSINCOS", Sdm.FSINCOS)
      .form("D9 FB", "FSINCOS")
      .does(X87Transcendental.class, "fsincos");
  // spotless:on

  private X87Transcendental() {}

  /** A function that has no value for large arguments: C2 then. */
  private interface Limited {
    boolean on(FpEnvironment env);
  }

  /** ST(0) := 2^ST(0) - 1 */
  public static void f2xm1(Cpu cpu, Instruction insn) {
    X87Operands.unary(cpu, insn, Logarithms::exp2m1);
  }

  /** ST(1) := ST(1) * log2(ST(0)), and pops. */
  public static void fyl2x(Cpu cpu, Instruction insn) {
    X87Operands.binaryPop(cpu, insn, Logarithms::log2);
  }

  /** ST(1) := ST(1) * log2(ST(0) + 1), and pops. */
  public static void fyl2xp1(Cpu cpu, Instruction insn) {
    X87Operands.binaryPop(cpu, insn, Logarithms::log2OnePlus);
  }

  /** ST(1) := arctan(ST(1) / ST(0)), and pops. */
  public static void fpatan(Cpu cpu, Instruction insn) {
    X87Operands.binaryPop(cpu, insn, Trigonometry::arctangent);
  }

  /** ST(0) := sin(ST(0)) */
  public static void fsin(Cpu cpu, Instruction insn) {
    limited(cpu, insn, Trigonometry::sine);
  }

  /** ST(0) := cos(ST(0)) */
  public static void fcos(Cpu cpu, Instruction insn) {
    limited(cpu, insn, Trigonometry::cosine);
  }

  private static void limited(Cpu cpu, Instruction insn, Limited function) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    boolean computed = true;
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      x87.load(0, env.a);
      computed = function.on(env);
    }
    if (computed && !env.stopped()) {
      x87.store(0);
    }
    complete(x87, insn, computed);
  }

  /** C2 tells that the argument was too large. */
  private static void complete(X87 x87, Instruction insn, boolean computed) {
    int others = x87.status() & (X87Status.C0 | X87Status.C3);
    x87.setCodes(computed ? others : others | X87Status.C2);
    x87.finish(insn);
  }

  /** ST(0) := tan(ST(0)); push 1 */
  public static void fptan(Cpu cpu, Instruction insn) {
    twoResults(cpu, insn, Trigonometry::tangent, env -> Constants.load(env, Constants.ONE));
  }

  /** TEMP := cos(ST(0)); ST(0) := sin(ST(0)); push TEMP */
  public static void fsincos(Cpu cpu, Instruction insn) {
    twoResults(cpu, insn, Trigonometry::sine, Trigonometry::cosine);
  }

  /** Of a NaN, and of what has no result, the same is pushed too. */
  private static void twoResults(
      Cpu cpu, Instruction insn, Limited first, X87Operands.Operation pushed) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    boolean computed = true;
    if (X87Operands.roomToPush(x87)) {
      x87.load(0, env.a);
      computed = first.on(env);
    }
    if (computed && !env.stopped()) {
      boolean roundedUp = env.roundedUp;
      x87.store(0);
      if ((env.signExponent & 0x7FFF) != 0x7FFF) {
        pushed.on(env);
      }
      env.roundedUp = roundedUp;
      x87.push();
    }
    complete(x87, insn, computed);
  }
}
