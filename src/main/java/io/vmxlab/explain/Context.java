package io.vmxlab.explain;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;

/**
 * What the wording of a check depends on besides the check.
 *
 * @param mnemonic of the instruction, in capitals; may be empty
 * @param mode of the code, which decides the registers that a mend uses
 * @param target what the instruction was about to load, to name the bits of its new value; may be
 *     null
 */
record Context(String mnemonic, CodeMode mode, StateItem target) {
  /** The item's fields; those of the instruction's target for a value about to be loaded. */
  Layout layout(StateItem item) {
    boolean loading = item == State.SOURCE && target != null;
    return loading ? target.layout() : item.layout();
  }

  /** How code can change the item. */
  Mend.Access access(StateItem item, long value) {
    if (item == State.CR0 || item == State.CR4) {
      return Mend.Access.controlRegister(item.itemName(), mode == CodeMode.BITS64);
    }
    if (item == Msr.IA32_FEATURE_CONTROL && (value & FeatureControl.LOCK) != 0) {
      return Mend.Access.NONE;
    }
    if (item instanceof Msr msr) {
      return Mend.Access.msr(msr.index & 0xFFFF_FFFFL);
    }
    return Mend.Access.NONE;
  }
}
