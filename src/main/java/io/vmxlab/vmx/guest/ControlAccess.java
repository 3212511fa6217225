package io.vmxlab.vmx.guest;

import static io.vmxlab.arch.ExitQualification.ACCESS_SHIFT;
import static io.vmxlab.arch.ExitQualification.LMSW_MEMORY;
import static io.vmxlab.arch.ExitQualification.LMSW_SOURCE_SHIFT;
import static io.vmxlab.arch.ExitQualification.REGISTER_SHIFT;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmExit;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.apic.VirtualApic;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * Control registers in VMX non-root operation: masks, read shadows, exits. SDM Vol. 3C "Guest/Host
 * Masks and Read Shadows for CR0 and CR4", "Changes to Instruction Behavior in VMX Non-Root
 * Operation".
 */
final class ControlAccess {
  private static final int CR3 = 3;
  private static final int CR4 = 4;
  private static final int CR8 = 8;
  private static final long SOURCE = 0xFFFF;

  /** What LMSW loads besides PE. */
  private static final long LMSW_UPPER = Cr0.MP | Cr0.EM | Cr0.TS;

  private static final VmcsField[] TARGETS = {
    VmcsField.CR3_TARGET_VALUE_0,
    VmcsField.CR3_TARGET_VALUE_1,
    VmcsField.CR3_TARGET_VALUE_2,
    VmcsField.CR3_TARGET_VALUE_3
  };

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Exits exits;
  private final VirtualApic apic;

  ControlAccess(Cpu cpu, Vmcs vmcs, Exits exits, VirtualApic apic) {
    this.apic = apic;
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.exits = exits;
  }

  /** What MOV from CRn and SMSW see. */
  long read(Instruction insn, int number, long value) {
    switch (number) {
      case 0:
        return shadowed(value, VmcsField.CR0_GUEST_HOST_MASK, VmcsField.CR0_READ_SHADOW);
      case CR4:
        return shadowed(value, VmcsField.CR4_GUEST_HOST_MASK, VmcsField.CR4_READ_SHADOW);
      case CR3:
        exitIf(Control.CR3_STORE_EXITING, insn, number, ExitQualification.MOV_FROM_CR);
        return value;
      case CR8:
        exitIf(Control.CR8_STORE_EXITING, insn, number, ExitQualification.MOV_FROM_CR);
        return Control.USE_TPR_SHADOW.on(vmcs) ? apic.taskPriorityClass() : value;
      default:
        return value;
    }
  }

  private long shadowed(long value, VmcsField mask, VmcsField shadow) {
    long hosts = vmcs.get(mask);
    return value & ~hosts | vmcs.get(shadow) & hosts;
  }

  /** What MOV to CRn writes. */
  long write(Instruction insn, int number, long source) {
    switch (number) {
      case 0:
        return masked(
            insn,
            number,
            source,
            cpu.cr0,
            VmcsField.CR0_GUEST_HOST_MASK,
            VmcsField.CR0_READ_SHADOW);
      case CR4:
        return masked(
            insn,
            number,
            source,
            cpu.cr4,
            VmcsField.CR4_GUEST_HOST_MASK,
            VmcsField.CR4_READ_SHADOW);
      case CR3:
        if (!isTarget(source)) {
          exitIf(Control.CR3_LOAD_EXITING, insn, number, ExitQualification.MOV_TO_CR);
        }
        return source;
      case CR8:
        exitIf(Control.CR8_LOAD_EXITING, insn, number, ExitQualification.MOV_TO_CR);
        return source;
      default:
        return source;
    }
  }

  private long masked(
      Instruction insn, int number, long source, long now, VmcsField mask, VmcsField shadow) {
    long hosts = vmcs.get(mask);
    long differing = (source ^ vmcs.get(shadow)) & hosts;
    if (differing != 0) {
      throw exit(insn, number, ExitQualification.MOV_TO_CR, mask, differing);
    }
    return now & hosts | source & ~hosts;
  }

  private boolean isTarget(long value) {
    long count = vmcs.get(VmcsField.CR3_TARGET_COUNT);
    for (int i = 0; i < count && i < TARGETS.length; i++) {
      if (vmcs.get(TARGETS[i]) == value) {
        return true;
      }
    }
    return false;
  }

  private void exitIf(Control control, Instruction insn, int number, int access) {
    if (control.on(vmcs)) {
      throw exit(insn, number, access, control.vector(), control.mask());
    }
  }

  private VmExit exit(Instruction insn, int number, int access, VmcsField asking, long bits) {
    long qualification = number | (long) access << ACCESS_SHIFT | (long) insn.rm << REGISTER_SHIFT;
    exits
        .report(ExitReason.CONTROL_REGISTER_ACCESS)
        .asked(asking, bits)
        .qualification(qualification)
        .instruction(insn);
    return exits.thrown();
  }

  /** What LMSW loads. It can set PE only. */
  long loadMachineStatusWord(Instruction insn, long source) {
    long hosts = vmcs.get(VmcsField.CR0_GUEST_HOST_MASK);
    long shadow = vmcs.get(VmcsField.CR0_READ_SHADOW);
    long sets = hosts & source & ~shadow & Cr0.PE;
    long differing = (source ^ shadow) & hosts & LMSW_UPPER;
    if ((sets | differing) != 0) {
      long qualification =
          (long) ExitQualification.LMSW << ACCESS_SHIFT
              | (insn.memory() ? LMSW_MEMORY : 0)
              | (source & SOURCE) << LMSW_SOURCE_SHIFT;
      exits
          .report(ExitReason.CONTROL_REGISTER_ACCESS)
          .asked(VmcsField.CR0_GUEST_HOST_MASK, sets | differing)
          .qualification(qualification)
          .instruction(insn)
          .linearAddress(insn.memory() ? Intercepts.linearAddress(cpu, insn) : 0);
      throw exits.thrown();
    }
    return cpu.cr0 & hosts | source & ~hosts;
  }

  /** Whether CLTS clears TS. */
  boolean clearTaskSwitched(Instruction insn) {
    boolean hosts = (vmcs.get(VmcsField.CR0_GUEST_HOST_MASK) & Cr0.TS) != 0;
    if (hosts && (vmcs.get(VmcsField.CR0_READ_SHADOW) & Cr0.TS) != 0) {
      exits
          .report(ExitReason.CONTROL_REGISTER_ACCESS)
          .asked(VmcsField.CR0_GUEST_HOST_MASK, Cr0.TS)
          .qualification((long) ExitQualification.CLTS << ACCESS_SHIFT)
          .instruction(insn);
      throw exits.thrown();
    }
    return !hosts;
  }
}
