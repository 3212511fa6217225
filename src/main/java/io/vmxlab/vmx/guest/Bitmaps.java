package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.VmcsBitmaps;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.exit.Asked;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/** The I/O and MSR bitmaps. SDM Vol. 3C "I/O-Bitmap Addresses", "MSR-Bitmap Address". */
final class Bitmaps {
  private static final int PORTS = 0x1_0000;
  private static final int HIGH = 0x400;
  private static final int WRITES = 0x800;

  /** Encodings that have a bit. */
  private static final long FIELDS = 0x7FFF;

  private final Cpu cpu;
  private final Vmcs vmcs;
  private final Asked asked;

  /** Looks things up, and says what asks for an exit. */
  Bitmaps(Cpu cpu, Vmcs vmcs, Asked asked) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    this.asked = asked;
  }

  /** An access to so many ports from one on causes a VM exit. */
  boolean port(int first, int count) {
    if (Control.USE_IO_BITMAPS.off(vmcs)) {
      asked.by(Control.UNCONDITIONAL_IO);
      return Control.UNCONDITIONAL_IO.on(vmcs);
    }
    for (int port = first; port < first + count; port++) {
      if (port >= PORTS) {
        asked.always();
        return true;
      }
      VmcsField bitmap = port < VmcsBitmaps.PORTS ? VmcsField.IO_BITMAP_A : VmcsField.IO_BITMAP_B;
      if (isSet(bitmap, port & VmcsBitmaps.PORTS - 1)) {
        return true;
      }
    }
    return false;
  }

  /** RDMSR or WRMSR of the MSR that ECX names causes a VM exit. */
  boolean msr(boolean write) {
    if (Control.USE_MSR_BITMAPS.off(vmcs)) {
      asked.by(Control.USE_MSR_BITMAPS);
      return true;
    }
    int index = (int) cpu.r[Gpr.RCX];
    int number = index & ~VmcsBitmaps.HIGH_MSRS;
    int range = index & ~(VmcsBitmaps.MSRS - 1);
    if (range != 0 && range != VmcsBitmaps.HIGH_MSRS) {
      asked.always();
      return true;
    }
    int part = (range == 0 ? 0 : HIGH) + (write ? WRITES : 0);
    return isSet(VmcsField.MSR_BITMAPS, part * Byte.SIZE + number);
  }

  /** VMREAD or VMWRITE of the field that the register operand names causes a VM exit. */
  boolean field(VmcsField bitmap, Instruction insn) {
    int width = cpu.in64BitMode() ? Long.SIZE : Integer.SIZE;
    long encoding = Operands.readRegister(cpu, insn, insn.reg, width);
    if (Control.SHADOWING.off(vmcs)) {
      asked.by(Control.SHADOWING);
      return true;
    }
    asked.always();
    return (encoding & ~FIELDS) != 0 || isSet(bitmap, (int) encoding);
  }

  private boolean isSet(VmcsField bitmap, int bit) {
    asked.by(bitmap, bit);
    int around = cpu.memory.read8(vmcs.get(bitmap) + bit / Byte.SIZE);
    return (around >> bit % Byte.SIZE & 1) != 0;
  }
}
