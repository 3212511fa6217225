package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RSP;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Core;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Stack;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Near branches. SDM Vol. 1 "Control Transfer Instructions". */
public final class ControlTransfer {
  // spotless:off
  static final Page JMP = page("JMP", Sdm.JMP)
      .form("EB cb", "JMP rel8",  FORCE64, ENDS_BLOCK)
      .form("E9 cw", "JMP rel16", O16, NO64, ENDS_BLOCK)
      .form("E9 cd", "JMP rel32", FORCE64, ENDS_BLOCK)
      .form("FF /4", "JMP r/m16", NO64, ENDS_BLOCK)
      .form("FF /4", "JMP r/m32", NO64, ENDS_BLOCK)
      .form("FF /4", "JMP r/m64", ONLY64, FORCE64, ENDS_BLOCK)
      .does(ControlTransfer.class, "jmp");

  static final Page CALL = page("CALL", Sdm.CALL)
      .form("E8 cw", "CALL rel16", O16, NO64, ENDS_BLOCK)
      .form("E8 cd", "CALL rel32", FORCE64, ENDS_BLOCK)
      .form("FF /2", "CALL r/m16", NO64, ENDS_BLOCK)
      .form("FF /2", "CALL r/m32", NO64, ENDS_BLOCK)
      .form("FF /2", "CALL r/m64", ONLY64, FORCE64, ENDS_BLOCK)
      .does(ControlTransfer.class, "call");

  static final Page RET = page("RET", Sdm.RET)
      .form("C3",    "RET",       FORCE64, ENDS_BLOCK)
      .form("C2 iw", "RET imm16", FORCE64, ENDS_BLOCK)
      .does(ControlTransfer.class, "ret");

  static final Page BOUND = page("BOUND", Sdm.BOUND)
      .form("62 /r", "BOUND r16, m16&16", NO64)
      .form("62 /r", "BOUND r32, m32&32", NO64)
      .does(ControlTransfer.class, "bound");
  // spotless:on

  private ControlTransfer() {}

  /** RIP := target. */
  public static long jmp(Core core, int width, long next, long target) {
    core.cpu.checkBranchTarget(width, target);
    return target;
  }

  /** Push(next RIP); RIP := target. */
  public static long call(Core core, int width, long next, long target) {
    core.cpu.checkBranchTarget(width, target);
    Stack.push(core, width, next);
    return target;
  }

  /** RIP := Pop(); RSP := RSP + imm16. */
  public static long ret(Core core, int width, long next, long release) {
    long target = Stack.read(core, width, 0);
    core.cpu.checkBranchTarget(width, target);
    core.r[RSP] = Stack.moved(core, width, width / 8 + (release & 0xFFFF));
    return target;
  }

  /** #BR unless lower bound &lt;= index &lt;= upper bound, signed. */
  public static void bound(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long offset = Operands.offset(cpu, insn);
    long address = cpu.linear(insn.segment, offset, width / 4, false);
    long lower = Width.signExtend(width, cpu.mmu.read(width, address, insn.segment));
    long upper = Width.signExtend(width, cpu.mmu.read(width, address + width / 8, insn.segment));
    long index = Width.signExtend(width, cpu.r[insn.reg]);
    if (index < lower || index > upper) {
      throw cpu.raise(Vector.BR, 0, Requirement.INDEX_WITHIN_BOUNDS);
    }
  }
}
