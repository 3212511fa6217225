package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.List;

/**
 * What a VM entry accepts, as the real processor does, and vmxlab does not model: the run stops
 * before it. Controls about instructions that are not modelled are none of these, for such an
 * instruction stops the run itself; nor is a load of IA32_PERF_GLOBAL_CTRL, for every access to it
 * and to the counters that it governs does. A register that is not modelled is 0, so a control that
 * loads or saves one is none either as long as the field for it is 0.
 */
public final class UnmodelledGuests {
  /** A control, and the fields of which one has to be other than 0. */
  private record Row(Control control, VmcsField... fields) {
    boolean stops(Vmcs vmcs) {
      boolean moves = fields.length == 0;
      for (VmcsField f : fields) {
        moves |= vmcs.get(f) != 0;
      }
      return moves && control.on(vmcs);
    }
  }

  // spotless:off
  private static final List<Row> ROWS = List.of(
      new Row(Control.PT_GUEST_PHYSICAL),
      new Row(Control.BUS_LOCK_DETECTION),
      new Row(Control.INSTRUCTION_TIMEOUT),
      new Row(Control.HLAT),
      new Row(Control.EPT_PAGING_WRITE),
      new Row(Control.PAGING_VERIFICATION),
      new Row(Control.IPI_VIRTUALIZATION),
      new Row(Control.APIC_TIMER_VIRTUALIZATION),
      new Row(Control.LOAD_BNDCFGS,       VmcsField.GUEST_IA32_BNDCFGS),
      new Row(Control.LOAD_RTIT_CTL,      VmcsField.GUEST_IA32_RTIT_CTL),
      new Row(Control.LOAD_UINV,          VmcsField.GUEST_UINV),
      new Row(Control.LOAD_CET,           VmcsField.GUEST_S_CET, VmcsField.GUEST_SSP, VmcsField.GUEST_INTERRUPT_SSP_TABLE),
      new Row(Control.LOAD_LBR_CTL,       VmcsField.GUEST_IA32_LBR_CTL),
      new Row(Control.LOAD_PKRS,          VmcsField.GUEST_IA32_PKRS),
      new Row(Control.LOAD_FRED),
      new Row(Control.LOAD_SPEC_CTRL,     VmcsField.GUEST_IA32_SPEC_CTRL),
      new Row(Control.SAVE_PERF,          VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL),
      new Row(Control.EXIT_LOAD_CET,      VmcsField.HOST_S_CET, VmcsField.HOST_SSP, VmcsField.HOST_INTERRUPT_SSP_TABLE),
      new Row(Control.EXIT_LOAD_PKRS,     VmcsField.HOST_IA32_PKRS),
      new Row(Control.EXIT_SAVE_FRED),
      new Row(Control.EXIT_LOAD_FRED),
      new Row(Control.EXIT_LOAD_SPEC_CTRL, VmcsField.HOST_IA32_SPEC_CTRL),
      new Row(Control.BUSY_SHADOW_STACK));
  // spotless:on

  private static final long SECONDARY = bits(VmcsField.SECONDARY_CONTROLS);
  private static final long EXIT = bits(VmcsField.VM_EXIT_CONTROLS);
  private static final long ENTRY = bits(VmcsField.VM_ENTRY_CONTROLS);

  private UnmodelledGuests() {}

  private static long bits(VmcsField vector) {
    long bits = 0;
    for (Row row : ROWS) {
      bits |= row.control.vector() == vector ? row.control.mask() : 0;
    }
    return bits;
  }

  /** Throws if there is something of the kind in the current VMCS. */
  public static void refuse(Cpu cpu, Vmcs vmcs) {
    if (mayStop(vmcs)) {
      for (Row row : ROWS) {
        if (row.stops(vmcs)) {
          throw new Unmodelled("guests with " + row.control.name());
        }
      }
    }
    cpu.controls.requireModelledCr4(vmcs.get(VmcsField.GUEST_CR4));
    cpu.controls.requireModelledCr4(vmcs.get(VmcsField.HOST_CR4));
    if (Control.LOAD_DEBUG.on(vmcs)) {
      cpu.msrs.requireModelled(Msr.IA32_DEBUGCTL, vmcs.get(VmcsField.GUEST_IA32_DEBUGCTL));
    }
  }

  /** A first look, at few fields, for this is asked at every VM entry. */
  private static boolean mayStop(Vmcs vmcs) {
    long set =
        vmcs.get(VmcsField.SECONDARY_CONTROLS) & SECONDARY
            | vmcs.get(VmcsField.VM_EXIT_CONTROLS) & EXIT
            | vmcs.get(VmcsField.VM_ENTRY_CONTROLS) & ENTRY;
    return set != 0 || Control.ACTIVATE_TERTIARY.on(vmcs) || Control.ACTIVATE_EXIT2.on(vmcs);
  }
}
