package io.vmxlab.explain;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Scene;
import io.vmxlab.machine.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the wording of a failure depends on besides the check.
 *
 * @param code the instruction
 * @param mode of the code, which decides the registers that a mend uses
 * @param target what the instruction was about to load, to name the bits of its new value; may be
 *     null
 * @param walk the paging-structure entries on the way to an address that faulted
 */
record Context(
    Code code,
    CodeMode mode,
    StateItem target,
    Scene scene,
    Snapshot state,
    List<GuestFault.PageEntryMet> walk) {

  static Context of(GuestFault f) {
    return new Context(f.code(), f.mode(), f.target().orElse(null), f.scene(), f.state(), f.walk());
  }

  static Context of(Event.VmFailed f) {
    return new Context(f.code(), f.mode(), null, f.scene(), f.state(), List.of());
  }

  static Context of(Event.EntryFailed f) {
    return new Context(f.code(), f.mode(), null, f.scene(), f.state(), List.of());
  }

  /** The instruction is VMLAUNCH or VMRESUME. */
  boolean isVmEntry() {
    return code.isVmEntry();
  }

  /** Of the instruction, in capitals; empty if the bytes are none. */
  String mnemonic() {
    return code.mnemonic().equals(Code.NO_INSTRUCTION) ? "" : code.mnemonic();
  }

  /** The mnemonic as it is written in assembly. */
  String lower() {
    return mnemonic().toLowerCase(Locale.ROOT);
  }

  /** The item's fields; those of the instruction's target for a value about to be loaded. */
  Layout layout(StateItem item) {
    boolean loading = item == State.SOURCE && target != null;
    return loading ? target.layout() : item.layout();
  }

  boolean set(StateItem item, long bits) {
    return (state.get(item) & bits) != 0;
  }

  /** Code at this level can execute privileged instructions. */
  boolean privileged() {
    return state.get(State.CPL) == 0 && !set(State.RFLAGS, Rflags.VM);
  }

  MendCode writer() {
    return new MendCode(mode, code);
  }

  /** The operand after the first comma; the only one if there is none. */
  Optional<String> lastOperand() {
    String text = code.text();
    int at = text.indexOf(',') >= 0 ? text.indexOf(',') : text.indexOf(' ');
    return at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1).strip());
  }
}
