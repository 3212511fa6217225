package io.vmxlab.vmx.exit;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.vmx.vmcs.Control;

/** What asks for a VM exit while it is decided whether there is one; see {@code cpu.ExitFacts}. */
public final class Asked {
  VmcsField field;
  long bits;

  /** Nothing asks: the exit happens always. */
  public void always() {
    by(null, 0);
  }

  /** A control does, by what it is, 1 or 0. */
  public void by(Control control) {
    by(control.vector(), control.mask());
  }

  /** A field does. */
  public void by(VmcsField asking, long which) {
    field = asking;
    bits = which;
  }
}
