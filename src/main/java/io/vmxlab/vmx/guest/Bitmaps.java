package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/** The I/O and MSR bitmaps. SDM Vol. 3C "I/O-Bitmap Addresses", "MSR-Bitmap Address". */
final class Bitmaps {
  private static final int PORTS = 0x1_0000;
  private static final int PORTS_OF_BITMAP = 0x8000;
  private static final int MSRS_OF_BITMAP = 0x2000;
  private static final int HIGH_MSRS = 0xC000_0000;
  private static final int HIGH = 0x400;
  private static final int WRITES = 0x800;

  private final Cpu cpu;
  private final Vmcs vmcs;

  Bitmaps(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  /** An access to so many ports from one on causes a VM exit. */
  boolean port(int first, int count) {
    if (Control.USE_IO_BITMAPS.off(vmcs)) {
      return Control.UNCONDITIONAL_IO.on(vmcs);
    }
    for (int port = first; port < first + count; port++) {
      if (port >= PORTS || isSet(bitmapOf(port), port & PORTS_OF_BITMAP - 1)) {
        return true;
      }
    }
    return false;
  }

  private long bitmapOf(int port) {
    return vmcs.get(port < PORTS_OF_BITMAP ? VmcsField.IO_BITMAP_A : VmcsField.IO_BITMAP_B);
  }

  /** RDMSR or WRMSR of the MSR that ECX names causes a VM exit. */
  boolean msr(boolean write) {
    if (Control.USE_MSR_BITMAPS.off(vmcs)) {
      return true;
    }
    int index = (int) cpu.r[Gpr.RCX];
    int number = index & ~HIGH_MSRS;
    int range = index & ~(MSRS_OF_BITMAP - 1);
    if (range != 0 && range != HIGH_MSRS) {
      return true;
    }
    long bitmap = vmcs.get(VmcsField.MSR_BITMAPS);
    return isSet(bitmap + (range == 0 ? 0 : HIGH) + (write ? WRITES : 0), number);
  }

  private boolean isSet(long bitmap, int bit) {
    return (cpu.memory.read8(bitmap + bit / Byte.SIZE) >> bit % Byte.SIZE & 1) != 0;
  }
}
