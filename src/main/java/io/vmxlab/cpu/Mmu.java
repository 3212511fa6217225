package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Memory as instructions see it: linear addresses in, bytes out. The short way is one compare on a
 * direct-mapped cache of translations that need no further check; it also tells apart accesses that
 * cross a page. Behind it stands the TLB, behind that the page walk.
 */
public final class Mmu {
  /** An access that the processor makes on its own at CPL 0, whatever the CPL: to a GDT, a TSS. */
  static final int IMPLICIT = 1 << 30;

  private static final int ENTRIES = 1024;
  private static final long PAGE = ~0xFFFL;
  private static final int PAGE_SIZE = 4096;

  /** A tag that no page-aligned address equals. */
  private static final long NO_PAGE = 1;

  private static final int STACK = SegmentRegister.SS.ordinal();

  /** The short way to a page: all that an access needs stands in one line of the host's cache. */
  private static final class Way {
    long readTag = NO_PAGE;
    long writeTag = NO_PAGE;
    byte[] chunk;
    int offset;

    void clear() {
      readTag = NO_PAGE;
      writeTag = NO_PAGE;
    }

    int at(long address) {
      return offset + ((int) address & 0xFFF);
    }
  }

  /** The short ways of one privilege. */
  private static final class Ways {
    final Way[] entries = new Way[ENTRIES];

    /** There may be a way that is not clear. */
    boolean used;

    Ways() {
      for (int i = 0; i < ENTRIES; i++) {
        entries[i] = new Way();
      }
    }

    void clear() {
      if (used) {
        for (Way way : entries) {
          way.clear();
        }
        used = false;
      }
    }
  }

  /** While every access has to be looked at; it never gets a way. */
  private static final Ways NONE = new Ways();

  private final Cpu cpu;
  private final Paging paging;
  private final Ways user = new Ways();
  private final Ways supervisor = new Ways();

  private Ways ways = NONE;
  private Way[] entries = NONE.entries;

  Mmu(Cpu cpu) {
    this.cpu = cpu;
    paging = new Paging(cpu, this);
    forget();
  }

  /** Drops all short ways; the TLB proper stays. */
  public void forget() {
    user.clear();
    supervisor.clear();
    cpu.codeWatch.translationsChanged();
  }

  /** Drops the short ways for writing to a 4-KByte page, because it is watched from now on. */
  public void forgetWrites(long physicalPage) {
    byte[] holder = cpu.memory.isRam(physicalPage) ? cpu.memory.chunk(physicalPage) : null;
    if (holder == null) {
      return;
    }
    int offset = PhysicalMemory.offset(physicalPage);
    forgetWrites(user, holder, offset);
    forgetWrites(supervisor, holder, offset);
  }

  private static void forgetWrites(Ways ways, byte[] holder, int offset) {
    if (!ways.used) {
      return;
    }
    for (int i = 0; i < ENTRIES; i++) {
      Way way = ways.entries[i];
      if (way.offset == offset && way.chunk == holder) {
        way.writeTag = NO_PAGE;
      }
    }
  }

  /** Takes the short ways that go with CPL, CR0.AM and RFLAGS.AC. */
  void select() {
    boolean atUser = cpu.cpl == 3;
    boolean checksAlignment = atUser && (cpu.cr0 & Cr0.AM) != 0 && (cpu.flagsRest & Rflags.AC) != 0;
    Ways now = checksAlignment ? NONE : atUser ? user : supervisor;
    if (now != ways) {
      ways = now;
      entries = now.entries;
    }
  }

  /** Address line 20 is masked, or is not. */
  void maskLine20(boolean masked) {
    paging.maskLine20(masked);
    forget();
  }

  private Way way(long address) {
    return entries[(int) (address >>> 12) & (ENTRIES - 1)];
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
    Way way = way(address);
    if (way.readTag == ((address + (width / 8 - 1)) & PAGE)) {
      int at = way.at(address);
      switch (width) {
        case 8:
          return way.chunk[at] & 0xFF;
        case 16:
          return (short) PhysicalMemory.SHORTS.get(way.chunk, at) & 0xFFFF;
        case 32:
          return (int) PhysicalMemory.INTS.get(way.chunk, at) & 0xFFFF_FFFFL;
        default:
          return (long) PhysicalMemory.LONGS.get(way.chunk, at);
      }
    }
    return readSlowly(width, address, segment);
  }

