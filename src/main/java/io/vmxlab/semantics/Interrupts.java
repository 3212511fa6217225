package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Delivery.Source;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Stepping;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.Virtual8086;
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

  private Interrupts() {}

  /** Interrupt 3, whose gate's DPL counts. */
  public static void int3(Cpu cpu, Instruction insn) {
    cpu.interrupt(Vector.BP.number, Source.SOFTWARE, cpu.following(insn));
  }

  /** Interrupt imm8, whose gate's DPL counts; in virtual-8086 mode at IOPL 3. */
  public static void intN(Cpu cpu, Instruction insn) {
    Virtual8086.requireNoRedirection(cpu);
    Virtual8086.requireIopl3(cpu);
    cpu.interrupt((int) insn.immediate & 0xFF, Source.SOFTWARE, cpu.following(insn));
  }

  /** Interrupt 4 if OF is 1. */
  public static void into(Cpu cpu, Instruction insn) {
    if (cpu.of()) {
      cpu.interrupt(Vector.OF.number, Source.SOFTWARE, cpu.following(insn));
    }
  }

  /** Interrupt 1, as hardware raises it. */
  public static void int1(Cpu cpu, Instruction insn) {
    cpu.interrupt(Vector.DB.number, Source.PRIVILEGED_SOFTWARE, cpu.following(insn));
  }

  private static void requireIopl(Cpu cpu) {
    Virtual8086.requireIopl3(cpu);
    if (cpu.protectedMode() && cpu.cpl > cpu.iopl()) {
      if (cpu.cpl == 3 && (cpu.cr4 & Cr4.PVI) != 0) {
        throw new Unmodelled("protected-mode virtual interrupts");
      }
      throw cpu.gp0(Requirement.IOPL_PERMITS);
    }
  }

  /** IF := 0. */
  public static void cli(Cpu cpu, Instruction insn) {
    requireIopl(cpu);
    cpu.flagsRest &= ~Rflags.IF;
  }

  /** IF := 1; interrupts are taken only after the next instruction. */
  public static void sti(Cpu cpu, Instruction insn) {
    requireIopl(cpu);
    if ((cpu.flagsRest & Rflags.IF) == 0) {
      cpu.enableInterrupts();
      cpu.stepping.block(Stepping.STI);
    }
  }
}
