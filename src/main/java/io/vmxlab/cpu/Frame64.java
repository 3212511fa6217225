package io.vmxlab.cpu;

import io.vmxlab.arch.Vector;

/** What gates of IA-32e mode push: quadwords onto a stack to which RSP does not point yet. */
final class Frame64 {
  static final int QUADWORD = 8;

  private static final int SS = Segmentation.SS;

  private Frame64() {}

  /**
   * Raises #SS unless a stack pointer from the TSS is canonical.
   *
   * @param ext EXT bit of the error code
   */
  static long checkPointer(Cpu cpu, long pointer, int ext, Requirement cause) {
    if (!cpu.isCanonical(pointer)) {
      throw cpu.raise(Vector.SS, ext, cause);
    }
    return pointer;
  }

  /** Raises every fault that so many pushes would raise, that of the first one first. */
  static void checkPushes(
      Cpu cpu, long top, int count, int alignment, int access, int ext, Requirement cause) {
    int bytes = count * QUADWORD;
    if (bytes <= ShortWays.bytesInPage(top - bytes)) {
      checkPush(cpu, top - QUADWORD, alignment, access, ext, cause);
      cpu.mmu.checkWrite(top - bytes, bytes, alignment, access, SS);
    } else {
      for (int i = 1; i <= count; i++) {
        checkPush(cpu, top - i * QUADWORD, alignment, access, ext, cause);
      }
    }
  }

  private static void checkPush(
      Cpu cpu, long address, int alignment, int access, int ext, Requirement cause) {
    if (!cpu.isCanonical(address) || !cpu.isCanonical(address + QUADWORD - 1)) {
      throw cpu.raise(Vector.SS, ext, cause);
    }
    cpu.mmu.checkWrite(address, QUADWORD, alignment, access, SS);
  }

  /**
   * Stores one of them.
   *
   * @param place 1 for what is pushed first
   */
  static void put(Cpu cpu, long top, int place, int access, long value) {
    cpu.mmu.writeAs(access, 64, top - place * QUADWORD, SS, value);
  }
}
