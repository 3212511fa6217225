package io.vmxlab.engine;

import io.vmxlab.arch.Gpr;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link Sequence} is made of: its instructions, and which of their operands are the same
 * register. It grows from the last instruction to the first.
 */
final class SequencePlan {
  /** In the place of a register: there is none, and its value is 0. */
  static final int NONE = -1;

  /** In the place of a register: RSP, which instructions use without naming it. */
  static final int STACK_POINTER = Sequence.REGISTERS;

  private static final int ZERO = Gpr.LAST + 1;

  /**
   * One of the instructions. Registers are numbers of {@link #registers}, constants of {@link
   * #constants}.
   *
   * @param slots the register of each operand that is one
   * @param immediate the constant that is the immediate
   * @param displacement the constant that is the displacement
   * @param following the constant that is the address behind it, for what may push that
   */
  record Part(
      Operation op,
      Recipe recipe,
      int[] slots,
      int base,
      int index,
      int immediate,
      int displacement,
      int following) {
    Slot slot(int i) {
      return recipe.slots()[i];
    }

    boolean storesMemory() {
      return recipe.stores() && slot(0) instanceof Slot.Memory;
    }

    /** The operand in memory, or null. */
    Slot.Memory memory() {
      for (Slot slot : recipe.slots()) {
        if (slot instanceof Slot.Memory) {
          return (Slot.Memory) slot;
        }
      }
      return null;
    }
  }

  final List<Part> parts = new ArrayList<>();

  /** Numbers of registers, without that a high byte is meant; the rest of the array is 0. */
  final int[] registers = new int[Sequence.REGISTERS];

  final long[] constants = new long[Sequence.CONSTANTS];

  private int registerCount;
  private int constantCount;

  /** Those that are the same for every sequence of the class. */
  private final StringBuilder kind = new StringBuilder();

  /** Operations in a row can be executed as one; the array is in their order. */
  SequencePlan(List<Operation> operations) {
    for (Operation op : operations) {
      add(op);
    }
  }

  /** All that its code depends on. */
  String kind() {
    return kind.toString();
  }

  /** There is not enough room in a sequence. */
  boolean tooLarge() {
    return registerCount > registers.length || constantCount > constants.length;
  }

  Operation[] operations() {
    return parts.stream().map(Part::op).toArray(Operation[]::new);
  }

  /** Registers that have a number. */
  int registerCount() {
    return registerCount;
  }

  private void add(Operation op) {
    Recipe recipe = op instanceof FallThrough ? null : Recipe.of(op.insn);
    kind.append(op.getClass().getSimpleName());
    int slots = recipe == null ? 0 : recipe.slots().length;
    int[] named = new int[slots];
    int immediate = NONE;
    boolean address = false;
    for (int i = 0; i < slots; i++) {
      Slot slot = recipe.slots()[i];
      named[i] = slot instanceof Slot.Register ? register(op.register(i) & ZERO - 1) : NONE;
      kind.append(',').append(named[i]);
      kind.append(op.register(i) >= Slot.Register.HIGH_BYTE && named[i] != NONE ? "h" : "");
      immediate = slot instanceof Slot.Immediate ? constant(op.immediate()) : immediate;
      address |= slot instanceof Slot.Memory || slot instanceof Slot.Address;
    }
    int base = address ? register(op.base()) : NONE;
    int index = address ? register(op.index()) : NONE;
    int displacement = address ? constant(op.displacement()) : NONE;
    if (address) {
      kind.append('[').append(base).append(',').append(index).append(',').append(op.scale());
      kind.append(',').append(op.segment()).append(']');
    }
    kind.append(';');
    boolean calls =
        recipe != null
            && (recipe.shape().equals("BranchDirect") || recipe.shape().equals("BranchIndirect"));
    int following = calls ? constant(op.following()) : NONE;
    parts.add(new Part(op, recipe, named, base, index, immediate, displacement, following));
  }

  private int register(int number) {
    if (number == ZERO) {
      return NONE;
    }
    if (number == Gpr.RSP) {
      return STACK_POINTER;
    }
    for (int i = 0; i < Math.min(registerCount, registers.length); i++) {
      if (registers[i] == number) {
        return i;
      }
    }
    if (registerCount < registers.length) {
      registers[registerCount] = number;
    }
    return registerCount++;
  }

  private int constant(long value) {
    if (constantCount < constants.length) {
      constants[constantCount] = value;
    }
    return constantCount++;
  }

  /** The operation can stand in a sequence, in any place. */
  static boolean isStep(Operation op) {
    if (op.insn == null
        || !op.insn.form.modelled()
        || op instanceof Branch
        || op instanceof Indirect
        || op instanceof Sequence) {
      return false;
    }
    Recipe recipe = Recipe.of(op.insn);
    if (recipe.vectors() != null || recipe.touches() == Touched.ALL) {
      return false;
    }
    String shape = recipe.shape();
    boolean known =
        shape.startsWith("Set")
            || shape.startsWith("Update")
            || shape.startsWith("Use")
            || shape.equals("MoveIf");
    boolean storesMemory = recipe.stores() && recipe.slots()[0] instanceof Slot.Memory;
    return known && !(storesMemory && recipe.touches() != Touched.FLAGS);
  }

  /** The operation can stand at the end of one. */
  static boolean isEnd(Operation op) {
    return op instanceof FallThrough || isStep(op) || ends(op);
  }

  private static boolean ends(Operation op) {
    if (!(op instanceof Branch || op instanceof Indirect)) {
      return false;
    }
    String shape = Recipe.of(op.insn).shape();
    return shape.equals("BranchIf") && !op.block.checksTargets
        || shape.equals("BranchDirect")
        || shape.equals("BranchIndirect");
  }
}
