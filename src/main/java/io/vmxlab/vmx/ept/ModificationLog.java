package io.vmxlab.vmx.ept;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.vmx.vmcs.Vmcs;

/** The page-modification log. SDM Vol. 3C "Page-Modification Logging". */
final class ModificationLog {
  private static final int ENTRIES = 512;
  private static final long PAGE = ~0xFFFL;

  private final Cpu cpu;
  private final Vmcs vmcs;

  ModificationLog(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  /** Logs the page of a guest-physical address; false, and nothing happens, if the log is full. */
  boolean add(long address) {
    long index = vmcs.get(VmcsField.PML_INDEX);
    if (index >= ENTRIES) {
      return false;
    }
    long at = vmcs.get(VmcsField.PML_ADDRESS) + index * Long.BYTES;
    cpu.codeWatch.beforeWrite(at, Long.BYTES);
    cpu.memory.write(at, Long.SIZE, address & PAGE);
    vmcs.set(VmcsField.PML_INDEX, index - 1);
    return true;
  }
}
