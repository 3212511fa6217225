package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.X87Status;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.Extended;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.NumberClass;
import io.vmxlab.fpu.Relation;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * Comparison and classification by the x87 FPU. SDM Vol. 1 "Comparison and Classification
 * Instructions".
 */
public final class X87Comparison {
  // spotless:off
  static final Page FCOM = page("FCOM/FCOMP/FCOMPP", Sdm.FCOM)
      .form("D8 /2",   "FCOM m32fp")
      .form("DC /2",   "FCOM m64fp")
      .form("D8 D0+i", "FCOM ST(0), ST(i)")
      .form("DC D0+i", "FCOM ST(i)", ALIAS)
      .does(X87Comparison.class, "fcom")
      .form("D8 /3",   "FCOMP m32fp")
      .form("DC /3",   "FCOMP m64fp")
      .form("D8 D8+i", "FCOMP ST(0), ST(i)")
      .form("DC D8+i", "FCOMP ST(i)", ALIAS)
      .form("DE D0+i", "FCOMP ST(i)", ALIAS)
      .does(X87Comparison.class, "fcomp")
      .form("DE D9",   "FCOMPP")
      .does(X87Comparison.class, "fcompp");

  static final Page FICOM = page("FICOM/FICOMP", Sdm.FICOM)
      .form("DA /2",   "FICOM m32int")
      .form("DE /2",   "FICOM m16int")
      .does(X87Comparison.class, "fcom")
      .form("DA /3",   "FICOMP m32int")
      .form("DE /3",   "FICOMP m16int")
      .does(X87Comparison.class, "fcomp");

  static final Page FUCOM = page("FUCOM/FUCOMP/FUCOMPP", Sdm.FUCOM)
      .form("DD E0+i", "FUCOM ST(i)")
      .does(X87Comparison.class, "fucom")
      .form("DD E8+i", "FUCOMP ST(i)")
      .does(X87Comparison.class, "fucomp")
      .form("DA E9",   "FUCOMPP")
      .does(X87Comparison.class, "fucompp");

  static final Page FCOMI = page("FCOMI/FCOMIP/FUCOMI/FUCOMIP", Sdm.FCOMI)
      .form("DB F0+i", "FCOMI ST(0), ST(i)")
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(X87Comparison.class, "fcomi")
      .form("DF F0+i", "FCOMIP ST(0), ST(i)")
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(X87Comparison.class, "fcomip")
      .form("DB E8+i", "FUCOMI ST(0), ST(i)")
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(X87Comparison.class, "fucomi")
      .form("DF E8+i", "FUCOMIP ST(0), ST(i)")
      .flags("ZF PF CF: by result; OF SF AF: 0")
      .does(X87Comparison.class, "fucomip");

  static final Page FTST = page("FTST", Sdm.FTST)
      .form("D9 E4", "FTST")
      .does(X87Comparison.class, "ftst");

  static final Page FXAM = page("FXAM", Sdm.FXAM)
      .form("D9 E5", "FXAM")
      .does(X87Comparison.class, "fxam");
  // spotless:on

  private static final int UNORDERED = X87Status.C0 | X87Status.C2 | X87Status.C3;
  private static final int SIGN = 0x8000;

  private X87Comparison() {}

  /** Compares ST(0) with SRC. */
  public static void fcom(Cpu cpu, Instruction insn) {
    compare(cpu, insn, true, 0);
  }

  /** Compares ST(0) with SRC, and pops. */
  public static void fcomp(Cpu cpu, Instruction insn) {
    compare(cpu, insn, true, 1);
  }

  /** Compares ST(0) with ST(1), and pops both. */
  public static void fcompp(Cpu cpu, Instruction insn) {
    compare(cpu, insn, true, 2);
  }

  /** Compares ST(0) with ST(i); quiet NaNs are no invalid operands. */
  public static void fucom(Cpu cpu, Instruction insn) {
    compare(cpu, insn, false, 0);
  }

  /** FUCOM, and pops. */
  public static void fucomp(Cpu cpu, Instruction insn) {
    compare(cpu, insn, false, 1);
  }

  /** FUCOM with ST(1), and pops both. */
  public static void fucompp(Cpu cpu, Instruction insn) {
    compare(cpu, insn, false, 2);
  }

