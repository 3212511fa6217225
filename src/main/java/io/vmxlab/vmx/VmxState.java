package io.vmxlab.vmx;

import io.vmxlab.arch.State;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Interception;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmxUnit;
import io.vmxlab.vmx.vmcs.VmcsRegion;

/** What VMX adds to a logical processor: the pointers that the VMX instructions load and leave. */
public final class VmxState implements VmxUnit {
  private static final Interception NON_ROOT =
      (cpu, insn) -> {
        throw new Unmodelled("VM exit");
      };

  /** The state and the operand of a VMX instruction, as its rules see them. */
  final VmxView view;

  /** The steps that the VMX instructions share. */
  final VmxSteps steps;

  private final Cpu cpu;
  private long vmxonPointer = VmxItem.NO_VMCS;
  private long currentVmcs = VmxItem.NO_VMCS;

  /**
   * VMX state outside VMX operation; gives the processor its VMX MSRs and the rules that go with
   * VMX.
   */
  public VmxState(Cpu cpu) {
    this.cpu = cpu;
    view = new VmxView(cpu, this);
    steps = new VmxSteps(cpu, this);
    cpu.interception = NON_ROOT;
    VmxMsrs.declare(cpu);
    cpu.controls.extend(State.CR0, VmxControlRules.CR0);
    cpu.controls.extend(State.CR4, VmxControlRules.CR4);
  }

  /** Enters VMX root operation: INIT and A20M are blocked, there is no current VMCS. */
  void enterRoot(long vmxonRegion) {
    vmxonPointer = vmxonRegion;
    currentVmcs = VmxItem.NO_VMCS;
    cpu.setVmxOperation(Cpu.VMX_ROOT);
  }

  /** Leaves VMX operation. */
  void leave() {
    vmxonPointer = VmxItem.NO_VMCS;
    currentVmcs = VmxItem.NO_VMCS;
    cpu.setVmxOperation(Cpu.OUTSIDE_VMX);
  }

  /** Makes the VMCS clear, and no longer current. */
  void clear(long vmcs) {
    VmcsRegion.clearLaunchState(cpu, vmcs);
    if (currentVmcs == vmcs) {
      currentVmcs = VmxItem.NO_VMCS;
    }
  }

  void makeCurrent(long vmcs) {
    currentVmcs = vmcs;
  }

  /** Physical address of the current VMCS, or {@link VmxItem#NO_VMCS}. */
  long currentVmcs() {
    return currentVmcs;
  }

  @Override
  public long get(VmxItem item) {
    switch (item) {
      case CURRENT_VMCS:
        return currentVmcs;
      case VMXON_POINTER:
        return vmxonPointer;
      case CURRENT_VMCS_HEADER:
        return currentVmcs == VmxItem.NO_VMCS
            ? VmxView.NO_HEADER
            : VmcsRegion.header(cpu, currentVmcs);
      default:
        return view.operand(item);
    }
  }

  @Override
  public void set(VmxItem item, long value) {
    switch (item) {
      case CURRENT_VMCS:
        currentVmcs = value;
        break;
      case VMXON_POINTER:
        vmxonPointer = value;
        break;
      default:
        throw new IllegalArgumentException(item.itemName() + " cannot be set");
    }
  }
}
