package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.Vector;

/**
 * Loads of segment registers, and the checks of accesses through them. SDM Vol. 3A "Segment
 * Descriptors", "Limit Checking", "Type Checking", "Privilege Levels".
 */
public final class Segmentation {
  static final int ES = SegmentRegister.ES.ordinal();
  static final int CS = SegmentRegister.CS.ordinal();
  static final int SS = SegmentRegister.SS.ordinal();
  static final int DS = SegmentRegister.DS.ordinal();
  static final int GS = SegmentRegister.GS.ordinal();
  static final int LDTR = SegmentRegister.LDTR.ordinal();
  static final int TR = SegmentRegister.TR.ordinal();

  /** RPL of a selector. */
  static final int RPL = 3;

  private static final int TI = 4;
  private static final int INDEX = 0xFFF8;

  /** Selector bits of an error code: everything but RPL. */
  static final int ERROR_SELECTOR = 0xFFFC;

  /** Offset of RSP0 in a 64-bit TSS. */
  private static final int RSP0 = 4;

  /** Offset of a descriptor's type byte. */
  private static final int TYPE_BYTE = 5;

  private static final int REAL_MODE_RIGHTS = 0x93;

  private final Cpu cpu;

  Segmentation(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Outside 64-bit mode: null, type and limit checks of a data access. */
  void checkAccess(int segment, long offset, int bytes, boolean write) {
    int rights = cpu.segments[segment].rights;
    if (!cpu.realOrVirtual8086()) {
      checkUsable(segment);
      if (write ? !Descriptor.isWritableData(rights) : !Descriptor.isReadable(rights)) {
        throw refuseAccess(
            segment, write ? Requirement.SEGMENT_IS_WRITABLE : Requirement.SEGMENT_IS_READABLE);
      }
    }
    checkLimit(segment, offset, bytes);
  }

  /** Checks of an access that needs no right to read: a cache line is flushed. */
  void checkFlush(int segment, long offset) {
    if (!cpu.realOrVirtual8086()) {
      checkUsable(segment);
    }
    checkLimit(segment, offset, 1);
  }

  private void checkUsable(int segment) {
    if (!cpu.segments[segment].usable()) {
      throw refuseAccess(segment, Requirement.SEGMENT_IS_USABLE);
    }
  }

  private void checkLimit(int segment, long offset, int bytes) {
    Segment s = cpu.segments[segment];
    int rights = s.rights;
    long limit = Integer.toUnsignedLong(s.limit);
    long last = offset + bytes - 1;
    boolean within;
    if (Descriptor.isData(rights) && (rights & SegmentRights.EXPAND_DOWN) != 0) {
      within = offset > limit && last <= (Descriptor.isBig(rights) ? 0xFFFF_FFFFL : 0xFFFFL);
    } else {
      // an access that wraps at the end of a 4-GByte segment is not refused
      within = last <= limit || limit == 0xFFFF_FFFFL;
    }
    if (!within) {
      throw refuseAccess(segment, Requirement.ACCESS_WITHIN_LIMIT);
    }
  }

  private Fault refuseAccess(int segment, Cause cause) {
    return segment == SS ? cpu.raise(Vector.SS, 0, cause) : cpu.gp0(cause);
  }

  static boolean isNull(int selector) {
    return (selector & ~RPL) == 0;
  }

  /** Linear address of the descriptor that a selector refers to. */
  private long descriptorAddress(int selector) {
    long base = (selector & TI) != 0 ? cpu.segments[LDTR].base : cpu.gdtr.base;
    long address = base + (selector & INDEX);
    return cpu.inIa32eMode() ? address : address & 0xFFFF_FFFFL;
  }

  /**
   * Reads a descriptor.
   *
   * @param vector of the exception if it lies outside its table; the selector is the error code
   * @param ext EXT bit of error codes
   */
  long fetch(int selector, Vector vector, int ext) {
    requireWithinTable(selector, 8, vector, ext);
    return cpu.mmu.readSystem(64, descriptorAddress(selector));
  }

  /**
   * Reads the descriptor of an LDT or TSS, which has to be in the GDT; outside IA-32e mode.
   *
   * @param vector of the exception if it is not there
   */
  long fetchGlobal(int selector, Vector vector, int ext) {
    if ((selector & TI) != 0) {
      throw refuse(vector, selector, ext, Requirement.SELECTOR_REFERS_TO_GDT);
    }
    return fetch(selector, vector, ext);
  }

  /** In IA-32e mode the second half of a descriptor of 16 bytes, whose first half was fetched. */
  long fetchUpper(int selector) {
    requireWithinTable(selector, 16, Vector.GP, 0);
    return cpu.mmu.readSystem(64, descriptorAddress(selector) + 8);
  }

  /** Raises every page fault that {@link #setBusy} would raise. */
  void checkBusy(int selector) {
    long at = descriptorAddress(selector) + TYPE_BYTE;
    cpu.mmu.checkWrite(at, 1, 1, Mmu.IMPLICIT, DS);
  }

  /** Marks the descriptor of a TSS as busy or as available. */
  void setBusy(int selector, boolean busy) {
    long at = descriptorAddress(selector) + TYPE_BYTE;
    long rights = cpu.mmu.readSystem(8, at) & ~Descriptor.TSS_BUSY_BIT;
    cpu.mmu.writeSystem(8, at, busy ? rights | Descriptor.TSS_BUSY_BIT : rights);
  }

  /**
   * RSP that a 64-bit TSS holds for a privilege level.
   *
   * @param ext EXT bit of the error code
   */
  long stackPointer64(int level, int ext) {
    return tss64(RSP0 + level * 8, ext);
  }

  /** A stack pointer of a 64-bit TSS. */
  long tss64(int slot, int ext) {
    Segment tss = cpu.segments[TR];
    if (slot + 7 > Integer.toUnsignedLong(tss.limit)) {
      throw refuse(Vector.TS, tss.selector, ext, Requirement.TSS_HOLDS_STACK);
    }
    return cpu.mmu.readSystem(64, tss.base + slot);
  }

  private void requireWithinTable(int selector, int bytes, Vector vector, int ext) {
    if (!withinTable(selector, bytes)) {
      throw refuse(vector, selector, ext, Requirement.SELECTOR_WITHIN_TABLE);
    }
  }

  boolean withinTable(int selector) {
    return withinTable(selector, 8);
  }

  private boolean withinTable(int selector, int bytes) {
    boolean local = (selector & TI) != 0;
    Segment ldt = cpu.segments[LDTR];
    long limit = local ? Integer.toUnsignedLong(ldt.limit) : cpu.gdtr.limit;
    return !(local && !ldt.usable()) && (selector & INDEX) + bytes - 1 <= limit;
  }

  /** An exception whose error code is a selector. */
  Fault refuse(Vector vector, int selector, int ext, Cause cause) {
    return cpu.raise(vector, (selector & ERROR_SELECTOR) | ext, cause);
  }

  private Fault refuse(int selector, Cause cause) {
    return refuse(Vector.GP, selector, 0, cause);
  }

  /** Sets the accessed bit of a code- or data-segment descriptor in memory. */
  void markAccessed(int selector, long raw) {
    int type = Descriptor.rights(raw) & 0xFF;
    if ((type & SegmentRights.ACCESSED) == 0) {
      cpu.mmu.writeSystem(
          8, descriptorAddress(selector) + TYPE_BYTE, type | SegmentRights.ACCESSED);
    }
  }

  /** Fills a segment register from a descriptor; the accessed bit reads as set. */
  void fill(int segment, int selector, long raw) {
    cpu.segments[segment].set(
        selector,
        Descriptor.base(raw),
        Descriptor.limit(raw),
        Descriptor.rights(raw) | SegmentRights.ACCESSED);
  }

  /** A null selector; for SS the privilege level stays visible in the rights. */
  void fillNull(int segment, int selector, int dpl) {
    cpu.segments[segment].set(
        selector, 0, 0, SegmentRights.UNUSABLE | dpl << SegmentRights.DPL_SHIFT);
  }

  /**
   * MOV, POP, LDS and so on to ES, SS, DS, FS or GS. Either completes or throws and has changed
   * nothing.
   */
  public void load(int segment, int selector) {
    if (cpu.realOrVirtual8086()) {
      Segment s = cpu.segments[segment];
      s.selector = selector;
      s.base = (long) selector << 4;
      if (!s.usable()) {
        s.rights = REAL_MODE_RIGHTS;
      }
    } else if (segment == SS) {
      loadStack(selector);
    } else {
      loadData(segment, selector);
    }
  }

  private void loadData(int segment, int selector) {
    if (isNull(selector)) {
      fillNull(segment, selector, 0);
      return;
    }
    long raw = fetch(selector, Vector.GP, 0);
    int rights = Descriptor.rights(raw);
    if (!Descriptor.isReadable(rights)) {
      throw refuse(selector, Requirement.DATA_SEGMENT_TYPE);
    }
    int least = Math.max(cpu.cpl, selector & RPL);
    if (!Descriptor.isConforming(rights) && least > Descriptor.dpl(rights)) {
      throw refuse(selector, Requirement.DATA_SEGMENT_PRIVILEGE);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.NP, selector, 0, Requirement.SEGMENT_IS_PRESENT);
    }
    markAccessed(selector, raw);
    fill(segment, selector, raw);
  }

