package io.vmxlab.vmx.guest;

import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.vmcs.Control;
import java.util.Map;

/**
 * Instructions that are #UD in VMX non-root operation unless a control enables them. SDM Vol. 3C
 * "Changes to Instruction Behavior in VMX Non-Root Operation".
 */
public final class Enables {
  // spotless:off
  private static final Map<String, Control> BY_MNEMONIC = Map.of(
      "VMFUNC",    Control.VM_FUNCTIONS,
      "RDTSCP",    Control.ENABLE_RDTSCP,
      "RDPID",     Control.ENABLE_RDTSCP,
      "INVPCID",   Control.ENABLE_INVPCID,
      "XSAVES",    Control.ENABLE_XSAVES_XRSTORS,
      "XSAVES64",  Control.ENABLE_XSAVES_XRSTORS,
      "XRSTORS",   Control.ENABLE_XSAVES_XRSTORS,
      "XRSTORS64", Control.ENABLE_XSAVES_XRSTORS);
  // spotless:on

  private Enables() {}

  /** The control that enables the instruction; null if none is needed. */
  static Control of(Instruction insn) {
    return of(insn.form.mnemonic());
  }

  /** The same for a mnemonic in capitals. */
  public static Control of(String mnemonic) {
    return BY_MNEMONIC.get(mnemonic);
  }
}
