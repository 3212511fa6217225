package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SubPageEntry;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.ShortWays.Way;
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

  private static final long PAGE = ShortWays.PAGE;
  private static final int PAGE_SIZE = 4096;
  private static final int SUB_PAGE = SubPageEntry.SIZE;
  private static final int STACK = SegmentRegister.SS.ordinal();

  /** Sets kept at most: for the host and three guests. */
  private static final int SETS = 4;

  /** While every access has to be looked at; it never gets a way. */
  private static final ShortWays NONE = new ShortWays();

  /** Many elements of strings at once. */
  public final ElementRuns runs;

  private final Cpu cpu;
  private final Paging paging;

  /** The sets that there are; the first is that of VMX root operation and of everything else. */
  private WaySet[] sets = {new WaySet(0)};

  private WaySet set = sets[0];

  /** The set before, which host and guest come back to in turn. */
  private WaySet earlier = sets[0];

  /** Counts the sets taken. */
  private long exchanges;

  private ShortWays ways = NONE;
  private Way[] entries = NONE.entries;

  Mmu(Cpu cpu) {
    this.cpu = cpu;
    paging = new Paging(cpu, this);
    runs = new ElementRuns(cpu, this);
    cpu.memory.onBacked(this::forgetUnwritten);
  }

  /**
   * Goes on in another address space, after a VM entry or a VM exit has loaded the control
   * registers. Both drop what VPID 0 has if the guest has no VPID of its own, and nothing else. SDM
   * Vol. 3C "Operations that Invalidate Cached Mappings".
   *
   * @param vpid 0 in VMX root operation and without the control "enable VPID"
   * @param beneath guest-physical translation, or null
   */
  public void exchange(int vpid, GuestPhysical beneath) {
    boolean drops = vpid == 0 && paging.vpid() == 0;
    paging.select(vpid, beneath);
    if (drops) {
      flush(TlbScope.OF_VPID_0);
    }
    takeSet();
  }

  /** VMFUNC has changed the EPTP. Nothing is dropped. */
  public void exchangeBeneath(GuestPhysical beneath) {
    paging.select(paging.vpid(), beneath);
    takeSet();
  }

  /** After RESET there are no guests, and nothing is cached. */
  void reset() {
    paging.select(0, null);
    takeSet();
    flushAll();
  }

  /** The set that was true under the current state, or the one that was left longest ago. */
  private void takeSet() {
    int vpid = paging.vpid();
    long structures = paging.structures();
    if (!set.fits(cpu, vpid, structures)) {
      WaySet next = earlier.fits(cpu, vpid, structures) ? earlier : find(vpid, structures);
      earlier = set;
      set = next;
    }
    set.taken = ++exchanges;
    select();
  }

  private WaySet find(int vpid, long structures) {
    WaySet oldest = sets[0];
    for (WaySet one : sets) {
      if (one.fits(cpu, vpid, structures)) {
        return one;
      }
      if (one.taken < oldest.taken) {
        oldest = one;
      }
    }
    WaySet found = sets.length < SETS ? addSet() : oldest;
    found.clear();
    cpu.codeWatch.translationsChanged();
    found.bind(cpu, vpid, structures);
    return found;
  }

  private WaySet addSet() {
    int number = sets.length;
    sets = Arrays.copyOf(sets, number + 1);
    sets[number] = new WaySet(number);
    return sets[number];
  }

  /**
   * Looks from now on at every translation that is used, and tells the observer of those that are
   * out of date.
   */
  public void watchStale() {
    paging.watchStale();
    forget();
  }

  /** Every use of a translation is looked at. */
  public boolean watchesStale() {
    return paging.watchesStale();
  }

  /** Number of the set in use: code that was found by one may be other code by another. */
  public int set() {
    return set.number;
  }

  /** Drops all short ways; the TLB proper stays. */
  public void forget() {
    for (WaySet one : sets) {
      one.clear();
    }
    rebind();
  }

  /** Drops the short ways of the current VPID. */
  void forgetOwn() {
    for (WaySet one : sets) {
      if (one.vpid() == set.vpid()) {
        one.clear();
      }
    }
    rebind();
  }

  private void rebind() {
    set.bind(cpu, paging.vpid(), paging.structures());
    cpu.codeWatch.translationsChanged();
  }

  private void forgetCode() {
    for (WaySet one : sets) {
      one.fetched.clear();
    }
    cpu.codeWatch.translationsChanged();
  }

  /** Drops the short ways for writing to a 4-KByte page, because it is watched from now on. */
  public void forgetWrites(long physicalPage) {
    for (WaySet one : sets) {
      one.watch(physicalPage);
    }
  }

  /** Takes the short ways that go with CPL, CR0.AM and RFLAGS.AC. */
  void select() {
    boolean atUser = cpu.cpl == 3;
    boolean checksAlignment = atUser && (cpu.cr0 & Cr0.AM) != 0 && (cpu.flagsRest & Rflags.AC) != 0;
    ShortWays now = checksAlignment ? NONE : atUser ? set.user : set.supervisor;
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

  /** The short way that an access may take if it has it. */
  public Way way(long address) {
    return entries[ShortWays.slot(address, entries.length)];
  }

  /** See {@link #read(DataSize, long, int)}. */
  public long read(int width, long address, int segment) {
    return read(DataSize.of(width), address, segment);
  }

  /**
   * Reads memory.
   *
   * @param address linear
   * @param segment 0-5, which decides between #SS and #GP
   * @return zero-extended
   */
  public long read(DataSize size, long address, int segment) {
    Way way = way(address);
    if (way.reads(size, address)) {
      return way.get(size, address);
    }
    return readLong(size, address, segment);
  }

  private long readLong(DataSize size, long address, int segment) {
    return readAs(privilege(), size.bits, address, segment);
  }

  /** See {@link #write(DataSize, long, int, long)}. */
  public void write(int width, long address, int segment, long value) {
    write(DataSize.of(width), address, segment, value);
  }

  /** Writes as many low bits of the value. */
  public void write(DataSize size, long address, int segment, long value) {
    if (!way(address).set(size, address, value)) {
      writeLong(size, address, segment, value);
    }
  }

  private void writeLong(DataSize size, long address, int segment, long value) {
    writeAs(privilege(), size.bits, address, segment, value);
  }

  /** The linear address so many bytes after one. */
  public long after(long address, int bytes) {
    return wrap(address, address + bytes);
  }

  /** The page may be written, and takes the short way again unless it is still watched. */
  void unwatch(long address) {
    Way way = way(address);
    ways.unwatch(address, cpu.codeWatch.watches(way.physical(address) & PAGE));
  }

  /** See {@link #readForWrite(DataSize, long, int)}. */
  public long readForWrite(int width, long address, int segment) {
    return readForWrite(DataSize.of(width), address, segment);
  }

  /**
   * Reads memory that the same instruction will write: every fault of the write is raised now, so
   * that the instruction can change other state between the two.
   */
  public long readForWrite(DataSize size, long address, int segment) {
    Way way = way(address);
    if (way.writes(size, address)) {
      return way.get(size, address);
    }
    return readForWriteLong(size, address, segment);
  }

  private long readForWriteLong(DataSize size, long address, int segment) {
    checkWrite(size, address, segment);
    return read(size, address, segment);
  }

  /** See {@link #checkWrite(DataSize, long, int)}. */
  public void checkWrite(int width, long address, int segment) {
    checkWrite(DataSize.of(width), address, segment);
  }

  /**
   * Raises every fault that a write would raise, and writes nothing. After it the write itself
   * cannot throw.
   */
  public void checkWrite(DataSize size, long address, int segment) {
    if (!way(address).writes(size, address)) {
      checkWriteLong(size, address, segment);
    }
  }

  private void checkWriteLong(DataSize size, long address, int segment) {
    checkWrite(address, size.last() + 1, size.last() + 1, privilege(), segment);
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
      boolean end = (at & PAGE) == (last & PAGE);
      if (paging.onlyOnce()) {
        checkSubPages(at, end ? last : at | ~PAGE, write);
      }
      if (end) {
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

  /** All sub-pages behind the first that a write within a page reaches may be written too. */
  private void checkSubPages(long first, long last, int write) {
    for (long at = first | SUB_PAGE - 1; Long.compareUnsigned(at, last) < 0; at += SUB_PAGE) {
      paging.translate(at + 1, write);
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
    long page = set.fetched.find(address, privilege);
    if (page >= 0 && paging.watchesStale()) {
      paging.tellIfStale(address, PageFaultCode.ID | privilege, page | (address & 0xFFF));
    }
    if (page < 0) {
      page = paging.translate(address, PageFaultCode.ID | privilege) & PAGE;
      if (page == cpu.apicAccess && cpu.inGuest()) {
        cpu.interception.fetchApicPage(cpu, (int) address & 0xFFF);
      }
      if (set.fetched.full()) {
        forgetCode();
      }
      set.fetched.add(address, privilege, page, paging.pageShift());
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
      entries[i] = paging.readPdpte(table + i * 8);
    }
    return entries;
  }

  /** The same, without side effects. */
  long[] peekPdptes(long table) {
    long[] entries = new long[4];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = paging.peekPdpte(table + i * 8);
    }
    return entries;
  }

  /** See {@link Paging#peek}. */
  public OptionalLong peek(long address) {
    return paging.peek(address);
  }

  /** TLB misses so far. */
  public long misses() {
    return paging.walks();
  }

  /** The page walk of an address, made without side effects. */
  public PageWalk walkOf(long address) {
    return paging.walkOf(address);
  }

  /** INVLPG. */
  public void invalidate(long address) {
    paging.invalidate(address);
    forgetPage(address);
  }

  private void forgetPage(long address) {
    boolean code = false;
    for (WaySet one : sets) {
      one.clearPage(address);
      code |= one.fetched.touches(address);
    }
    if (code) {
      forgetCode();
    }
  }

  /** See {@link Paging#invalidateByPcid}. */
  public void invalidateByPcid(int type, int pcid, long address) {
    paging.invalidateByPcid(type, pcid, address);
    forgetOwn();
  }

  /**
   * INVVPID.
   *
   * @param type 0 one address of a VPID, 1 a VPID, 2 all but VPID 0, 3 a VPID but global pages
   */
  public void invalidateByVpid(int type, int vpid, long address) {
    switch (type) {
      case 0:
        paging.invalidate(address, TlbScope.of(vpid));
        forgetPage(address);
        break;
      case 1:
        flush(TlbScope.of(vpid));
        break;
      case 2:
        flush(TlbScope.of(TlbScope.EVERY_BUT_0));
        break;
      default:
        flush(TlbScope.of(vpid).withoutGlobals());
        break;
    }
  }

  /** INVEPT of a single context: bits 51:12 of its EPTP. */
  public void invalidateByStructures(long structures) {
    invalidateDerived(TlbScope.derivedFrom(structures));
  }

  /** INVEPT of all contexts. */
  public void invalidateDerived() {
    invalidateDerived(TlbScope.derivedFrom(TlbScope.DERIVED));
  }

  private void invalidateDerived(TlbScope scope) {
    paging.flushGuestPhysical(scope);
    flush(scope);
  }

  /** Drops all translations of a PCID that are not global. */
  void flushContext(int pcid) {
    paging.flush(TlbScope.of(paging.vpid(), pcid));
    forgetOwn();
  }

  /** Drops all translations of the current VPID. */
  void flushVpid() {
    paging.flush(TlbScope.of(paging.vpid()));
    forgetOwn();
  }

  /** Drops all translations. */
  public void flushAll() {
    paging.flushGuestPhysical(TlbScope.ALL);
    flush(TlbScope.ALL);
  }

  private void flush(TlbScope scope) {
    paging.flush(scope);
    forget();
  }

  /** Drops the short ways to one page. */
  void forget(long address) {
    for (WaySet one : sets) {
      one.clear(address);
    }
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
        || paging.watchesStale()
        || cpu.breakpoints.watchPage(address)
        || !cpu.memory.isRam(page)
        || cpu.apic.covers(page)
        || page == cpu.apicAccess) {
      return;
    }
    int shift = paging.pageShift();
    if (paging.dependsOnAc(address) || written && paging.onlyOnce()) {
      return;
    }
    byte[] chunk = written ? cpu.memory.chunk(page) : cpu.memory.written(page);
    int offset = 0;
    if (chunk == null) {
      chunk = PhysicalMemory.UNWRITTEN;
    } else {
      offset = cpu.memory.offset(page);
    }
    ways.set(address, page, shift, chunk, offset, written, cpu.codeWatch.watches(page));
    entries = ways.entries;
  }

  private void forgetUnwritten() {
    for (WaySet one : sets) {
      one.clearUnwritten();
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
      if (paging.onlyOnce()) {
        checkSubPages(address, address + bytes - 1, write);
      }
      cpu.codeWatch.beforeWrite(at, bytes);
      if (known) {
        unwatch(address);
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
    if ((at & PAGE) == cpu.apicAccess && cpu.inGuest()) {
      return cpu.interception.readApicPage(cpu, (int) at & ~(int) PAGE, width);
    }
    if (cpu.apic.covers(at)) {
      cpu.codeWatch.beforeLastingWrites(); // a device wants the exact time
      return cpu.apic.registers().read((int) at & ~(int) PAGE, width);
    }
    if (cpu.memory.isRam(at)) {
      return cpu.memory.read(at, width);
    }
    cpu.codeWatch.beforeLastingWrites();
    return cpu.devices.read(at, width);
  }

  /** Writes RAM or a device within one page. */
  private void store(long at, int width, long value) {
    if ((at & PAGE) == cpu.apicAccess && cpu.inGuest()) {
      cpu.interception.writeApicPage(cpu, (int) at & ~(int) PAGE, width, value);
    } else if (cpu.apic.covers(at)) {
      cpu.codeWatch.beforeLastingWrites();
      cpu.apic.registers().write((int) at & ~(int) PAGE, width, value);
    } else if (cpu.memory.isRam(at)) {
      cpu.memory.write(at, width, value);
    } else {
      cpu.codeWatch.beforeLastingWrites();
      cpu.devices.write(at, width, value);
    }
  }
}
