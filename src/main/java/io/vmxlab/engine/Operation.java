package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;
import java.util.Set;

/**
 * One decoded instruction, ready to run. Subclasses are made by combining a shape with a semantics
 * method (see {@link OperationFactory}).
 */
abstract class Operation implements Operands {
  private static final Set<String> ALWAYS_TAKEN =
      Set.of("JMP", "CALL", "RET", "RETF", "IRET", "IRETD", "IRETQ");

  /** The following operation of the same block; null at the block's end. */
  Operation next;

  Instruction insn;

  /** Offset of the instruction in CS. */
  long rip;

  /** Address of the next instruction in memory, cut to the width of the instruction pointer. */
  long following;

  /**
   * Instructions of the block that stand before this one. Numbers here are bytes to save memory.
   */
  byte position;

  Block block;

  /** Register numbers of the operands, in the order of the syntax, as {@link Slot} reads them. */
  byte register0;

  byte register1;
  byte register2;

  byte base;
  byte index;
  byte scale;
  long displacement;
  byte segment;
  long immediate;

  @Override
  public final int register(int i) {
    return i == 0 ? register0 : i == 1 ? register1 : register2;
  }

  @Override
  public final int base() {
    return base;
  }

  @Override
  public final int index() {
    return index;
  }

  @Override
  public final int scale() {
    return scale;
  }

  @Override
  public final long displacement() {
    return displacement;
  }

  @Override
  public final int segment() {
    return segment;
  }

  @Override
  public final long immediate() {
    return immediate;
  }

  @Override
  public final Instruction insn() {
    return insn;
  }

  @Override
  public final long rip() {
    return rip;
  }

  @Override
  public final long following() {
    return following;
  }

  @Override
  public final int position() {
    return position;
  }

  @Override
  public long target() {
    return 0;
  }

  /**
   * Executes the instruction.
   *
   * @return the operation that follows, or null when the engine has to look for it at {@code
   *     cpu.rip}; then the block's instructions have been added to {@code cpu.retired}
   */
  abstract Operation exec(Cpu cpu);

  /** A new, empty operation of the same class. */
  abstract Operation fresh();

  /**
   * Tells a block's last operation which operation stands at an address it went to, so that it can
   * go there directly the next time.
   *
   * @return false if it has no use for that
   */
  boolean link(long target, Operation first) {
    return false;
  }

  /** The operation of a block that this one was when it ended. */
  Operation actual() {
    return this;
  }

  /** The operation of a single instruction that an exception comes from that this one throws. */
  Operation culprit() {
    return actual();
  }

  /** It is a branch that is always taken. */
  final boolean branches() {
    return insn != null && ALWAYS_TAKEN.contains(insn.form.mnemonic());
  }

  /**
   * The instruction has led to a VM exit and ends the block; the engine completes the exit. What
   * throws from here on through methods that are compiled apart takes the JVM as long as the rest
   * of the exit.
   */
  static Operation leaves(Cpu cpu) {
    cpu.leaving = true;
    return null;
  }

  /** After {@link Cpu#leaving}: throws what an instruction has thrown if that is no VM exit. */
  void raise() {}

  /** Forgets every direct way to other blocks, and they forget it. */
  void leave() {}

  /** Forgets every direct way to the block. */
  void unlink(Block target) {}
}
