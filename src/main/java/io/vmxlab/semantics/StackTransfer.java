package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RBP;
import static io.vmxlab.arch.Gpr.RSP;
import static io.vmxlab.isa.FormAttribute.DEFAULT64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Core;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Stack;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** PUSH, POP and stack frames. SDM Vol. 1 "Data Transfer Instructions". */
public final class StackTransfer {
  // spotless:off
  static final Page PUSH = page("PUSH", Sdm.PUSH)
      .form("50+rw", "PUSH r16",   DEFAULT64)
      .form("50+rd", "PUSH r32",   NO64)
      .form("50+rd", "PUSH r64",   ONLY64, DEFAULT64)
      .form("FF /6", "PUSH r/m16", DEFAULT64)
      .form("FF /6", "PUSH r/m32", NO64)
      .form("FF /6", "PUSH r/m64", ONLY64, DEFAULT64)
      .form("6A ib", "PUSH imm8",  DEFAULT64)
      .form("68 iw", "PUSH imm16", O16, DEFAULT64)
      .form("68 id", "PUSH imm32", DEFAULT64)
      .does(StackTransfer.class, "push");

  static final Page POP = page("POP", Sdm.POP)
      .form("58+rw", "POP r16", DEFAULT64)
      .form("58+rd", "POP r32", NO64)
      .form("58+rd", "POP r64", ONLY64, DEFAULT64)
      .does(StackTransfer.class, "pop")
      .form("8F /0", "POP r/m16", DEFAULT64)
      .form("8F /0", "POP r/m32", NO64)
      .form("8F /0", "POP r/m64", ONLY64, DEFAULT64)
      .does(StackTransfer.class, "popRm");

  static final Page PUSHA = page("PUSHA/PUSHAD", Sdm.PUSHA)
      .form("60", "PUSHA",  O16, NO64)
      .form("60", "PUSHAD", O32, NO64)
      .does(StackTransfer.class, "pusha");

  static final Page POPA = page("POPA/POPAD", Sdm.POPA)
      .form("61", "POPA",  O16, NO64)
      .form("61", "POPAD", O32, NO64)
      .does(StackTransfer.class, "popa");

  static final Page ENTER = page("ENTER", Sdm.ENTER)
      .form("C8 iw ib", "ENTER imm16, imm8", DEFAULT64)
      .does(StackTransfer.class, "enter");

  static final Page LEAVE = page("LEAVE", Sdm.LEAVE)
      .form("C9", "LEAVE", DEFAULT64)
      .does(StackTransfer.class, "leave");
  // spotless:on

  private static final int SS = SegmentRegister.SS.ordinal();
  private static final int REGISTERS = 8;
  private static final int NESTING_LEVELS = 32;

  private StackTransfer() {}

  /** RSP := RSP - size; [SS:RSP] := SRC. SRC is read first: PUSH RSP stores the old value. */
  public static void push(Core core, int width, long src) {
    Stack.push(core, width, src);
  }

  /** DEST := [SS:RSP]; RSP := RSP + size. DEST is written last: POP RSP keeps the value popped. */
  public static long pop(Core core, int width) {
    return Stack.pop(core, width);
  }

  /** As {@link #pop}; an address that uses RSP uses the incremented one. */
  public static void popRm(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long value = Stack.read(cpu, width, 0);
    long pointer = Stack.moved(cpu, width, width / 8);
    if (insn.memory()) {
      long offset = Operands.offset(cpu, insn) + (insn.base == RSP ? pointer - cpu.r[RSP] : 0);
      offset = Width.zeroExtend(insn.addressSize, offset);
      long address = cpu.linear(insn.segment, offset, width / 8, true);
      cpu.mmu.write(width, address, insn.segment, value);
      cpu.r[RSP] = pointer;
    } else {
      cpu.r[RSP] = pointer;
      Operands.writeRegister(cpu, insn, insn.rm, width, value);
    }
  }

  /** Pushes the eight registers; for RSP its value before the instruction. */
  public static void pusha(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    int bytes = width / 8;
    long pointer = Width.zeroExtend(cpu.stackWidth(), cpu.r[RSP]);
    if (cpu.realOrVirtual8086() && (pointer & 1) != 0 && pointer >= 7 && pointer <= 15) {
      throw cpu.gp0(Requirement.PUSHA_STACK_POINTER);
    }
    for (int i = 0; i < REGISTERS; i++) {
      Stack.checkWrite(cpu, width, -bytes * (i + 1));
    }
    for (int i = 0; i < REGISTERS; i++) {
      Stack.write(cpu, width, -bytes * (i + 1), cpu.r[i]);
    }
    cpu.r[RSP] = Stack.moved(cpu, width, -bytes * REGISTERS);
  }

  /** Pops the eight registers; the place of RSP is skipped. */
  public static void popa(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    int bytes = width / 8;
    for (int i = 0; i < REGISTERS; i++) {
      Stack.read(cpu, width, bytes * i);
    }
    for (int i = 0; i < REGISTERS; i++) {
      int register = REGISTERS - 1 - i;
      if (register != RSP) {
        long value = Stack.read(cpu, width, bytes * i);
        Operands.writeRegister(cpu, insn, register, width, value);
      }
    }
    cpu.r[RSP] = Stack.moved(cpu, width, bytes * REGISTERS);
  }

  /** Pushes RBP and the enclosing frames' pointers, makes room for local variables. */
  public static void enter(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    int bytes = width / 8;
    int level = (int) insn.secondImmediate & (NESTING_LEVELS - 1);
    long room = insn.immediate & 0xFFFF;
    int slots = level == 0 ? 1 : level + 1;
    checkFrame(cpu, width, level);
    Stack.checkWrite(cpu, width, (int) (-bytes * slots - room));
    long frame = Stack.moved(cpu, width, -bytes);
    Stack.write(cpu, width, -bytes, cpu.r[RBP]);
    for (int i = 1; i < level; i++) {
      Stack.write(cpu, width, -bytes * (i + 1), framePointer(cpu, width, i));
    }
    if (level > 0) {
      Stack.write(cpu, width, -bytes * slots, frame);
    }
    int size = cpu.in64BitMode() ? 64 : width;
    Operands.writeRegister(cpu, insn, RBP, size, frame);
    cpu.r[RSP] = Stack.moved(cpu, width, -bytes * slots - room);
  }

  /** Raises the faults of all pushes and of the reads between them, in their order. */
  private static void checkFrame(Cpu cpu, int width, int level) {
    int bytes = width / 8;
    Stack.checkWrite(cpu, width, -bytes);
    for (int i = 1; i < level; i++) {
      framePointer(cpu, width, i);
      Stack.checkWrite(cpu, width, -bytes * (i + 1));
    }
    if (level > 0) {
      Stack.checkWrite(cpu, width, -bytes * (level + 1));
    }
  }

  /** The pointer that stands so many places below the one RBP points to. */
  private static long framePointer(Cpu cpu, int width, int place) {
    long offset = Width.zeroExtend(Stack.addressSize(cpu, width), cpu.r[RBP] - width / 8 * place);
    return cpu.mmu.read(width, cpu.linear(SS, offset, width / 8, false), SS);
  }

  /** RSP := RBP; RBP := Pop(). */
  public static void leave(Cpu cpu, Instruction insn) {
    int width = insn.operandSize;
    long pointer = Stack.replaced(cpu, width, cpu.r[RSP], cpu.r[RBP] + width / 8);
    long value = framePointer(cpu, width, 0);
    cpu.r[RSP] = pointer;
    Operands.writeRegister(cpu, insn, RBP, width, value);
  }
}
