package io.vmxlab.cpu;

import io.vmxlab.cpu.ShortWays.Way;
import java.util.Arrays;

/**
 * Elements of strings in a row, as many at once as stay within their pages and have short ways.
 * What comes of it is what the elements would come to one by one; each method returns how many it
 * has done, 0 where they have to go one by one.
 */
public final class ElementRuns {
  private static final long PAGE = ShortWays.PAGE;
  private static final int PAGE_SIZE = 4096;

  private final Cpu cpu;
  private final Mmu mmu;

  ElementRuns(Cpu cpu, Mmu mmu) {
    this.cpu = cpu;
    this.mmu = mmu;
  }

  /** Elements from an address on, or down from it, that lie within its page. */
  private static int inPage(long address, int bytes, boolean down) {
    int offset = (int) address & (PAGE_SIZE - 1);
    if (offset + bytes > PAGE_SIZE) {
      return 0;
    }
    return down ? offset / bytes + 1 : (PAGE_SIZE - offset) / bytes;
  }

  /** The lowest address of so many elements. */
  private static long lowest(long address, int count, int bytes, boolean down) {
    return down ? address - (count - 1L) * bytes : address;
  }

  /** The way to read by, or null. */
  private Way source(long address) {
    Way way = mmu.way(address);
    return way.readTag == (address & PAGE) ? way : null;
  }

  /**
   * The way to write by, or null. Of a page whose writes are watched, whoever watches is told
   * first, which may end the instruction here, before anything has been done.
   */
  private Way target(long lowest, int bytes) {
    Way way = mmu.way(lowest);
    if (way.writeTag == (lowest & PAGE)) {
      return way;
    }
    if (!way.mayWrite(lowest)) {
      return null;
    }
    cpu.codeWatch.beforeWrite(way.physical(lowest), bytes);
    mmu.unwatch(lowest);
    return way;
  }

  /**
   * Copies elements.
   *
   * @param most elements to copy at most
   * @param down towards lower addresses
   */
  public int copy(long from, long to, int most, DataSize size, boolean down) {
    int bytes = size.last() + 1;
    int count = Math.min(most, Math.min(inPage(from, bytes, down), inPage(to, bytes, down)));
    if (count == 0 || source(from) == null || !mmu.way(to).mayWrite(to)) {
      return 0;
    }
    long low = lowest(to, count, bytes, down);
    Way read = source(from);
    int source = read.at(lowest(from, count, bytes, down));
    int end = mmu.way(to).at(low);
    int distance = end - source; // what elements read that others wrote lies so far behind
    boolean repeats =
        read.chunk == mmu.way(to).chunk
            && (down ? distance < 0 : distance > 0)
            && Math.abs(distance) < count * bytes;
    if (repeats && Math.abs(distance) < bytes) {
      return 0;
    }
    Way written = target(low, count * bytes);
    if (!repeats) {
      System.arraycopy(read.chunk, source, written.chunk, end, count * bytes);
      return count;
    }
    int period = Math.abs(distance) / bytes * bytes;
    boolean exact = period == Math.abs(distance);
    for (int done = 0, part; done < count * bytes; done += part) {
      part = Math.min(exact ? period + done : period, count * bytes - done);
      int at = exact ? 0 : done;
      int behind = down ? count * bytes - part - at : at;
      int ahead = down ? count * bytes - part - done : done;
      System.arraycopy(read.chunk, source + behind, written.chunk, end + ahead, part);
    }
    return count;
  }

  /** Stores the same value in elements. */
  public int fill(long to, int most, DataSize size, boolean down, long value) {
    int bytes = size.last() + 1;
    int count = Math.min(most, inPage(to, bytes, down));
    long low = lowest(to, count, bytes, down);
    Way way = count == 0 ? null : target(low, count * bytes);
    if (way == null) {
      return 0;
    }
    byte[] chunk = way.chunk;
    int at = way.at(low);
    int length = count * bytes;
    size.set(chunk, at, value);
    if (isOneByte(chunk, at, bytes)) {
      Arrays.fill(chunk, at, at + length, chunk[at]);
      return count;
    }
    for (int done = bytes; done < length; done *= 2) {
      System.arraycopy(chunk, at, chunk, at + done, Math.min(done, length - done));
    }
    return count;
  }

  /** All bytes of the element are the same, as in what clears memory. */
  private static boolean isOneByte(byte[] chunk, int at, int bytes) {
    for (int i = 1; i < bytes; i++) {
      if (chunk[at + i] != chunk[at]) {
        return false;
      }
    }
    return true;
  }

  /** Elements that may be read, and need not be. */
  public int readable(long from, int most, DataSize size, boolean down) {
    return source(from) == null ? 0 : Math.min(most, inPage(from, size.last() + 1, down));
  }

  /**
   * Elements in a row that are equal to a value, or that are not.
   *
   * @param value zero-extended
   */
  public int scan(long from, int most, DataSize size, boolean down, long value, boolean equal) {
    int count = readable(from, most, size, down);
    if (count == 0) {
      return 0;
    }
    byte[] chunk = source(from).chunk;
    int at = source(from).at(from);
    if (size == DataSize.BYTE && !down) {
      return scanBytes(chunk, at, count, (byte) value, equal);
    }
    int step = down ? -size.last() - 1 : size.last() + 1;
    int i = 0;
    while (i < count && (size.get(chunk, at + i * step) == value) == equal) {
      i++;
    }
    return i;
  }

  private static int scanBytes(byte[] chunk, int at, int count, byte value, boolean equal) {
    int i = 0;
    while (i < count && (chunk[at + i] == value) == equal) {
      i++;
    }
    return i;
  }

  /** Pairs of elements in a row that are equal to each other, or that are not. */
  public int compare(long one, long other, int most, DataSize size, boolean down, boolean equal) {
    int bytes = size.last() + 1;
    int count = Math.min(readable(one, most, size, down), readable(other, most, size, down));
    if (count == 0) {
      return 0;
    }
    byte[] first = source(one).chunk;
    byte[] second = source(other).chunk;
    int firstAt = source(one).at(one);
    int secondAt = source(other).at(other);
    if (equal && !down) {
      int length = count * bytes;
      int same =
          Arrays.mismatch(first, firstAt, firstAt + length, second, secondAt, secondAt + length);
      return same < 0 ? count : same / bytes;
    }
    int step = down ? -bytes : bytes;
    int i = 0;
    while (i < count
        && (size.get(first, firstAt + i * step) == size.get(second, secondAt + i * step))
            == equal) {
      i++;
    }
    return i;
  }
}
