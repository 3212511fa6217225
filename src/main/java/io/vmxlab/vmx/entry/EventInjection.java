package io.vmxlab.vmx.entry;

import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Delivery;
import io.vmxlab.cpu.Event;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/** The event that a VM entry injects takes place. SDM Vol. 3C "Event Injection". */
public final class EventInjection {
  private static final Delivery.Source[] SOURCES = new Delivery.Source[VmcsBits.OTHER_EVENT + 1];

  static {
    for (Delivery.Source source : Delivery.Source.values()) {
      SOURCES[source.type] = source;
    }
  }

  private EventInjection() {}

  /** An event is injected that goes through the IDT. */
  public static boolean isVectoring(long information) {
    return (information & VmcsBits.VALID) != 0
        && VmcsBits.type(information) != VmcsBits.OTHER_EVENT;
  }

  /** The injected event comes before pending debug exceptions, which are lost. */
  static boolean dropsDebugTraps(long information, long blocking) {
    if (!isVectoring(information)) {
      return false;
    }
    int type = VmcsBits.type(information);
    boolean follows = type == VmcsBits.SOFTWARE_INTERRUPT || type == VmcsBits.SOFTWARE_EXCEPTION;
    return !follows || (blocking & VmcsBits.BLOCKING_BY_MOV_SS) == 0;
  }

  /** Injects the event that the VMCS names, if it does. */
  public static void inject(Cpu cpu, Vmcs vmcs) {
    long information = vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    if ((information & VmcsBits.VALID) == 0) {
      return;
    }
    if (!isVectoring(information)) {
      cpu.events.signal(Event.MONITOR_TRAP);
      return;
    }
    Delivery.Source source = SOURCES[VmcsBits.type(information)];
    if (source == Delivery.Source.NMI) {
      blockNmi(cpu, vmcs);
    }
    int length = source.isInstruction() ? (int) vmcs.get(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH) : 0;
    cpu.inject(
        (int) (information & VmcsBits.VECTOR),
        source,
        (information & VmcsBits.ERROR_CODE) != 0,
        (int) vmcs.get(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE),
        length);
  }

  private static void blockNmi(Cpu cpu, Vmcs vmcs) {
    if (Control.VIRTUAL_NMIS.on(vmcs)) {
      cpu.events.blockVirtualNmi(true);
    } else {
      cpu.nmiBlocked = true;
    }
  }
}
