package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RAX;

/**
 * The registers that a 16- or 32-bit TSS holds. SDM Vol. 3A "32-Bit Task-State Segment (TSS)",
 * "16-Bit Task-State Segment (TSS)".
 */
final class TaskImage {
  /**
   * Where a kind of TSS keeps what, in bytes from its base; slots of one kind follow each other.
   */
  private enum Form {
    BITS16(16, 0x2B, 0x0E, 0x10, 0x12, 0x22, 4, 0x2A),
    BITS32(32, 0x67, 0x20, 0x24, 0x28, 0x48, 6, 0x60);

    private final int width;

    /** The smallest limit that covers what a switch uses. */
    private final int limit;

    private final int pointer;
    private final int flags;
    private final int registers;
    private final int segments;

    /** ES CS SS DS, and FS GS. */
    private final int segmentCount;

    private final int localTable;

    Form(
        int width,
        int limit,
        int pointer,
        int flags,
        int registers,
        int segments,
        int segmentCount,
        int localTable) {
      this.width = width;
      this.limit = limit;
      this.pointer = pointer;
      this.flags = flags;
      this.registers = registers;
      this.segments = segments;
      this.segmentCount = segmentCount;
      this.localTable = localTable;
    }
  }

  private static final int REGISTERS = 8;
  private static final int SEGMENTS = 6;
  private static final int CR3 = 0x1C;
  private static final int DEBUG_TRAP = 0x64;

  private final Cpu cpu;
  private long base;
  private Form form;

  // what was read
  long pointer;
  long flags;
  long pageTables;
  boolean trap;
  int localTable;
  final long[] registers = new long[REGISTERS];

  /** By the numbers of segment registers; FS and GS are null where the TSS does not hold them. */
  final int[] selectors = new int[SEGMENTS];

  TaskImage(Cpu cpu) {
    this.cpu = cpu;
  }

  /** The TSS that a descriptor or TR says. */
  TaskImage at(long linearBase, int rights) {
    base = linearBase;
    form = is32Bit(rights) ? Form.BITS32 : Form.BITS16;
    return this;
  }

  /** A TSS with the registers of 32-bit code. */
  static boolean is32Bit(int rights) {
    return (rights & Descriptor.IS_32_BIT) != 0;
  }

  /** Width of its slots in bits. */
  int width() {
    return form.width;
  }

  /** The limit covers everything that a switch reads or writes. */
  boolean fits(int limit) {
    return Integer.compareUnsigned(limit, form.limit) >= 0;
  }

  private long address(int offset) {
    return base + offset & 0xFFFF_FFFFL;
  }

  /** Raises every page fault that saving registers would raise. */
  void checkSave() {
    int bytes = form.segments + form.segmentCount * form.width / 8 - form.pointer;
    check(form.pointer, bytes);
  }

  /** Raises every page fault that reading would raise, and, if it is linked, writing the link. */
  void checkLoad(boolean linked) {
    for (int offset = 0; offset <= form.limit; offset++) {
      cpu.mmu.readSystem(8, address(offset));
    }
    if (linked) {
      check(0, 2);
    }
  }

  private void check(int offset, int bytes) {
    cpu.mmu.checkWrite(address(offset), bytes, 1, Mmu.IMPLICIT, Segmentation.DS);
  }

  /** The processor's registers go into the TSS. */
  void save(long instructionPointer, long rflags) {
    int step = form.width / 8;
    write(form.width, form.pointer, instructionPointer);
    write(form.width, form.flags, rflags);
    for (int i = 0; i < REGISTERS; i++) {
      write(form.width, form.registers + i * step, cpu.r[RAX + i]);
    }
    for (int i = 0; i < form.segmentCount; i++) {
      write(16, form.segments + i * step, cpu.segments[i].selector);
    }
  }

  /** The TSS goes into the fields of this object. */
  void load() {
    int step = form.width / 8;
    boolean wide = form == Form.BITS32;
    pointer = read(form.width, form.pointer);
    flags = read(form.width, form.flags);
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = read(form.width, form.registers + i * step);
    }
    for (int i = 0; i < SEGMENTS; i++) {
      selectors[i] = i < form.segmentCount ? (int) read(16, form.segments + i * step) : 0;
    }
    localTable = (int) read(16, form.localTable);
    pageTables = wide ? read(32, CR3) : 0;
    trap = wide && (read(16, DEBUG_TRAP) & 1) != 0;
  }

  /** The TSS has a value for CR3. */
  boolean holdsCr3() {
    return form == Form.BITS32;
  }

  /** Selector of the TSS of the task that this one interrupted. */
  int link() {
    return (int) read(16, 0);
  }

  void setLink(int selector) {
    write(16, 0, selector);
  }

  private long read(int width, int offset) {
    return cpu.mmu.readSystem(width, address(offset));
  }

  private void write(int width, int offset, long value) {
    cpu.mmu.writeSystem(width, address(offset), value);
  }
}
