package io.vmxlab.engine;

import io.vmxlab.arch.Gpr;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.BitSet;

/**
 * What operations may have changed of what a region holds in local variables, and the processor
 * does not know of yet.
 *
 * @param registers general-purpose ones, by number
 * @param flags the status flags
 */
record Changes(BitSet registers, boolean flags) {
  static final Changes NONE = new Changes(new BitSet(), false);

  /** Those of one operation. */
  static Changes of(Operation op) {
    if (op.insn == null || !op.insn.form.modelled()) {
      return NONE;
    }
    Recipe recipe = Recipe.of(op.insn);
    BitSet registers = new BitSet();
    if (recipe.stores() && recipe.slots()[0] instanceof Slot.Register) {
      registers.set(op.register(0) & Gpr.LAST);
    }
    if (recipe.touches() == Touched.CORE) {
      registers.set(Gpr.RSP);
    }
    return new Changes(registers, !op.insn.form.flags().isEmpty());
  }

  /** These and others. */
  Changes and(Changes other) {
    BitSet both = (BitSet) registers.clone();
    both.or(other.registers);
    return new Changes(both, flags || other.flags);
  }
}
