package io.vmxlab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The physical address space: RAM from address 0, in chunks that come into being when first
 * written. Addresses without RAM read as all ones and ignore writes.
 */
public final class PhysicalMemory {
  /** Bytes in a chunk, a power of two. A 4-KByte page never crosses a chunk. */
  public static final int CHUNK = 1 << 20;

  public static final VarHandle SHORTS = view(short[].class);
  public static final VarHandle INTS = view(int[].class);
  public static final VarHandle LONGS = view(long[].class);

  private final byte[][] chunks;
  private final long size;

  /**
   * @param size of RAM in bytes, rounded up to a whole chunk
   */
  public PhysicalMemory(long size) {
    int count = Math.toIntExact((size + CHUNK - 1) / CHUNK);
    this.chunks = new byte[count][];
    this.size = (long) count * CHUNK;
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  public boolean isRam(long address) {
    return address >= 0 && address < size;
  }

  /** The array that holds the address, or null if no RAM is there. */
  public byte[] chunk(long address) {
    if (!isRam(address)) {
      return null;
    }
    int i = (int) (address / CHUNK);
    byte[] chunk = chunks[i];
    if (chunk == null) {
      chunk = new byte[CHUNK];
      chunks[i] = chunk;
    }
    return chunk;
  }

  /** Index of the address within its {@link #chunk}. */
  public static int offset(long address) {
    return (int) address & (CHUNK - 1);
  }

  /** Reads 1 byte, 0-255. */
  public int read8(long address) {
    byte[] chunk = chunk(address);
    return chunk == null ? 0xFF : chunk[offset(address)] & 0xFF;
  }

  public void write8(long address, int value) {
    byte[] chunk = chunk(address);
    if (chunk != null) {
      chunk[offset(address)] = (byte) value;
    }
  }

  /**
   * Reads {@code width} bits, little-endian, zero-extended. May cross chunks.
   *
   * @param width 8, 16, 32 or 64
   */
  public long read(long address, int width) {
    int at = offset(address);
    if (width == 64 && at <= CHUNK - 8) {
      byte[] chunk = chunk(address);
      return chunk == null ? -1 : (long) LONGS.get(chunk, at);
    }
    long value = 0;
    for (int i = 0; i < width; i += 8) {
      value |= (long) read8(address + i / 8) << i;
    }
    return value;
  }

  /** Writes {@code width} bits, little-endian. May cross chunks. */
  public void write(long address, int width, long value) {
    int at = offset(address);
    if (width == 64 && at <= CHUNK - 8) {
      byte[] chunk = chunk(address);
      if (chunk != null) {
        LONGS.set(chunk, at, value);
      }
      return;
    }
    for (int i = 0; i < width; i += 8) {
      write8(address + i / 8, (int) (value >>> i));
    }
  }

  public void write(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      write8(address + i, bytes[i]);
    }
  }
}
