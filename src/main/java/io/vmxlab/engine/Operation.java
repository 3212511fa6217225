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

  /** Of {@link #packed}; 10 bits are enough for an offset in a block. */
  private static final int SCALE = 3;

  private static final int SEGMENT_SHIFT = 2;
  private static final int SEGMENT = 7;
  private static final int OFFSET_SHIFT = 5;

  /** The following operation of the same block; null at the block's end. */
  Operation next;

  Instruction insn;

  Block block;

  /**
   * Instructions of the block that stand before this one. A program has as many operations as
   * instructions, so numbers here are small: one takes 48 bytes.
   */
  private byte position;

  /** Register numbers of the operands, in the order of the syntax, as {@link Slot} reads them. */
  byte register0;

  byte register1;
  byte register2;

  byte base;
  byte index;

  /** Bytes of the block that stand before the instruction; its segment; its scale. */
  private short packed;

  long displacement;

  /** The immediate operand; of a {@link Branch} its target. */
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
    return packed & SCALE;
  }

  @Override
  public final long displacement() {
    return displacement;
  }

  @Override
  public final int segment() {
    return packed >> SEGMENT_SHIFT & SEGMENT;
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
    return block.rip + (packed >> OFFSET_SHIFT);
  }

  @Override
  public final long following() {
    return Cpu.following(insn, rip());
  }

  @Override
  public final int position() {
    return position;
  }

  @Override
  public long target() {
    return 0;
  }

  /** Sets segment and scale of the memory operand. */
  final void address(int segment, int scale) {
    packed = (short) (segment << SEGMENT_SHIFT | scale);
  }

  /** Sets the place in a block: instructions and bytes that stand before this one. */
  final void stand(Block in, int instructions, int bytes) {
    block = in;
    position = (byte) instructions;
    packed = (short) (bytes << OFFSET_SHIFT | packed & (1 << OFFSET_SHIFT) - 1);
  }

  /** Becomes the same operation, which stands nowhere yet. */
  final void copy(Operation other) {
    insn = other.insn;
    register0 = other.register0;
    register1 = other.register1;
    register2 = other.register2;
    base = other.base;
    index = other.index;
    packed = other.packed;
    displacement = other.displacement;
    immediate = other.immediate;
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

  /** It is a call, behind which what it has called goes on at last. */
  final boolean calls() {
    return insn != null && insn.form.mnemonic().equals("CALL");
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

  /** Goes to the block directly. */
  boolean goesTo(Block target) {
    return false;
  }

  /** After {@link Cpu#leaving}: throws what an instruction has thrown if that is no VM exit. */
  void raise() {}

  /** Forgets every direct way to other blocks. */
  void leave() {}

  /** Forgets every direct way to the block. */
  void unlink(Block target) {}
}
