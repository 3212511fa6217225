package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.ShortWays.Way;
import java.util.OptionalLong;

/**
 * Memory as instructions see it: linear addresses in, bytes out. The short way is one compare on a
 * direct-mapped cache of translations that need no further check; it also tells apart accesses that
 * cross a page. Behind it stands the TLB, behind that the page walk.
 */
public final class Mmu {
  /** An access that the processor makes on its own at CPL 0, whatever the CPL: to a GDT, a TSS. */
  static final int IMPLICIT = 1 << 30;

  private static final long PAGE = ShortWays.PAGE;
  private static final int PAGE_SIZE = 4096;
  private static final int STACK = SegmentRegister.SS.ordinal();

  /** While every access has to be looked at; it never gets a way. */
  private static final ShortWays NONE = new ShortWays();

  private final Cpu cpu;
  private final Paging paging;
  private final FetchedPages fetched = new FetchedPages();
  private final ShortWays user = new ShortWays();
  private final ShortWays supervisor = new ShortWays();

  private ShortWays ways = NONE;
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
    forgetCode();
  }

  private void forgetCode() {
    fetched.clear();
    cpu.codeWatch.translationsChanged();
  }

  /** Drops the short ways for writing to a 4-KByte page, because it is watched from now on. */
  public void forgetWrites(long physicalPage) {
    user.watch(physicalPage);
    supervisor.watch(physicalPage);
  }

  /** Takes the short ways that go with CPL, CR0.AM and RFLAGS.AC. */
  void select() {
    boolean atUser = cpu.cpl == 3;
    boolean checksAlignment = atUser && (cpu.cr0 & Cr0.AM) != 0 && (cpu.flagsRest & Rflags.AC) != 0;
    ShortWays now = checksAlignment ? NONE : atUser ? user : supervisor;
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
    return entries[(int) (address >>> 12) & (entries.length - 1)];
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
    return way.readTag == ((address + (width / 8 - 1)) & PAGE)
        ? way.load(width, address)
        : readAs(privilege(), width, address, segment);
  }

  /** Writes the low {@code width} bits of the value. */
  public void write(int width, long address, int segment, long value) {
    Way way = way(address);
    if (way.writeTag == ((address + (width / 8 - 1)) & PAGE)) {
      way.store(width, address, value);
    } else {
      writeAs(privilege(), width, address, segment, value);
    }
  }

  /** The linear address so many bytes after one. */
  public long after(long address, int bytes) {
    return wrap(address, address + bytes);
  }

  /** See {@link ShortWays#copyUpwards}. */
  public int copyUpwards(long from, long to, int bytes, int element) {
    return ways.copyUpwards(from, to, bytes, element);
  }

  /** See {@link ShortWays#fillUpwards}. */
  public int fillUpwards(long to, int bytes, int width, long value) {
    return ways.fillUpwards(to, bytes, width, value);
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
    if (cpu.breakpoints.watchData() && access != IMPLICIT) {
      cpu.breakpoints.alone(address, bytes);
    }
    int write = access | PageFaultCode.WR;
    long last = wrap(address, address + bytes - 1);
    for (long at = address; ; at = wrap(address, (at & PAGE) + PAGE_SIZE)) {
      writable(at, write);
      if ((at & PAGE) == (last & PAGE)) {
        break;
      }
    }
    long from = address;
    int left = bytes;
    while (left > 0) {
      int here = Math.min(left, ShortWays.bytesInPage(from));
      cpu.codeWatch.beforeWrite(writable(from, write), here);
      from = wrap(address, from + here);
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
    int privilege = privilege();
    long page = fetched.find(address, privilege);
    if (page < 0) {
      page = paging.translate(address, PageFaultCode.ID | privilege) & PAGE;
      if (fetched.full()) {
        forgetCode();
      }
      fetched.add(address, privilege, page, paging.pageShift());
    }
    return page | (address & 0xFFF);
  }

  /** Reads on behalf of the processor itself, as at CPL 0. */
  public long readSystem(int width, long address) {
    return readAs(IMPLICIT, width, address, SegmentRegister.DS.ordinal());
  }

  /** Writes on behalf of the processor itself, as at CPL 0. */
  void writeSystem(int width, long address, long value) {
    writeAs(IMPLICIT, width, address, SegmentRegister.DS.ordinal(), value);
  }

  /** The four PDPTEs at a physical address. */
  long[] readPdptes(long table) {
    long[] entries = new long[4];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = paging.readPhysical(table + i * 8, 64);
    }
    return entries;
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
    user.clearPage(address);
    supervisor.clearPage(address);
    if (fetched.touches(address)) {
      forgetCode();
    }
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
    user.clear(address);
    supervisor.clear(address);
  }

  private int privilege() {
    return cpu.cpl == 3 ? PageFaultCode.US : 0;
  }

  /**
   * Outside 64-bit mode linear addresses have 32 bits, unless the processor itself goes to a table
   * or a handler's stack in IA-32e mode.
   *
   * @param start of the access
   */
  private long wrap(long start, long address) {
    return cpu.in64BitMode() || start >>> 32 != 0 ? address : address & 0xFFFF_FFFFL;
  }

  private void checkAddress(long address, int bytes, int alignment, int access, int segment) {
    if (!cpu.isCanonical(address) || !cpu.isCanonical(wrap(address, address + bytes - 1))) {
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
    if (ways == NONE
        || cpu.breakpoints.watchPage(address)
        || !cpu.memory.isRam(page)
        || cpu.apic.covers(page)) {
      return;
    }
    int shift = paging.pageShift();
    if (paging.dependsOnAc(address)) {
      return;
    }
    byte[] chunk = written ? cpu.memory.chunk(page) : cpu.memory.written(page);
    if (chunk != null) {
      int offset = cpu.memory.offset(page);
      ways.set(address, page, shift, chunk, offset, written, cpu.codeWatch.watches(page));
    }
  }

  /**
   * Physical address of a linear one that is about to be written, after paging's checks. Where the
   * page may be written and is only watched, paging is not asked again: what is watched must not
   * change which translation counts.
   */
  private long writable(long address, int write) {
    Way way = way(address);
    return way.mayWrite(address) && write == (privilege() | PageFaultCode.WR)
        ? way.physical(address)
        : paging.translate(address, write);
  }

  long readAs(int access, int width, long address, int segment) {
    int bytes = width / 8;
    checkAddress(address, bytes, bytes, access, segment);
    int here = ShortWays.bytesInPage(address);
    long at = paging.translate(address, access);
    if (cpu.breakpoints.watchData() && access != IMPLICIT) {
      cpu.breakpoints.access(address, bytes, false);
    }
    if (bytes <= here) {
      if (access == privilege()) {
        shorten(address, at, false);
      }
      return load(at, width);
    }
    long after = paging.translate(wrap(address, address + here), access);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | load(i < here ? at + i : after + i - here, 8);
    }
    return value;
  }

  void writeAs(int access, int width, long address, int segment, long value) {
    int bytes = width / 8;
    int write = access | PageFaultCode.WR;
    checkAddress(address, bytes, bytes, access, segment);
    int here = ShortWays.bytesInPage(address);
    if (cpu.breakpoints.watchData() && access != IMPLICIT) {
      checkWrite(address, bytes, bytes, access, segment);
      cpu.breakpoints.access(address, bytes, true);
    }
    if (bytes <= here) {
      boolean known = access == privilege() && way(address).mayWrite(address);
      long at = writable(address, write);
      cpu.codeWatch.beforeWrite(at, bytes);
      if (known) {
        ways.unwatch(address, cpu.codeWatch.watches(at & PAGE));
      } else if (access == privilege()) {
        shorten(address, at, true);
      }
      store(at, width, value);
      return;
    }
    checkWrite(address, bytes, 1, access, segment);
    long at = writable(address, write);
    long after = writable(wrap(address, address + here), write);
    for (int i = 0; i < bytes; i++) {
      store(i < here ? at + i : after + i - here, 8, value >>> 8 * i & 0xFF);
    }
  }

  /** Reads RAM or a device within one page; an access that crosses pages comes byte by byte. */
  private long load(long at, int width) {
    if (cpu.apic.covers(at)) {
      return cpu.apic.registers().read((int) at & ~(int) PAGE, width);
    }
    return cpu.memory.isRam(at) ? cpu.memory.read(at, width) : cpu.devices.read(at, width);
  }

  /** Writes RAM or a device within one page. */
  private void store(long at, int width, long value) {
    if (cpu.apic.covers(at)) {
      cpu.apic.registers().write((int) at & ~(int) PAGE, width, value);
    } else if (cpu.memory.isRam(at)) {
      cpu.memory.write(at, width, value);
    } else {
      cpu.devices.write(at, width, value);
    }
  }
}