  /** Writes the low {@code width} bits of the value. */
  public void write(int width, long address, int segment, long value) {
    Way way = way(address);
    if (way.writeTag == ((address + (width / 8 - 1)) & PAGE)) {
      int at = way.at(address);
      switch (width) {
        case 8:
          way.chunk[at] = (byte) value;
          return;
        case 16:
          PhysicalMemory.SHORTS.set(way.chunk, at, (short) value);
          return;
        case 32:
          PhysicalMemory.INTS.set(way.chunk, at, (int) value);
          return;
        default:
          PhysicalMemory.LONGS.set(way.chunk, at, value);
          return;
      }
    }
    writeSlowly(width, address, segment, value);
  }

  /**
   * Copies elements upwards as long as both stay within their pages, if both pages have a short way
   * and no element reads what another one wrote.
   *
   * @param bytes to copy at most
   * @param element size in bytes
   * @return bytes copied, a multiple of the element's size; 0 if the elements have to go one by one
   */
  public int copyUpwards(long from, long to, int bytes, int element) {
    Way read = way(from);
    Way written = way(to);
    if (read.readTag != (from & PAGE) || written.writeTag != (to & PAGE)) {
      return 0;
    }
    int length = Math.min(bytes, Math.min(bytesInPage(from), bytesInPage(to)));
    length -= length % element;
    int source = read.at(from);
    int target = written.at(to);
    if (read.chunk == written.chunk && target > source && target < source + length) {
      return 0;
    }
    System.arraycopy(read.chunk, source, written.chunk, target, length);
    return length;
  }

  /**
   * Stores the same element again and again upwards, under the conditions of {@link #copyUpwards}.
   *
   * @param width of the element in bits
   */
  public int fillUpwards(long to, int bytes, int width, long value) {
    Way way = way(to);
    if (way.writeTag != (to & PAGE)) {
      return 0;
    }
    int length = Math.min(bytes, bytesInPage(to));
    length -= length % (width / 8);
    int target = way.at(to);
    if (width == 8) {
      Arrays.fill(way.chunk, target, target + length, (byte) value);
      return length;
    }
    for (int done = 0; done < length; done += width / 8) {
      write(width, to + done, SegmentRegister.ES.ordinal(), value);
    }
    return length;
  }

  /**
   * Reads memory that the same instruction will write: every fault of the write is raised now, so
   * that the instruction can change other state between the two.
   */
  public long readForWrite(int width, long address, int segment) {
    checkWrite(width, address, segment);
    return read(width, address, segment);
  }

  /**
   * Raises every fault that a write would raise, and writes nothing. After it the write itself
   * cannot throw.
   */
  public void checkWrite(int width, long address, int segment) {
    Way way = way(address);
    if (way.writeTag != ((address + (width / 8 - 1)) & PAGE)) {
      checkWrite(address, width / 8, width / 8, privilege(), segment);
    }
  }

  /**
   * Raises every fault that writing so many bytes would raise.
   *
   * @param alignment of the address demanded by alignment checking, in bytes
   * @param access bit US of a page-fault error code, or {@link #IMPLICIT}
   */
  void checkWrite(long address, int bytes, int alignment, int access, int segment) {
    checkAddress(address, bytes, alignment, access, segment);
    int write = access | PageFaultCode.WR;
    long last = wrap(address + bytes - 1);
    for (long at = address; ; at = wrap((at & PAGE) + PAGE_SIZE)) {
      paging.translate(at, write);
      if ((at & PAGE) == (last & PAGE)) {
        break;
      }
    }
    long from = address;
    int left = bytes;
    while (left > 0) {
      int here = Math.min(left, bytesInPage(from));
      cpu.codeWatch.beforeWrite(paging.translate(from, write), here);
      from = wrap(from + here);
      left -= here;
    }
  }

  /**
   * Physical address of an instruction byte, after the checks of a fetch.
   *
   * @param address linear
   */
  public long fetch(long address) {
    if (!cpu.isCanonical(address)) {
      throw cpu.gp0(Requirement.ADDRESS_IS_CANONICAL);
    }
    return paging.translate(address, PageFaultCode.ID | privilege());
  }

  /** Reads on behalf of the processor itself, as at CPL 0. */
  public long readSystem(int width, long address) {
    return readAs(IMPLICIT, width, address, SegmentRegister.DS.ordinal());
  }

  /** Writes on behalf of the processor itself, as at CPL 0. */
  void writeSystem(int width, long address, long value) {
    writeAs(IMPLICIT, width, address, SegmentRegister.DS.ordinal(), value);
  }