  private static void compare(Cpu cpu, Instruction insn, boolean signaling, int pops) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    if (insn.memory()) {
      X87Operands.load(cpu, insn, env.b);
    }
    Relation relation = relation(x87, insn, signaling);
    if (valid(env)) {
      x87.setCodes(codes(relation));
    }
    pop(x87, pops);
    x87.finish(insn);
  }

  /** An invalid operation without mask leaves codes and flags alone. */
  private static boolean valid(FpEnvironment env) {
    return (env.flags & ~env.masks & FpException.IE) == 0;
  }

  /** With an operand in memory, that is in b already. */
  private static Relation relation(X87 x87, Instruction insn, boolean signaling) {
    FpEnvironment env = x87.env;
    int other = insn.memory() ? 0 : X87Operands.register(insn);
    if (x87.isEmpty(0) || x87.isEmpty(other)) {
      x87.underflow();
      return Relation.UNORDERED;
    }
    x87.load(0, env.a);
    if (!insn.memory()) {
      x87.load(other, env.b);
    }
    return Extended.compare(env, signaling);
  }

  private static int codes(Relation relation) {
    switch (relation) {
      case LESS:
        return X87Status.C0;
      case EQUAL:
        return X87Status.C3;
      case GREATER:
        return 0;
      default:
        return UNORDERED;
    }
  }

  private static void pop(X87 x87, int times) {
    if (!x87.env.stopped()) {
      for (int i = 0; i < times; i++) {
        x87.pop();
      }
    }
  }

  /** Compares ST(0) with ST(i) and sets the flags of the processor. */
  public static void fcomi(Cpu cpu, Instruction insn) {
    compareFlags(cpu, insn, true, 0);
  }

  /** FCOMI, and pops. */
  public static void fcomip(Cpu cpu, Instruction insn) {
    compareFlags(cpu, insn, true, 1);
  }

  /** FCOMI; quiet NaNs are no invalid operands. */
  public static void fucomi(Cpu cpu, Instruction insn) {
    compareFlags(cpu, insn, false, 0);
  }

  /** FUCOMI, and pops. */
  public static void fucomip(Cpu cpu, Instruction insn) {
    compareFlags(cpu, insn, false, 1);
  }

  private static void compareFlags(Cpu cpu, Instruction insn, boolean signaling, int pops) {
    X87 x87 = cpu.x87;
    x87.begin();
    Relation relation = relation(x87, insn, signaling);
    if (valid(x87.env)) {
      cpu.setStatus(flags(relation));
    }
    pop(x87, pops);
    x87.finish(insn);
  }

  private static long flags(Relation relation) {
    switch (relation) {
      case LESS:
        return Rflags.CF;
      case EQUAL:
        return Rflags.ZF;
      case GREATER:
        return 0;
      default:
        return Rflags.ZF | Rflags.PF | Rflags.CF;
    }
  }

  /** Compares ST(0) with 0. */
  public static void ftst(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    Relation relation = Relation.UNORDERED;
    if (x87.isEmpty(0)) {
      x87.underflow();
    } else {
      x87.load(0, env.a);
      env.b.setInteger(0);
      relation = Extended.compare(env, true);
    }
    if (valid(env)) {
      x87.setCodes(codes(relation));
    }
    x87.finish(insn);
  }

  /** Tells what ST(0) is. */
  public static void fxam(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    FpEnvironment env = x87.begin();
    x87.load(0, env.a);
    x87.setCodes(x87.isEmpty(0) ? X87Status.C3 | X87Status.C0 : codes(env.a.numberClass()));
    if ((x87.signExponent(0) & SIGN) != 0) {
      x87.setC1();
    }
    x87.finish(insn);
  }

  private static int codes(NumberClass what) {
    switch (what) {
      case UNSUPPORTED:
        return 0;
      case NAN:
        return X87Status.C0;
      case NORMAL:
        return X87Status.C2;
      case INFINITY:
        return X87Status.C2 | X87Status.C0;
      case ZERO:
        return X87Status.C3;
      default:
        return X87Status.C3 | X87Status.C2;
    }
  }
}
