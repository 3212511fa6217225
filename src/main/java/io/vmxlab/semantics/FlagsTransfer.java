package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.DEFAULT64;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.FormAttribute.O64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Stack;
import io.vmxlab.cpu.VirtualInterrupts;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** RFLAGS on the stack. SDM Vol. 2B by instruction. */
public final class FlagsTransfer {
  // spotless:off
  static final Page PUSHF = page("PUSHF/PUSHFD/PUSHFQ", Sdm.PUSHF)
      .form("9C", "PUSHF",  O16, DEFAULT64)
      .form("9C", "PUSHFD", O32, NO64)
      .form("9C", "PUSHFQ", O64, ONLY64, DEFAULT64)
      .does(FlagsTransfer.class, "pushf");

  static final Page POPF = page("POPF/POPFD/POPFQ", Sdm.POPF)
      .form("9D", "POPF",  O16, DEFAULT64, ENDS_BLOCK)
      .form("9D", "POPFD", O32, NO64, ENDS_BLOCK)
      .form("9D", "POPFQ", O64, ONLY64, DEFAULT64, ENDS_BLOCK)
      .flags("OF SF ZF AF CF PF: from the stack")
      .does(FlagsTransfer.class, "popf");
  // spotless:on

  private FlagsTransfer() {}

  /** Push(RFLAGS), with RF and VM as 0. */
  public static void pushf(Cpu cpu, Instruction insn) {
    boolean virtual = VirtualInterrupts.inFlags(cpu, insn.operandSize);
    long image = virtual ? VirtualInterrupts.image(cpu) : cpu.rflags();
    Stack.push(cpu, insn.operandSize, image & ~(Rflags.RF | Rflags.VM));
  }

  /**
   * RFLAGS := Pop(), as far as size and privilege allow: IOPL only at CPL 0, IF only if CPL is not
   * above IOPL, the upper half of EFLAGS only with 32 or 64 bits. RF becomes 0.
   */
  public static void popf(Cpu cpu, Instruction insn) {
    if (VirtualInterrupts.inFlags(cpu, insn.operandSize)) {
      long loaded = VirtualInterrupts.loaded(cpu, Stack.read(cpu, 16, 0));
      Stack.pop(cpu, 16);
      cpu.setRflags(loaded);
      return;
    }
    long image = Stack.pop(cpu, insn.operandSize);
    long changed = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT;
    if (insn.operandSize != 16) {
      changed |= Rflags.AC | Rflags.ID;
      image &= ~Rflags.RF;
      changed |= Rflags.RF;
    }
    if (cpu.cpl == 0) {
      changed |= Rflags.IOPL | Rflags.IF;
    } else if (cpu.cpl <= cpu.iopl()) {
      changed |= Rflags.IF;
    }
    cpu.setRflags((cpu.rflags() & ~changed) | (image & changed));
  }
}
