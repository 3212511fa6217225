package io.vmxlab.semantics;

import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Segment;

/** Whether code may use a port. SDM Vol. 1 "I/O Permission Bit Map". */
final class IoPermission {
  /** Offset of the I/O map base address in a 32- or 64-bit TSS. */
  private static final int MAP_BASE = 0x66;

  /** Type bit that tells a 32- or 64-bit TSS from a 16-bit one. */
  private static final int IS_32_BIT = 8;

  private IoPermission() {}

  /**
   * #GP(0) unless CPL is not above IOPL or the bitmap has 0 for every byte of the port. In
   * virtual-8086 mode only the bitmap counts.
   */
  static void check(Cpu cpu, int port, int width) {
    checkBitmap(cpu, port, width);
    if (cpu.breakpoints.watchIo()) {
      cpu.breakpoints.port(port, width);
    }
  }

  private static void checkBitmap(Cpu cpu, int port, int width) {
    if (!cpu.protectedMode() || (cpu.cpl <= cpu.iopl() && !cpu.inVirtual8086Mode())) {
      return;
    }
    Segment tss = cpu.segment(SegmentRegister.TR);
    long limit = Integer.toUnsignedLong(tss.limit);
    boolean mapped =
        tss.usable() && (tss.rights & SegmentRights.TYPE & IS_32_BIT) != 0 && MAP_BASE + 1 <= limit;
    if (mapped) {
      long map = cpu.mmu.readSystem(16, tss.base + MAP_BASE);
      long at = map + port / 8;
      if (at + 1 <= limit) {
        long bits = cpu.mmu.readSystem(16, tss.base + at) >>> (port & 7);
        mapped = (bits & ((1 << width / 8) - 1)) == 0;
      } else {
        mapped = false;
      }
    }
    if (!mapped) {
      throw cpu.gp0(Requirement.IO_PERMITTED);
    }
  }
}
