package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.vmx.vmcs.Control;
import java.util.List;
import java.util.Map;

/**
 * The last VM entry that led to a guest: where a virtual-machine monitor can still change what its
 * guest, or the host after the next VM exit, finds.
 *
 * @param code VMLAUNCH or VMRESUME
 * @param mode sizes of the instruction
 * @param flat the code lies at a linear address that is its physical one
 * @param vmcs values of the fields that mends depend on, see {@link #FIELDS}
 */
public record Entered(Code code, CodeMode mode, boolean flat, Map<VmcsField, Long> vmcs) {
  /** Fields of the current VMCS that mends depend on. */
  static final List<VmcsField> FIELDS =
      List.of(
          VmcsField.HOST_RSP,
          VmcsField.PRIMARY_CONTROLS,
          VmcsField.SECONDARY_CONTROLS,
          VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS,
          VmcsField.VM_ENTRY_MSR_LOAD_COUNT,
          VmcsField.VM_ENTRY_CONTROLS,
          VmcsField.GUEST_CS_ACCESS_RIGHTS);

  /**
   * The control, a primary or an active secondary one, is 1. For the floors above; not part of the
   * public library.
   *
   * @hidden
   */
  @SuppressWarnings("exports") // its package is closed to others on purpose
  public boolean on(Control control) {
    return control.on(item -> vmcs.get((VmcsField) item));
  }

  /** The field's value, zero-extended. */
  public long field(VmcsField field) {
    return vmcs.get(field);
  }
}
