package io.vmxlab.vmx.apic;

import io.vmxlab.arch.ApicOffset;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.VmExit;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * Accesses to the APIC-access page, and to the MSRs of x2APIC mode. SDM Vol. 3C "Virtualizing
 * Memory-Mapped APIC Accesses", "Virtualizing MSR-Based APIC Accesses".
 */
public final class ApicAccess {
  private static final int SLOT = 0xF;
  private static final int REGISTER_BYTES = 4;
  private static final long BYTE = 0xFF;
  private static final int MSRS = 0x100;
  private static final int FIRST_VECTOR = 16;

  /** Bits of a command that only a self-IPI of a fixed interrupt, sent at an edge, has. */
  private static final long COMMAND_MASK = 0xFFFF_FF00L & ~(1L << 11 | 1L << 14);

  private static final long SELF_COMMAND = 1 << 18;

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final VirtualApic apic;
  private final Exits exits;

  public ApicAccess(Cpu cpu, Vmcs vmcs, VirtualApic apic, Exits exits) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.apic = apic;
    this.exits = exits;
  }

  // --- the page

  /** Reads at an offset of the page, or throws a VM exit. */
  public long read(int offset, int width) {
    boolean virtualized =
        isRegister(offset, width)
            && (Control.APIC_REGISTERS.on(vmcs)
                ? isReadable(offset & ~SLOT)
                : (offset & ~SLOT) == ApicOffset.TASK_PRIORITY);
    if (!virtualized) {
      throw exit(offset, ExitQualification.APIC_LINEAR_READ);
    }
    return apic.page.read(offset, width);
  }

  /** Writes at an offset of the page, or throws a VM exit. */
  public void write(int offset, int width, long value) {
    if (!isRegister(offset, width) || !isWritable(offset & ~SLOT)) {
      throw exit(offset, ExitQualification.APIC_LINEAR_WRITE);
    }
    cpu.codeWatch.beforeLastingWrites(); // what follows comes right after this instruction
    apic.page.write(offset, width, value);
    emulate(offset & ~SLOT);
  }

  /** The VM exit of a fetch from the page, to be thrown. */
  public VmExit fetch(int offset) {
    return exit(offset, ExitQualification.APIC_LINEAR_FETCH);
  }

  private VmExit exit(int offset, int access) {
    boolean delivering = cpu.delivery().inProgress();
    long type = delivering ? ExitQualification.APIC_LINEAR_DELIVERY : access;
    exits
        .report(ExitReason.APIC_ACCESS)
        .asked(Control.APIC_ACCESSES)
        .qualification(offset | type << ExitQualification.APIC_ACCESS_SHIFT)
        .byAccess();
    return exits.thrown();
  }

  private boolean isRegister(int offset, int width) {
    return Control.USE_TPR_SHADOW.on(vmcs)
        && width <= Integer.SIZE
        && (offset & SLOT) + width / Byte.SIZE <= REGISTER_BYTES;
  }

  private static boolean isReadable(int at) {
    switch (at) {
      case ApicOffset.ID:
      case ApicOffset.VERSION:
      case ApicOffset.TASK_PRIORITY:
      case ApicOffset.END:
      case ApicOffset.LOGICAL_ID:
      case ApicOffset.FORMAT:
      case ApicOffset.SPURIOUS:
      case ApicOffset.COMMAND:
      case ApicOffset.COMMAND_HIGH:
      case ApicOffset.INITIAL_COUNT:
      case ApicOffset.DIVIDE:
        return true;
      default:
        return at >= ApicOffset.IN_SERVICE && at <= ApicOffset.ERROR_STATUS || isVector(at);
    }
  }

  private static boolean isVector(int at) {
    return at >= ApicOffset.TIMER && at <= ApicOffset.ERROR;
  }

  private boolean isWritable(int at) {
    if (Control.APIC_REGISTERS.on(vmcs)) {
      boolean fixed =
          at == ApicOffset.VERSION || at >= ApicOffset.IN_SERVICE && at < ApicOffset.ERROR_STATUS;
      return isReadable(at) && !fixed;
    }
    boolean delivers = Control.INTERRUPT_DELIVERY.on(vmcs);
    return at == ApicOffset.TASK_PRIORITY
        || delivers && (at == ApicOffset.END || at == ApicOffset.COMMAND);
  }

  /** APIC-write emulation: the write has been made. */
  private void emulate(int at) {
    switch (at) {
      case ApicOffset.TASK_PRIORITY:
        apic.taskPriority(apic.page.get(at));
        break;
      case ApicOffset.END:
        if (Control.INTERRUPT_DELIVERY.on(vmcs)) {
          apic.page.set(at, 0);
          apic.endOfInterrupt();
        } else {
          leaveAfterWrite(at);
        }
        break;
      case ApicOffset.COMMAND:
        long command = Integer.toUnsignedLong(apic.page.get(at));
        boolean self = (command & COMMAND_MASK) == SELF_COMMAND;
        int vector = (int) (command & BYTE);
        if (Control.INTERRUPT_DELIVERY.on(vmcs) && self && vector >= FIRST_VECTOR) {
          apic.requestSelf(vector);
        } else {
          leaveAfterWrite(at);
        }
        break;
      case ApicOffset.COMMAND_HIGH:
        apic.page.set(at, apic.page.get(at) & (int) (BYTE << 24));
        break;
      default:
        leaveAfterWrite(at);
        break;
    }
  }

  /** The write leads to a VM exit after the instruction. */
  private void leaveAfterWrite(int at) {
    boolean any = Control.APIC_REGISTERS.on(vmcs);
    leaveAfterWrite(at, any ? Control.APIC_REGISTERS : Control.INTERRUPT_DELIVERY);
  }

  private void leaveAfterWrite(int at, Control asking) {
    apic.trap(ExitReason.APIC_WRITE, at, asking.vector(), asking.mask());
  }

  // --- MSRs

  private static int offset(int index) {
    return index - ApicOffset.FIRST_MSR << 4;
  }

  private boolean isMsr(int index) {
    return Control.X2APIC_MODE.on(vmcs)
        && index >= ApicOffset.FIRST_MSR
        && index < ApicOffset.FIRST_MSR + MSRS;
  }

  /** RDMSR reads the virtual-APIC page. */
  public boolean readsMsr(int index) {
    return isMsr(index)
        && (Control.APIC_REGISTERS.on(vmcs) || offset(index) == ApicOffset.TASK_PRIORITY);
  }

  /** What it reads there. */
  public long readMsr(int index) {
    return apic.page.read(offset(index), Long.SIZE);
  }

  /**
   * WRMSR.
   *
   * @return false if it goes to the processor's own APIC
   */
  public boolean writeMsr(int index, long value) {
    if (!isMsr(index)) {
      return false;
    }
    boolean delivers = Control.INTERRUPT_DELIVERY.on(vmcs);
    int at = offset(index);
    if (at == ApicOffset.TASK_PRIORITY) {
      requireReserved(value, BYTE);
      apic.taskPriority((int) value);
      return true;
    }
    if (delivers && at == ApicOffset.END) {
      requireReserved(value, 0);
      apic.page.set(at, 0);
      apic.endOfInterrupt();
      return true;
    }
    if (delivers && at == ApicOffset.SELF) {
      requireReserved(value, BYTE);
      apic.page.set(at, (int) value);
      if (value < FIRST_VECTOR) {
        leaveAfterWrite(at, Control.INTERRUPT_DELIVERY);
      } else {
        apic.requestSelf((int) value);
      }
      return true;
    }
    return false;
  }

  private void requireReserved(long value, long allowed) {
    if ((value & ~allowed) != 0) {
      throw cpu.gp0(Requirement.X2APIC_RESERVED_BITS_CLEAR);
    }
  }
}
