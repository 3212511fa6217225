package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Delivery.Source;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Stepping;
import io.vmxlab.cpu.VirtualInterrupts;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Software interrupts and the interrupt flag. SDM Vol. 2 by instruction. */
public final class Interrupts {
  // spotless:off
  static final Page INT = page("INT n/INTO/INT3/INT1", Sdm.INT)
      .form("CC",    "INT3", ENDS_BLOCK)
      .does(Interrupts.class, "int3")
      .form("CD ib", "INT imm8", ENDS_BLOCK)
      .does(Interrupts.class, "intN")
      .form("CE",    "INTO", NO64, ENDS_BLOCK)
      .does(Interrupts.class, "into")
      .form("F1",    "INT1", ENDS_BLOCK)
      .does(Interrupts.class, "int1");

  static final Page CLI = page("CLI", Sdm.CLI)
      .form("FA", "CLI")
      .does(Interrupts.class, "cli");

  static final Page STI = page("STI", Sdm.STI)
      .form("FB", "STI", ENDS_BLOCK)
      .does(Interrupts.class, "sti");
  // spotless:on

  private static final int IOPL_3 = 3;

  private Interrupts() {}

  /** Interrupt 3, whose gate's DPL counts. */
  public static void int3(Cpu cpu, Instruction insn) {
    cpu.interrupt(Vector.BP.number, Source.SOFTWARE_EXCEPTION, cpu.following(insn));
  }

  /** Interrupt imm8, whose gate's DPL counts; in virtual-8086 mode at IOPL 3. */
  public static void intN(Cpu cpu, Instruction insn) {
    int vector = (int) insn.immediate & 0xFF;
    if (!VirtualInterrupts.redirect(cpu, vector, cpu.following(insn))) {
      if (cpu.inVirtual8086Mode() && cpu.iopl() != IOPL_3) {
        throw cpu.gp0(Requirement.VIRTUAL_8086_IOPL_IS_3);
      }
      cpu.interrupt(vector, Source.SOFTWARE, cpu.following(insn));
    }
  }

  /** Interrupt 4 if OF is 1. */
  public static void into(Cpu cpu, Instruction insn) {
    if (cpu.of()) {
      cpu.interrupt(Vector.OF.number, Source.SOFTWARE_EXCEPTION, cpu.following(insn));
    }
  }

  /** Interrupt 1, as hardware raises it. */
  public static void int1(Cpu cpu, Instruction insn) {
    cpu.interrupt(Vector.DB.number, Source.PRIVILEGED_SOFTWARE, cpu.following(insn));
  }

  /** IF := 0, or VIF := 0. */
  public static void cli(Cpu cpu, Instruction insn) {
    VirtualInterrupts.clear(cpu);
  }

  /** IF := 1, and interrupts are taken only after the next instruction; or VIF := 1. */
  public static void sti(Cpu cpu, Instruction insn) {
    if (VirtualInterrupts.set(cpu)) {
      cpu.stepping.block(Stepping.STI);
    }
  }
}
