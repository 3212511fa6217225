package io.vmxlab.vmx;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;

/**
 * What the checks of a VMX instruction have seen that hold without anybody going through them: see
 * {@code CpuObserver.onHeld}. Keeping it is copying a few numbers, for a virtual-machine monitor
 * executes many such instructions.
 */
public final class HeldState implements StateView {
  private static final int CS = SegmentRegister.CS.ordinal();

  private VmxView view;
  private long cr0;
  private long efer;
  private long codeRights;
  private long flagsRest;
  private long flagResult;
  private long flagLeft;
  private long flagRight;
  private long flagSum;
  private long cpl;
  private long operation;
  private long shadow;
  private long current;
  private long header;
  private long launchState;
  private long link;
  private long encoding;

  /** Keeps what an instruction finds, before it changes anything. */
  public void keep(Cpu cpu, VmxView of) {
    VmxState state = of.state;
    view = of;
    cr0 = cpu.cr0;
    efer = cpu.efer;
    codeRights = cpu.segments[CS].rights;
    flagsRest = cpu.flagsRest;
    flagResult = cpu.flagResult;
    flagLeft = cpu.flagLeft;
    flagRight = cpu.flagRight;
    flagSum = cpu.flagSum;
    cpl = cpu.cpl;
    operation = cpu.vmxOperation;
    shadow = cpu.stepping.shadow();
    current = state.currentVmcs();
    link = state.vmcs().get(VmcsField.VMCS_LINK_POINTER);
    launchState = state.vmcs().launchState().ordinal();
    if (of.isEntering()) {
      header = state.get(VmxItem.CURRENT_VMCS_HEADER);
    } else {
      encoding = of.registerOperand();
    }
  }

  @Override
  public long get(StateItem item) {
    if (item instanceof VmxItem) {
      return get((VmxItem) item);
    }
    if (item == VmcsField.VMCS_LINK_POINTER) {
      return link;
    }
    if (item == Msr.IA32_EFER) {
      return efer;
    }
    return item instanceof State ? get((State) item) : view.get(item); // a capability MSR
  }

  private long get(VmxItem item) {
    switch (item) {
      case CURRENT_VMCS:
        return current;
      case CURRENT_VMCS_HEADER:
        return header;
      case LAUNCH_STATE:
        return launchState;
      case FIELD_ENCODING:
        return encoding;
      case FIELD_SUPPORTED:
        return 1;
      default:
        throw new IllegalArgumentException(item.itemName());
    }
  }

  private long get(State item) {
    switch (item) {
      case CR0:
        return cr0;
      case RFLAGS:
        return flagsRest | new LazyFlags(flagResult, flagLeft, flagRight, flagSum).status();
      case CS_RIGHTS:
        return codeRights;
      case CPL:
        return cpl;
      case VMX_OPERATION:
        return operation;
      case INTERRUPT_SHADOW:
        return shadow;
      default:
        throw new IllegalArgumentException(item.itemName());
    }
  }
}