  private void loadStack(int selector) {
    if (isNull(selector)) {
      if (!cpu.in64BitMode() || cpu.cpl == 3 || (selector & RPL) != cpu.cpl) {
        throw cpu.gp0(Requirement.SS_SELECTOR_IS_NOT_NULL);
      }
      fillNull(SS, selector, cpu.cpl);
      return;
    }
    long raw = stackDescriptor(selector, cpu.cpl, Vector.GP, 0);
    markAccessed(selector, raw);
    fill(SS, selector, raw);
  }

  /**
   * Reads and checks the descriptor of a stack segment for a privilege level.
   *
   * @param vector of everything but a segment that is not present, which is #SS
   */
  long stackDescriptor(int selector, int level, Vector vector, int ext) {
    long raw = fetch(selector, vector, ext);
    int rights = Descriptor.rights(raw);
    if ((selector & RPL) != level) {
      throw refuse(vector, selector, ext, Requirement.STACK_SEGMENT_PRIVILEGE);
    }
    if (!Descriptor.isWritableData(rights)) {
      throw refuse(vector, selector, ext, Requirement.STACK_SEGMENT_TYPE);
    }
    if (Descriptor.dpl(rights) != level) {
      throw refuse(vector, selector, ext, Requirement.STACK_SEGMENT_PRIVILEGE);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.SS, selector, ext, Requirement.STACK_SEGMENT_IS_PRESENT);
    }
    return raw;
  }

  /**
   * After a return to an outer level: data segments that are out of reach become null, and null
   * selectors 0. Their bases stay, which counts for FS and GS in 64-bit mode.
   */
  void dropInaccessible() {
    for (int i = ES; i <= GS; i++) {
      Segment s = cpu.segments[i];
      if (i != CS && i != SS) {
        boolean reached = Descriptor.isConforming(s.rights) || s.dpl() >= cpu.cpl;
        if (s.usable() ? !reached : isNull(s.selector)) {
          s.set(0, s.base, 0, SegmentRights.UNUSABLE);
        }
      }
    }
  }

  /** LLDT. */
  public void loadLdtr(int selector) {
    if (isNull(selector)) {
      fillNull(LDTR, selector, 0);
      return;
    }
    long raw = systemDescriptor(selector, Requirement.LDT_DESCRIPTOR_TYPE, Descriptor.LDT, -1);
    long base = systemBase(selector, raw);
    cpu.segments[LDTR].set(selector, base, Descriptor.limit(raw), Descriptor.rights(raw));
  }

  /** LTR: marks the TSS busy. */
  public void loadTr(int selector) {
    if (isNull(selector)) {
      throw cpu.gp0(Requirement.SELECTOR_IS_NOT_NULL);
    }
    int sixteenBit = cpu.inIa32eMode() ? -1 : Descriptor.TSS_AVAILABLE & 1;
    long raw =
        systemDescriptor(
            selector, Requirement.TSS_DESCRIPTOR_TYPE, Descriptor.TSS_AVAILABLE, sixteenBit);
    long base = systemBase(selector, raw);
    int busy = Descriptor.rights(raw) | Descriptor.TSS_BUSY_BIT;
    cpu.mmu.writeSystem(8, descriptorAddress(selector) + TYPE_BYTE, busy & 0xFF);
    cpu.segments[TR].set(selector, base, Descriptor.limit(raw), busy);
  }

  private long systemDescriptor(int selector, Requirement type, int wanted, int orElse) {
    if ((selector & TI) != 0) {
      throw refuse(selector, Requirement.SELECTOR_REFERS_TO_GDT);
    }
    requireWithinTable(selector, cpu.inIa32eMode() ? 16 : 8, Vector.GP, 0);
    long raw = cpu.mmu.readSystem(64, descriptorAddress(selector));
    int rights = Descriptor.rights(raw);
    int found = Descriptor.systemType(rights);
    if (found < 0 || (found != wanted && found != orElse)) {
      throw refuse(selector, type);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.NP, selector, 0, Requirement.SEGMENT_IS_PRESENT);
    }
    return raw;
  }

  /** Base of an LDT or TSS: 64 bits in IA-32e mode, whose upper half follows the descriptor. */
  private long systemBase(int selector, long raw) {
    if (!cpu.inIa32eMode()) {
      return Descriptor.base(raw);
    }
    long upper = cpu.mmu.readSystem(64, descriptorAddress(selector) + 8);
    if ((upper >>> 40 & 0x1F) != 0) {
      throw refuse(selector, Requirement.LDT_DESCRIPTOR_TYPE);
    }
    long base = upper << 32 | Descriptor.base(raw);
    if (!cpu.isCanonicalBase(base)) {
      throw refuse(selector, Requirement.TABLE_BASE_IS_CANONICAL);
    }
    return base;
  }
}
