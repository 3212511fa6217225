package io.vmxlab.vmx.apic;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.vmx.vmcs.Vmcs;

/** The virtual-APIC page in memory. SDM Vol. 3C "APIC Virtualization and Virtual Interrupts". */
final class VirtualApicPage {
  private static final int WORDS = 8;

  private final Cpu cpu;
  private final Vmcs vmcs;

  VirtualApicPage(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  private long address(int offset) {
    return vmcs.get(VmcsField.VIRTUAL_APIC_ADDRESS) + offset;
  }

  long read(int offset, int width) {
    return cpu.memory.read(address(offset), width);
  }

  void write(int offset, int width, long value) {
    cpu.codeWatch.beforeWrite(address(offset), width / Byte.SIZE);
    cpu.memory.write(address(offset), width, value);
  }

  int get(int offset) {
    return (int) read(offset, Integer.SIZE);
  }

  void set(int offset, int value) {
    write(offset, Integer.SIZE, value);
  }

  private static int word(int register, int vector) {
    return register + (vector >> 5 << 4);
  }

  /** Sets or clears a vector's bit in VISR or VIRR. */
  void mark(int register, int vector, boolean value) {
    int at = word(register, vector);
    int bit = 1 << vector;
    set(at, value ? get(at) | bit : get(at) & ~bit);
  }

  /** The highest vector whose bit is 1, or 0. */
  int highest(int register) {
    for (int i = WORDS - 1; i >= 0; i--) {
      int bits = get(register + i * 16);
      if (bits != 0) {
        return i * Integer.SIZE + Integer.SIZE - 1 - Integer.numberOfLeadingZeros(bits);
      }
    }
    return 0;
  }
}
