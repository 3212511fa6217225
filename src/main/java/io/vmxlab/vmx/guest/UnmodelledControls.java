package io.vmxlab.vmx.guest;

import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.vmx.vmcs.Control;

/** Controls that a VM entry accepts, as the real processor does, and that stop the run then. */
public final class UnmodelledControls {
  private static final Control[] ALL = {Control.SUB_PAGE, Control.PT_GUEST_PHYSICAL};

  private UnmodelledControls() {}

  /** Throws if one of them is 1. */
  public static void refuse(StateView vmcs) {
    for (Control control : ALL) {
      if (control.on(vmcs)) {
        throw new Unmodelled("guests with " + control.name());
      }
    }
  }
}
