package io.vmxlab.vmx.ept;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.vmx.vmcs.Vmcs;

/** EPT violations that the guest itself is told of. SDM Vol. 3C "Virtualization Exceptions". */
final class VirtualizationException {
  // Offsets in the virtualization-exception information area
  private static final int REASON = 0;
  private static final int BUSY = 4;
  private static final int QUALIFICATION = 8;
  private static final int LINEAR_ADDRESS = 16;
  private static final int PHYSICAL_ADDRESS = 24;
  private static final int EPTP_INDEX = 32;
  private static final int AREA = 34;

  private static final long ALL_ONES = 0xFFFF_FFFFL;

  private final Cpu cpu;
  private final Vmcs vmcs;

  VirtualizationException(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  private long area() {
    return vmcs.get(VmcsField.VE_INFORMATION_ADDRESS);
  }

  /** Nothing but the entry's own bit keeps a violation from being an exception. */
  boolean mayBe() {
    return cpu.protectedMode()
        && !cpu.delivery().inProgress()
        && cpu.memory.read(area() + BUSY, Integer.SIZE) == 0;
  }

  /** Fills the information area; the exception is to be thrown. */
  Fault make(long qualification, long linear, long guestPhysical) {
    long at = area();
    cpu.codeWatch.beforeWrite(at, AREA);
    cpu.memory.write(at + REASON, Integer.SIZE, ExitReason.EPT_VIOLATION.number);
    cpu.memory.write(at + BUSY, Integer.SIZE, ALL_ONES);
    cpu.memory.write(at + QUALIFICATION, Long.SIZE, qualification);
    cpu.memory.write(at + LINEAR_ADDRESS, Long.SIZE, linear);
    cpu.memory.write(at + PHYSICAL_ADDRESS, Long.SIZE, guestPhysical);
    cpu.memory.write(at + EPTP_INDEX, Short.SIZE, vmcs.get(VmcsField.EPTP_INDEX));
    return cpu.raise(Vector.VE, 0, Requirement.EPT_ALLOWS_ACCESS);
  }
}
