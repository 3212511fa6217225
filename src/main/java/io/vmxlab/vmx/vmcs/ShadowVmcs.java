package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;

/**
 * The VMCS that the VMCS link pointer refers to, which VMREAD and VMWRITE access in VMX non-root
 * operation. SDM Vol. 3C "VMCS Shadowing". It stays in memory.
 */
public final class ShadowVmcs {
  private final Cpu cpu;
  private final Vmcs vmcs;

  public ShadowVmcs(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  private long region() {
    return vmcs.get(VmcsField.VMCS_LINK_POINTER);
  }

  /** There is one. */
  public boolean isLinked() {
    return region() != VmxItem.NO_VMCS;
  }

  /** The field's value, zero-extended. */
  public long get(VmcsField field) {
    return cpu.memory.read(region() + vmcs.format().offset(field), field.width().bits);
  }

  /** Writes a field; what is beyond its width is dropped. */
  public void set(VmcsField field, long value) {
    long at = region() + vmcs.format().offset(field);
    cpu.codeWatch.beforeWrite(at, field.width().bits / Byte.SIZE);
    cpu.memory.write(at, field.width().bits, value);
  }
}
