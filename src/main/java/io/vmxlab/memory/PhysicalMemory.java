package io.vmxlab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The physical address space: RAM from address 0, which takes up memory of the host where it is
 * written. RAM that was never written reads as zeros. Addresses without RAM read as all ones and
 * ignore writes.
 *
 * <p>The first chunks written are arrays of their own, because most programs need no more. Later
 * ones come many at a time in one array that is too large for the garbage collector to move.
 */
public final class PhysicalMemory {
  /** Bytes in a chunk, a power of two. A 4-KByte page never crosses a chunk. */
  public static final int CHUNK = 1 << 20;

  private static final int SHIFT = 20;

  /**
   * Little-endian numbers of 64 bits in an array of bytes. A class of its own, as those below are,
   * since making the first view takes a tenth of a small run, which may need none.
   */
  public static final class Longs {
    public static final VarHandle VIEW = view(long[].class);

    private Longs() {}
  }

  /** Little-endian numbers of 16 bits in an array of bytes. */
  public static final class Shorts {
    public static final VarHandle VIEW = view(short[].class);

    private Shorts() {}
  }

  /** Little-endian numbers of 32 bits in an array of bytes. */
  public static final class Ints {
    public static final VarHandle VIEW = view(int[].class);

    private Ints() {}
  }

  /** Chunks that are arrays of their own. */
  private static final int SINGLE = 8;

  /**
   * Chunks of one array. With the array's header it fills 32 MBytes nearly, the largest region of
   * G1, which does not move what takes up more than half of one; and whole regions of any size.
   */
  private static final int TOGETHER = 31;

  /** What a page of RAM that was never written reads as, for who wants an array. */
  public static final byte[] UNWRITTEN = new byte[4096];

  private final byte[][] chunks;

  /** Where each chunk begins in its array. */
  private final int[] bases;

  private final long size;
  private int single;

  /**
   * So many more numbers of 64 bits are taken byte by byte, until {@link Longs} is worth making.
   */
  private int byBytes = 1 << 10;

  private final List<Runnable> onBacked = new ArrayList<>();

  /**
   * @param size of RAM in bytes, rounded up to a whole chunk
   */
  public PhysicalMemory(long size) {
    int count = Math.toIntExact((size + CHUNK - 1) / CHUNK);
    this.chunks = new byte[count][];
    this.bases = new int[count];
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

  /** The array that holds the address, or null if no RAM is there or none was written yet. */
  public byte[] written(long address) {
    return isRam(address) ? chunks[(int) (address >>> SHIFT)] : null;
  }

  /** The array that holds the address, to be written, or null if no RAM is there. */
  public byte[] chunk(long address) {
    if (!isRam(address)) {
      return null;
    }
    byte[] chunk = chunks[(int) (address >>> SHIFT)];
    return chunk == null ? back((int) (address >>> SHIFT)) : chunk;
  }

  /** Tells from now on that some RAM, which was never written, has an array: it will be. */
  public void onBacked(Runnable listener) {
    onBacked.add(listener);
  }

  /** Index of the address within its array. */
  public int offset(long address) {
    return bases[(int) (address >>> SHIFT)] + ((int) address & (CHUNK - 1));
  }

  private byte[] back(int number) {
    byte[] array = allocate(number);
    for (Runnable listener : onBacked) {
      listener.run();
    }
    return array;
  }

  private byte[] allocate(int number) {
    if (single < SINGLE) {
      single++;
      chunks[number] = new byte[CHUNK];
      return chunks[number];
    }
    int first = number - number % TOGETHER;
    int end = Math.min(first + TOGETHER, chunks.length);
    byte[] together = new byte[(end - first) * CHUNK];
    for (int i = first; i < end; i++) {
      if (chunks[i] == null) {
        chunks[i] = together;
        bases[i] = (i - first) * CHUNK;
      }
    }
    return together;
  }

  /** Reads 1 byte, 0-255. */
  public int read8(long address) {
    byte[] chunk = written(address);
    return chunk != null ? chunk[offset(address)] & 0xFF : isRam(address) ? 0 : 0xFF;
  }

  public void write8(long address, int value) {
    byte[] chunk = chunk(address);
    if (chunk != null) {
      chunk[offset(address)] = (byte) value;
    }
  }

  /** Whether 64 bits are accessed at once, which they can be within a chunk. */
  private boolean isAtOnce(long address) {
    if (byBytes > 0) {
      byBytes--;
      return false;
    }
    return ((int) address & (CHUNK - 1)) <= CHUNK - Long.BYTES;
  }

  /**
   * Reads {@code width} bits, little-endian, zero-extended. May cross chunks.
   *
   * @param width 8, 16, 32 or 64
   */
  public long read(long address, int width) {
    if (width == 64 && isAtOnce(address)) {
      byte[] chunk = written(address);
      return chunk != null
          ? (long) Longs.VIEW.get(chunk, offset(address))
          : isRam(address) ? 0 : -1;
    }
    long value = 0;
    for (int i = 0; i < width; i += 8) {
      value |= (long) read8(address + i / 8) << i;
    }
    return value;
  }

  /** Writes {@code width} bits, little-endian. May cross chunks. */
  public void write(long address, int width, long value) {
    if (width == 64 && isAtOnce(address)) {
      byte[] chunk = chunk(address);
      if (chunk != null) {
        Longs.VIEW.set(chunk, offset(address), value);
      }
      return;
    }
    for (int i = 0; i < width; i += 8) {
      write8(address + i / 8, (int) (value >>> i));
    }
  }

  /** Writes bytes in a row. May cross chunks. */
  public void write(long address, byte[] bytes) {
    for (int done = 0, count; done < bytes.length; done += count) {
      long to = address + done;
      count = Math.min(bytes.length - done, CHUNK - ((int) to & (CHUNK - 1)));
      byte[] chunk = chunk(to);
      if (chunk != null) {
        System.arraycopy(bytes, done, chunk, offset(to), count);
      }
    }
  }

  /** Writes numbers of 64 bits in a row, little-endian: a table at once. May cross chunks. */
  public void write(long address, long[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    write(address, bytes.array());
  }
}
