package io.vmxlab.vmx;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Interception;
import io.vmxlab.cpu.Segment;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmxUnit;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.ShadowVmcs;
import io.vmxlab.vmx.vmcs.Vmcs;
import io.vmxlab.vmx.vmcs.VmcsRegion;

/** What VMX adds to a logical processor: the pointers that the VMX instructions load and leave. */
public final class VmxState implements VmxUnit {
  /** Of a processor that was put into VMX non-root operation without a VM entry. */
  private static final Interception NOT_ENTERED =
      new Interception() {
        @Override
        public void instruction(Cpu cpu, Instruction insn) {
          throw new Unmodelled("VM exit without a VM entry");
        }
      };

  /** The state and the operand of a VMX instruction, as its rules see them. */
  final VmxView view;

  /** The steps that the VMX instructions share. */
  final VmxSteps steps;

  private final Cpu cpu;
  private long vmxonPointer = VmxItem.NO_VMCS;

  /** Made with the first VMCS that becomes current. */
  private Vmcs vmcs;

  private VmEntry entry;
  private ShadowVmcs shadow;

  /** The operation to which RSM comes back. */
  private int suspended;

  /**
   * VMX state outside VMX operation; gives the processor its VMX MSRs and the rules that go with
   * VMX.
   */
  public VmxState(Cpu cpu) {
    this.cpu = cpu;
    view = new VmxView(cpu, this);
    steps = new VmxSteps(cpu, this);
    cpu.interception = NOT_ENTERED;
    VmxMsrs.declare(cpu);
    cpu.controls.extend(State.CR0, VmxControlRules.CR0);
    cpu.controls.extend(State.CR4, VmxControlRules.CR4);
  }

  /** What VMREAD and VMWRITE access in VMX non-root operation. */
  ShadowVmcs shadow() {
    if (shadow == null) {
      shadow = new ShadowVmcs(cpu, vmcs());
    }
    return shadow;
  }

  /** VM entries, and the guest that they lead to. Made for the first that is attempted. */
  VmEntry entry() {
    if (entry == null) {
      entry = new VmEntry(cpu, this);
    }
    return entry;
  }

  /** Enters VMX root operation: INIT and A20M are blocked, there is no current VMCS. */
  void enterRoot(long vmxonRegion) {
    vmxonPointer = vmxonRegion;
    cpu.setVmxOperation(Cpu.VMX_ROOT);
  }

  /** Leaves VMX operation; there is no current VMCS any more. */
  void leave() {
    makeCurrent(VmxItem.NO_VMCS);
    vmxonPointer = VmxItem.NO_VMCS;
    cpu.setVmxOperation(Cpu.OUTSIDE_VMX);
  }

  @Override
  public long suspend() {
    suspended = cpu.vmxOperation;
    if (suspended == Cpu.OUTSIDE_VMX) {
      return 0;
    }
    long eptp = cpu.inGuest() ? entry().suspend() : 0;
    cpu.setVmxOperation(Cpu.OUTSIDE_VMX);
    return eptp;
  }

  @Override
  public boolean unrestricted() {
    return unrestricted(cpu.inGuest());
  }

  private boolean unrestricted(boolean guest) {
    return guest && Control.UNRESTRICTED_GUEST.on(vmcs());
  }

  /** The current VMCS has stayed what it was: nothing in SMM can change that. */
  @Override
  public void resume() {
    if (suspended == Cpu.OUTSIDE_VMX) {
      return;
    }
    boolean guest = suspended == Cpu.VMX_NON_ROOT;
    boolean unrestricted = unrestricted(guest);
    long free = unrestricted ? Cr0.PE | Cr0.PG : 0;
    long always = cpu.get(Msr.IA32_VMX_CR0_FIXED0) & ~free;
    cpu.load(State.CR0, (cpu.cr0 | always) & cpu.get(Msr.IA32_VMX_CR0_FIXED1));
    cpu.load(
        State.CR4, (cpu.cr4 | cpu.get(Msr.IA32_VMX_CR4_FIXED0)) & cpu.get(Msr.IA32_VMX_CR4_FIXED1));
    if ((cpu.flagsRest & Rflags.VM) == 0 && !unrestricted) {
      takeLevel(SegmentRegister.CS);
      takeLevel(SegmentRegister.SS);
    }
    if (guest) {
      entry().resume();
    } else {
      cpu.setVmxOperation(Cpu.VMX_ROOT);
    }
    suspended = Cpu.OUTSIDE_VMX;
  }

  /** RPL of a selector := DPL of SS. */
  private void takeLevel(SegmentRegister which) {
    Segment segment = cpu.segment(which);
    segment.selector = segment.selector & ~3 | cpu.segment(SegmentRegister.SS).dpl();
  }

  /** Makes the VMCS at a physical address clear, and no longer current. */
  void clear(long region) {
    vmcs().clear(region);
  }

  /** Makes the VMCS at a physical address current; {@link VmxItem#NO_VMCS} for none. */
  void makeCurrent(long region) {
    if (vmcs != null || region != VmxItem.NO_VMCS) {
      vmcs().makeCurrent(region);
    }
  }

  /** Physical address of the current VMCS, or {@link VmxItem#NO_VMCS}. */
  long currentVmcs() {
    return vmcs == null ? VmxItem.NO_VMCS : vmcs.pointer();
  }

  /** The current VMCS has become that of a shadow VMCS, in memory. */
  boolean isShadow() {
    return (VmcsRegion.header(cpu, currentVmcs()) & VmcsRegion.SHADOW) != 0;
  }

  /** The current VMCS; all fields are 0 while there is none. */
  Vmcs vmcs() {
    if (vmcs == null) {
      vmcs = new Vmcs(cpu);
    }
    return vmcs;
  }

  @Override
  public long get(VmxItem item) {
    switch (item) {
      case CURRENT_VMCS:
        return currentVmcs();
      case LAUNCH_STATE:
        return vmcs().launchState().ordinal();
      case VMXON_POINTER:
        return vmxonPointer;
      case CURRENT_VMCS_HEADER:
        return currentVmcs() == VmxItem.NO_VMCS
            ? VmxView.NO_HEADER
            : VmcsRegion.header(cpu, currentVmcs());
      default:
        return view.operand(item);
    }
  }

  @Override
  public long field(VmcsField field) {
    return vmcs().get(field);
  }

  @Override
  public void set(VmxItem item, long value) {
    switch (item) {
      case CURRENT_VMCS:
        makeCurrent(value);
        break;
      case VMXON_POINTER:
        vmxonPointer = value;
        break;
      default:
        throw new IllegalArgumentException(item.itemName() + " cannot be set");
    }
  }
}
