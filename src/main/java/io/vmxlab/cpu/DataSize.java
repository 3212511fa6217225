package io.vmxlab.cpu;

import io.vmxlab.memory.PhysicalMemory;

/**
 * The size of an access to memory: 8, 16, 32 or 64 bits. Each knows how to take its bytes out of a
 * chunk of memory and how to put them there, so that code that knows the size has no other in it.
 */
public enum DataSize {
  BYTE(8) {
    @Override
    int last() {
      return 0;
    }

    @Override
    long get(byte[] chunk, int at) {
      return chunk[at] & 0xFF;
    }

    @Override
    void set(byte[] chunk, int at, long value) {
      chunk[at] = (byte) value;
    }
  },
  WORD(16) {
    @Override
    int last() {
      return 1;
    }

    @Override
    long get(byte[] chunk, int at) {
      return (short) PhysicalMemory.Shorts.VIEW.get(chunk, at) & 0xFFFF;
    }

    @Override
    void set(byte[] chunk, int at, long value) {
      PhysicalMemory.Shorts.VIEW.set(chunk, at, (short) value);
    }
  },
  DOUBLEWORD(32) {
    @Override
    int last() {
      return 3;
    }

    @Override
    long get(byte[] chunk, int at) {
      return (int) PhysicalMemory.Ints.VIEW.get(chunk, at) & 0xFFFF_FFFFL;
    }

    @Override
    void set(byte[] chunk, int at, long value) {
      PhysicalMemory.Ints.VIEW.set(chunk, at, (int) value);
    }
  },
  QUADWORD(64) {
    @Override
    int last() {
      return 7;
    }

    @Override
    long get(byte[] chunk, int at) {
      return (long) PhysicalMemory.Longs.VIEW.get(chunk, at);
    }

    @Override
    void set(byte[] chunk, int at, long value) {
      PhysicalMemory.Longs.VIEW.set(chunk, at, value);
    }
  };

  public final int bits;

  DataSize(int bits) {
    this.bits = bits;
  }

  /** Of a width of 8, 16, 32 or 64 bits. */
  public static DataSize of(int bits) {
    switch (bits) {
      case 8:
        return BYTE;
      case 16:
        return WORD;
      case 32:
        return DOUBLEWORD;
      default:
        return QUADWORD;
    }
  }

  /** What leads from an access's first byte to its last; a constant once the size is one. */
  abstract int last();

  /** The bytes at an index, zero-extended. */
  abstract long get(byte[] chunk, int at);

  /** Sets the bytes at an index to the low bits of a value. */
  abstract void set(byte[] chunk, int at, long value);
}