  /** See {@link Paging#peek}. */
  public OptionalLong peek(long address) {
    return paging.peek(address);
  }

  /** The page walk of an address, made without side effects. */
  public PageWalk walkOf(long address) {
    return paging.walkOf(address);
  }

  /** INVLPG. */
  public void invalidate(long address) {
    paging.invalidate(address);
    forget();
  }

  /** See {@link Paging#invalidateByPcid}. */
  public void invalidateByPcid(int type, int pcid, long address) {
    paging.invalidateByPcid(type, pcid, address);
    forget();
  }

  /** Drops all translations of a PCID that are not global. */
  void flushContext(int pcid) {
    paging.flushContext(pcid);
    forget();
  }

  /** Drops all translations. */
  public void flushAll() {
    paging.flushAll();
    forget();
  }

  /** Drops the short ways to one page. */
  void forget(long address) {
    int i = (int) (address >>> 12) & (ENTRIES - 1);
    user.entries[i].clear();
    supervisor.entries[i].clear();
  }

  private int privilege() {
    return cpu.cpl == 3 ? PageFaultCode.US : 0;
  }

  /** Outside 64-bit mode linear addresses have 32 bits. */
  private long wrap(long address) {
    return cpu.in64BitMode() ? address : address & 0xFFFF_FFFFL;
  }

  private static int bytesInPage(long address) {
    return PAGE_SIZE - ((int) address & (PAGE_SIZE - 1));
  }

  private void checkAddress(long address, int bytes, int alignment, int access, int segment) {
    if (!cpu.isCanonical(address) || !cpu.isCanonical(wrap(address + bytes - 1))) {
      throw segment == STACK
          ? cpu.raise(Vector.SS, 0, Requirement.ADDRESS_IS_CANONICAL)
          : cpu.gp0(Requirement.ADDRESS_IS_CANONICAL);
    }
    if (ways == NONE && (access & PageFaultCode.US) != 0 && (address & (alignment - 1)) != 0) {
      throw cpu.raise(Vector.AC, 0, Requirement.ACCESS_IS_ALIGNED);
    }
  }

  /** Remembers a way that needs no further check at the current privilege. */
  private void shorten(long address, long physicalAddress, boolean written) {
    long page = physicalAddress & PAGE;
    if (ways == NONE || !cpu.memory.isRam(page)) {
      return;
    }
    if (paging.dependsOnAc(address)) {
      return;
    }
    Way way = way(address);
    long tag = address & PAGE;
    if (way.readTag != tag) {
      way.writeTag = NO_PAGE;
    }
    ways.used = true;
    way.readTag = tag;
    way.chunk = cpu.memory.chunk(page);
    way.offset = PhysicalMemory.offset(page);
    if (written && !cpu.codeWatch.watches(page)) {
      way.writeTag = tag;
    }
  }

  private long readSlowly(int width, long address, int segment) {
    return readAs(privilege(), width, address, segment);
  }

  private void writeSlowly(int width, long address, int segment, long value) {
    writeAs(privilege(), width, address, segment, value);
  }

  long readAs(int access, int width, long address, int segment) {
    int bytes = width / 8;
    checkAddress(address, bytes, bytes, access, segment);
    int here = bytesInPage(address);
    long at = paging.translate(address, access);
    if (bytes <= here) {
      if (access == privilege()) {
        shorten(address, at, false);
      }
      return cpu.memory.read(at, width);
    }
    long after = paging.translate(wrap(address + here), access);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | cpu.memory.read8(i < here ? at + i : after + i - here);
    }
    return value;
  }

  void writeAs(int access, int width, long address, int segment, long value) {
    int bytes = width / 8;
    int write = access | PageFaultCode.WR;
    checkAddress(address, bytes, bytes, access, segment);
    int here = bytesInPage(address);
    if (bytes <= here) {
      long at = paging.translate(address, write);
      cpu.codeWatch.beforeWrite(at, bytes);
      if (access == privilege()) {
        shorten(address, at, true);
      }
      cpu.memory.write(at, width, value);
      return;
    }
    checkWrite(address, bytes, 1, access, segment);
    long at = paging.translate(address, write);
    long after = paging.translate(wrap(address + here), write);
    for (int i = 0; i < bytes; i++) {
      cpu.memory.write8(i < here ? at + i : after + i - here, (int) (value >>> (8 * i)));
    }
  }
}
