package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.X87;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Control of the x87 FPU. SDM Vol. 1 "x87 FPU Control Instructions". */
public final class X87ControlInstructions {
  // spotless:off
  static final Page FINIT = page("FINIT/FNINIT", Sdm.FINIT)
      .form("DB E3", "FNINIT")
      .does(X87ControlInstructions.class, "fninit");

  static final Page FCLEX = page("FCLEX/FNCLEX", Sdm.FCLEX)
      .form("DB E2", "FNCLEX")
      .does(X87ControlInstructions.class, "fnclex");

  static final Page FLDCW = page("FLDCW", Sdm.FLDCW)
      .form("D9 /5", "FLDCW m2byte")
      .does(X87ControlInstructions.class, "fldcw");

  static final Page FSTCW = page("FSTCW/FNSTCW", Sdm.FSTCW)
      .form("D9 /7", "FNSTCW m2byte")
      .does(X87ControlInstructions.class, "fnstcw");

  static final Page FSTSW = page("FSTSW/FNSTSW", Sdm.FSTSW)
      .form("DD /7", "FNSTSW m2byte")
      .does(X87ControlInstructions.class, "fnstsw")
      .form("DF E0", "FNSTSW AX")
      .does(X87ControlInstructions.class, "fnstswAx");

  static final Page FDECSTP = page("FDECSTP", Sdm.FDECSTP)
      .form("D9 F6", "FDECSTP")
      .does(X87ControlInstructions.class, "fdecstp");

  static final Page FINCSTP = page("FINCSTP", Sdm.FINCSTP)
      .form("D9 F7", "FINCSTP")
      .does(X87ControlInstructions.class, "fincstp");

  /** FFREEP stands in no page: it frees a register and pops, on every processor. */
  static final Page FFREE = page("FFREE", Sdm.FFREE)
      .form("DD C0+i", "FFREE ST(i)")
      .does(X87ControlInstructions.class, "ffree")
      .form("DF C0+i", "FFREEP ST(i)")
      .does(X87ControlInstructions.class, "ffreep");

  static final Page FNOP = page("FNOP", Sdm.FNOP)
      .form("D9 D0", "FNOP")
      .does(X87ControlInstructions.class, "fnop");

  /** What the 8087 and the 80287 knew, and nothing does since. */
  static final Page FENI = page("FNENI/FNDISI/FNSETPM", Sdm.X87_COMPATIBILITY)
      .form("DB E0", "FNENI")
      .form("DB E1", "FNDISI")
      .form("DB E4", "FNSETPM")
      .does(X87ControlInstructions.class, "nothing");

  static final Page WAIT = page("WAIT/FWAIT", Sdm.WAIT)
      .form("9B", "WAIT", ALIAS)
      .form("9B", "FWAIT")
      .does(X87ControlInstructions.class, "fwait");
  // spotless:on

  private X87ControlInstructions() {}

  /** Initialises control, status, tags and pointers. */
  public static void fninit(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    cpu.x87.initialise();
  }

  /** The flags become 0. */
  public static void fnclex(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    cpu.x87.clearExceptions();
  }

  /** Control word := SRC. */
  public static void fldcw(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    x87.requireAvailable();
    x87.requireNothingPending();
    x87.setControl((int) Operands.readMemory(cpu, insn, 16));
  }

  /** DEST := control word */
  public static void fnstcw(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    Operands.writeMemory(cpu, insn, 16, cpu.x87.control());
  }

  /** DEST := status word */
  public static void fnstsw(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    Operands.writeMemory(cpu, insn, 16, cpu.x87.status());
  }

  /** AX := status word */
  public static void fnstswAx(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    Operands.writeRegister(cpu, insn, RAX, 16, cpu.x87.status());
  }

  /** TOP := TOP - 1 */
  public static void fdecstp(Cpu cpu, Instruction insn) {
    turn(cpu.x87, insn, -1);
  }

  /** TOP := TOP + 1 */
  public static void fincstp(Cpu cpu, Instruction insn) {
    turn(cpu.x87, insn, 1);
  }

  private static void turn(X87 x87, Instruction insn, int by) {
    x87.begin();
    x87.turn(by);
    x87.finish(insn);
  }

  /** ST(i) becomes empty. */
  public static void ffree(Cpu cpu, Instruction insn) {
    cpu.x87.begin();
    cpu.x87.free(X87Operands.register(insn));
    cpu.x87.finish(insn);
  }

  /** ST(i) becomes empty, and the stack is popped. */
  public static void ffreep(Cpu cpu, Instruction insn) {
    cpu.x87.begin();
    cpu.x87.free(X87Operands.register(insn));
    cpu.x87.pop();
    cpu.x87.finish(insn);
  }

  /** Changes nothing but the pointer to the last instruction. */
  public static void fnop(Cpu cpu, Instruction insn) {
    cpu.x87.begin();
    cpu.x87.keepC1();
    cpu.x87.finish(insn);
  }

  /** Does nothing where there is an x87 FPU. */
  public static void nothing(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
  }

  /** #NM if CR0.MP and CR0.TS are 1; #MF if an exception is pending; else nothing. */
  public static void fwait(Cpu cpu, Instruction insn) {
    if ((cpu.cr0 & (Cr0.MP | Cr0.TS)) == (Cr0.MP | Cr0.TS)) {
      throw cpu.raise(Vector.NM, 0, Requirement.NO_TASK_SWITCH_SINCE);
    }
    cpu.x87.requireNothingPending();
  }
}
