package io.vmxlab.machine;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.RandomInstructions;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Random;

/**
 * One processor of a board in the middle of something: a random mode, page tables, descriptor
 * tables, tasks and code that mostly work. Whatever goes wrong leads on to other random code.
 */
final class RandomSystem {
  /** RAM that the systems of two processors take up. */
  static final int RAM = 2 << 20;

  /** Where code of real-address mode, virtual-8086 mode and start-up messages begins. */
  static final int LOW_CODE = 0x9000;

  private static final int SYSTEMS = 0x40000;
  private static final int EACH = 0x40000;
  private static final long OPEN = PageEntry.P | PageEntry.RW | PageEntry.US;
  private static final int PAGE = 0x1000;
  private static final long APIC = 0xFEE0_0000L;
  private static final int DS = SegmentRegister.DS.ordinal();

  // offsets in a system
  private static final int TOP = 0;
  private static final int PDPT = 0x1000;
  private static final int DIRECTORY = 0x2000;
  private static final int TABLE = 0x3000;
  private static final int DEVICES = 0x4000;
  private static final int GDT = 0x5000;
  private static final int LDT = 0x5800;
  private static final int IDT = 0x6000;
  private static final int TASKS = 0x7000;
  private static final int STACKS = 0x8000;
  private static final int DATA = 0x10000;
  private static final int CODE = 0x20000;
  private static final int CODE_BYTES = 0x10000;

  /** Code that goes to a place in the code which the time-stamp counter chooses. */
  private static final int ANYWHERE = CODE_BYTES - 0x20;

  private static final int ANYWHERE16 = CODE_BYTES - 0x10;

  // selectors; each is followed by others at random
  private static final int CODE32 = 0x08;
  private static final int DATA32 = 0x10;
  private static final int CODE64 = 0x18;
  private static final int CODE16 = 0x20;
  private static final int DATA16 = 0x28;
  private static final int TASK = 0x40;
  private static final int LOCAL = 0x50;
  private static final int RECOVERY = 0x60;
  private static final int TASK16 = 0x68;
  private static final int TASK_GATE = 0x70;
  private static final int CALL_GATE = 0x78;
  private static final int FREE = 0x88;
  private static final int DESCRIPTORS = 32;
  private static final int TASK_BYTES = 0x200;

  /** Modes, in the order of their numbers. */
  private enum Mode {
    REAL(16),
    PROTECTED16(16),
    PROTECTED32(32),
    VIRTUAL8086(16),
    COMPATIBILITY16(16),
    COMPATIBILITY32(32),
    LONG(64);

    final int bits;

    Mode(int bits) {
      this.bits = bits;
    }
  }

  private final Cpu cpu;
  private final PhysicalMemory memory;
  private final Random random;
  private final int base;
  private final Mode mode;
  private final boolean ia32e;
  private final boolean paging;
  private final boolean pae;
  private final int cpl;

  private RandomSystem(BoardProcessor on, Random random) {
    cpu = on.cpu;
    memory = cpu.memory;
    this.random = random;
    base = SYSTEMS + on.number * EACH;
    mode = Mode.values()[random.nextInt(Mode.values().length)];
    ia32e = mode.ordinal() >= Mode.COMPATIBILITY16.ordinal();
    paging = ia32e || mode != Mode.REAL && random.nextInt(3) > 0;
    pae = ia32e || random.nextBoolean();
    boolean user = mode != Mode.REAL && random.nextInt(3) == 0;
    cpl = mode == Mode.VIRTUAL8086 || user ? 3 : 0;
  }

  /** Prepares a processor that has not run yet; the same random numbers give the same system. */
  static void prepare(BoardProcessor on, Random random) {
    new RandomSystem(on, random).prepare();
  }

  private void prepare() {
    code();
    pages();
    descriptors();
    tasks();
    gates();
    apic();
    registers();
    segments();
  }

  private void code() {
    RandomInstructions instructions =
        new RandomInstructions(
            random, () -> mode.bits == 16 ? random.nextInt(0x10000) : base + random.nextInt(EACH));
    byte[] bytes = new byte[CODE_BYTES];
    instructions.fill(bytes, mode.bits);
    RandomSnippets.sprinkle(bytes, mode.bits, random, base);
    memory.write(base + CODE, bytes);
    // rdtsc; and eax, 0FFFFh; add eax, address of the code; jmp to it
    memory.write(base + CODE + ANYWHERE, bytes(0x0F, 0x31, 0x25, 0xFF, 0xFF, 0, 0, 0x05));
    memory.write(base + CODE + ANYWHERE + 8, 32, base + CODE);
    memory.write(base + CODE + ANYWHERE + 12, bytes(0xFF, 0xE0));
    memory.write(base + CODE + ANYWHERE16, bytes(0x0F, 0x31, 0xFF, 0xE0));
    byte[] low = new byte[0x1000];
    instructions.fill(low, 16);
    RandomSnippets.sprinkle(low, 16, random, base);
    memory.write(LOW_CODE, low);
    for (int i = 0; i < 256; i++) {
      memory.write(base + DATA + 8 * i, 64, random.nextLong());
    }
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  // --- paging

  private void pages() {
    if (pae) {
      longPages();
    } else {
      shortPages();
    }
  }

  private long entry(long frame, int oddity) {
    if (random.nextInt(oddity) != 0) {
      return frame | OPEN;
    }
    switch (random.nextInt(6)) {
      case 0:
        return 0;
      case 1:
        return frame | PageEntry.P | PageEntry.US;
      case 2:
        return frame | PageEntry.P | PageEntry.RW;
      case 3:
        return frame | OPEN | PageEntry.G;
      case 4:
        return (long) random.nextInt(RAM) & -PAGE | OPEN;
      default:
        return random.nextLong();
    }
  }

  private void longPages() {
    memory.write(base + TOP, 64, base + PDPT | OPEN);
    memory.write(base + TOP + 8 * 511, 64, base + PDPT | OPEN);
    long rights = ia32e ? OPEN : PageEntry.P;
    memory.write(base + PDPT, 64, base + DIRECTORY | rights);
    memory.write(base + PDPT + 8, 64, ia32e ? entry(0, 2) : base + DEVICES | rights);
    memory.write(base + PDPT + 16, 64, ia32e ? PageEntry.PS | OPEN : base + DIRECTORY | rights);
    memory.write(base + PDPT + 24, 64, base + DEVICES | rights);
    memory.write(base + DIRECTORY, 64, base + TABLE | OPEN);
    memory.write(base + DIRECTORY + 8, 64, PageEntry.PS | OPEN);
    memory.write(base + DIRECTORY + 16, 64, PageEntry.PS | PageEntry.XD | PageEntry.P);
    memory.write(base + DIRECTORY + 24, 64, random.nextLong());
    for (int i = 0; i < RAM / PAGE; i++) {
      memory.write(base + TABLE + 8 * i, 64, entry((long) i * PAGE, own(i) ? 400 : 12));
    }
    memory.write(base + DEVICES + 8 * 0x1F6, 64, 0xFEC0_0000L | PageEntry.PS | OPEN);
    memory.write(base + DEVICES + 8 * 0x1F7, 64, 0xFEE0_0000L | PageEntry.PS | OPEN);
  }

  /** The page belongs to this system. */
  private boolean own(int page) {
    int address = page * PAGE;
    return address >= base && address < base + EACH;
  }

  private void shortPages() {
    memory.write(base + TOP, 32, base + TABLE | OPEN);
    memory.write(base + TOP + 4, 32, PageEntry.PS | OPEN);
    memory.write(base + TOP + 8, 32, random.nextInt());
    memory.write(base + TOP + 4 * 0x3FB, 32, 0xFEC0_0000L | PageEntry.PS | OPEN);
    for (int i = 0; i < 1024; i++) {
      long frame = (long) i * PAGE % RAM;
      memory.write(base + TABLE + 4 * i, 32, entry(frame, own(i) ? 400 : 12));
    }
  }

  // --- descriptors

  private void descriptors() {
    long limit = random.nextInt(8) == 0 ? random.nextInt(0x10_0000) : 0xF_FFFF;
    for (int table : new int[] {GDT, LDT}) {
      put(table + CODE32, segment(0, limit, 0xC09B));
      put(table + DATA32, segment(0, limit, 0xC093));
      put(table + CODE64, segment(0, limit, 0xA09B));
      put(table + CODE16, segment(base + CODE, 0xFFFF, 0x009B));
      put(table + DATA16, segment(base + DATA, 0xFFFF, 0x0093));
      for (int at = FREE; at < 8 * DESCRIPTORS; at += 8) {
        put(table + at, random.nextInt(3) == 0 ? random.nextLong() : free());
      }
    }
    put(GDT + TASK, segment(base + TASKS, TASK_BYTES - 1, 0x008B));
    put(GDT + TASK + 8, 0);
    put(GDT + LOCAL, segment(base + LDT, 8 * DESCRIPTORS - 1, 0x0082));
    put(GDT + LOCAL + 8, 0);
    put(GDT + RECOVERY, segment(base + TASKS + TASK_BYTES, 0x67, 0x0089));
    put(GDT + TASK16, segment(base + TASKS + 2 * TASK_BYTES, 0x2B, 0x0081));
    put(GDT + TASK_GATE, gate(RECOVERY, 0, 0xE500));
    put(GDT + CALL_GATE, gate(ia32e ? CODE64 : CODE32, place(), 0xEC00 | random.nextInt(3)));
    put(GDT + CALL_GATE + 8, 0);
  }

  private void put(int at, long descriptor) {
    memory.write(base + at, 64, descriptor);
  }

  /** A segment of some type and privilege. */
  private long free() {
    int rights = random.nextInt(0x10000) & 0xD07F | (random.nextInt(8) == 0 ? 0 : 0x80) | 0x10;
    return segment(random.nextInt(4) == 0 ? base : 0, 0xF_FFFF, rights);
  }

  /**
   * A descriptor.
   *
   * @param rights type, DPL and P in the low byte, D, L and G in the highest four bits
   */
  private static long segment(long base, long limit, int rights) {
    return limit & 0xFFFF
        | (base & 0xFF_FFFF) << 16
        | (rights & 0xFFL) << 40
        | (limit & 0xF_0000) << 32
        | (rights & 0xF000L) << 40
        | (base & 0xFF00_0000L) << 32;
  }

  private static long gate(int selector, long offset, int rights) {
    return offset & 0xFFFF
        | (long) selector << 16
        | (long) rights << 32
        | (offset & 0xFFFF_0000L) << 32;
  }

  /** An address in the code. */
  private int place() {
    return base + CODE + random.nextInt(CODE_BYTES - 64);
  }

  /** Where a handler begins, as an offset in the code. */
  private int handler(int anywhere) {
    return random.nextInt(8) > 0 ? anywhere : random.nextInt(CODE_BYTES - 64);
  }

  private int stack() {
    return base + STACKS + PAGE * (1 + random.nextInt(7));
  }

  private void tasks() {
    int task = base + TASKS;
    if (ia32e) {
      for (int at = 4; at < 0x5C; at += 8) {
        memory.write(task + at, 64, stack());
      }
      memory.write(task + 0x66, 16, 0x68);
      return;
    }
    for (int i = 0; i < 3; i++) {
      memory.write(task + 4 + 8 * i, 32, stack());
      memory.write(task + 8 + 8 * i, 32, DATA32 | i);
    }
    memory.write(task + 0x66, 16, 0x68);
    int next = task + TASK_BYTES;
    memory.write(next + 0x1C, 32, base + (pae ? PDPT : TOP));
    memory.write(next + 0x20, 32, base + CODE + ANYWHERE);
    memory.write(next + 0x24, 32, 2);
    memory.write(next + 0x38, 32, stack());
    for (int i = 0; i < 6; i++) {
      memory.write(next + 0x48 + 4 * i, 32, i == 1 ? CODE32 : DATA32);
    }
    int small = task + 2 * TASK_BYTES;
    memory.write(small + 0x0E, 16, random.nextInt(CODE_BYTES));
    memory.write(small + 0x1A, 16, 0xFF0);
    for (int i = 0; i < 4; i++) {
      memory.write(small + 0x22 + 2 * i, 16, i == 1 ? CODE16 : DATA16);
    }
  }

  private void gates() {
    for (int vector = 0; vector < 256; vector++) {
      int dpl = random.nextInt(3) == 0 ? 0x6000 : 0;
      int trap = random.nextInt(4) == 0 ? 0x100 : 0;
      boolean odd = random.nextInt(40) == 0;
      if (mode == Mode.REAL) {
        memory.write(
            base + IDT + 4 * vector, 32, (long) (base + CODE >> 4) << 16 | handler(ANYWHERE16));
      } else if (ia32e) {
        int ist = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(7);
        long gate = gate(CODE64, base + CODE + handler(ANYWHERE), 0x8E00 | dpl | trap | ist);
        memory.write(base + IDT + 16 * vector, 64, odd ? random.nextLong() : gate);
        memory.write(base + IDT + 16 * vector + 8, 64, 0);
      } else {
        boolean task = vector == 8 || vector == 10 || vector == 12 || random.nextInt(30) == 0;
        int selector = random.nextInt(8) == 0 ? CODE16 : CODE32;
        int offset = selector == CODE16 ? handler(ANYWHERE16) : base + CODE + handler(ANYWHERE);
        int width = random.nextInt(8) == 0 ? 0x8600 : 0x8E00;
        long gate = task ? gate(RECOVERY, 0, 0x8500) : gate(selector, offset, width | dpl | trap);
        memory.write(base + IDT + 8 * vector, 64, odd ? random.nextLong() : gate);
      }
    }
  }

  // --- registers

  private void registers() {
    for (int i = 0; i < 16; i++) {
      cpu.r[i] = random.nextInt(3) == 0 ? random.nextLong() : base + random.nextInt(EACH);
      cpu.r[i] &= mode == Mode.LONG ? -1 : 0xFFFF_FFFFL;
    }
    cpu.r[4] = stack();
    long cr4 = random.nextInt() & (Cr4.TSD | Cr4.DE | Cr4.PGE | Cr4.MCE | Cr4.VME | Cr4.PVI);
    cr4 |= pae ? Cr4.PAE : Cr4.PSE;
    cr4 |= random.nextInt(4) == 0 ? 0 : Cr4.OSFXSR | Cr4.OSXMMEXCPT;
    cpu.set(State.CR4, cr4 & cpu.get(State.CR4_SUPPORTED));
    cpu.efer = ia32e ? Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE : 0;
    cpu.set(State.CR3, base + (ia32e || !pae ? TOP : PDPT));
    long cr0 = Cr0.ET | (random.nextInt(16) > 0 ? Cr0.NE : 0) | (mode == Mode.REAL ? 0 : Cr0.PE);
    cr0 |= random.nextInt() & (Cr0.WP | Cr0.AM) | (random.nextInt(8) == 0 ? Cr0.TS | Cr0.MP : 0);
    cpu.set(State.CR0, cr0 | (paging ? Cr0.PG : 0));
    for (int i = 0; i < 4; i++) {
      cpu.dr[i] = place();
    }
    cpu.set(State.DR7, random.nextInt(3) == 0 ? random.nextInt() & 0xFFFF_23FFL | 0x400 : 0x400);
    cpu.activity = Activity.ACTIVE;
    cpu.gdtr.set(base + GDT, 8 * DESCRIPTORS - 1);
    cpu.idtr.set(base + IDT, mode == Mode.REAL ? 0x3FF : ia32e ? 0xFFF : 0x7FF);
    msr(Msr.IA32_SYSENTER_CS, CODE32);
    msr(Msr.IA32_SYSENTER_ESP, stack());
    msr(Msr.IA32_SYSENTER_EIP, place());
    msr(Msr.IA32_STAR, (long) CODE32 << 32 | (long) (CODE16 | 3) << 48);
    msr(Msr.IA32_LSTAR, place());
    msr(Msr.IA32_CSTAR, place());
    msr(Msr.IA32_FMASK, random.nextInt());
  }

  private void msr(Msr which, long value) {
    if (cpu.msrs.has(which.index)) {
      cpu.set(which, value);
    }
  }

  private void segments() {
    int dpl = cpl << SegmentRights.DPL_SHIFT;
    int flat = SegmentRights.DB | SegmentRights.G;
    boolean small = mode.bits == 16;
    int data = 0x93 | dpl | (small ? 0 : flat);
    for (SegmentRegister which : SegmentRegister.values()) {
      if (mode == Mode.VIRTUAL8086 || mode == Mode.REAL) {
        int at = base + (which == SegmentRegister.CS ? CODE : DATA);
        int rights = mode == Mode.REAL ? 0x93 : 0xF3;
        cpu.segment(which).set(at >> 4, at, 0xFFFF, rights);
      } else {
        cpu.segment(which)
            .set(
                (small ? DATA16 : DATA32) | cpl,
                small ? base + DATA : 0,
                small ? 0xFFFF : -1,
                data);
      }
    }
    cpu.segment(SegmentRegister.LDTR).set(LOCAL, base + LDT, 8 * DESCRIPTORS - 1, 0x82);
    cpu.segment(SegmentRegister.TR).set(TASK, base + TASKS, TASK_BYTES - 1, 0x8B);
    if (mode != Mode.REAL && mode != Mode.VIRTUAL8086) {
      int size = mode == Mode.LONG ? SegmentRights.L | SegmentRights.G : small ? 0 : flat;
      int selector = mode == Mode.LONG ? CODE64 : small ? CODE16 : CODE32;
      cpu.segment(SegmentRegister.CS)
          .set(selector | cpl, small ? base + CODE : 0, small ? 0xFFFF : -1, 0x9B | dpl | size);
    }
    cpu.rip = small ? random.nextInt(CODE_BYTES) : place();
    cpu.nextRip = cpu.rip;
    if (small) {
      cpu.r[4] = 0x8000;
    }
    long flags = random.nextInt() & (Rflags.STATUS | Rflags.DF | Rflags.IF | Rflags.AC);
    flags |= random.nextInt(16) == 0 ? Rflags.TF : 0;
    flags |= mode == Mode.VIRTUAL8086 ? Rflags.VM | random.nextInt() & Rflags.IOPL : 0;
    cpu.setRflags(Rflags.FIXED | flags);
    cpu.setCpl(cpl);
    cpu.mmu.flushAll();
  }

  /** In one mode or the other, mostly with a timer that ticks. */
  private void apic() {
    int[][] writes = {
      {0x0F, 0x100 | random.nextInt(0x100)},
      {0x08, random.nextInt(4) == 0 ? random.nextInt(0x100) : 0},
      {0x32, random.nextInt(0x40000) & 0x2_00FF | 0x20},
      {0x3E, random.nextInt(16) & 0xB},
      {0x38, random.nextInt(3) == 0 ? 0 : random.nextInt(2000)},
      {0x35, random.nextInt(2) == 0 ? 0x700 : random.nextInt() & 0x1_A7FF},
      {0x36, random.nextInt(2) == 0 ? 0x400 : random.nextInt() & 0x1_A7FF},
      {0x37, 0x20 | random.nextInt(0x100)}
    };
    for (int[] w : writes) {
      cpu.mmu.write(32, APIC + (w[0] << 4), DS, w[1]);
    }
    if (cpu.model.has(Feature.X2APIC) && random.nextBoolean()) {
      cpu.set(Msr.IA32_APIC_BASE, cpu.get(Msr.IA32_APIC_BASE) | ApicBase.EXTD);
    }
  }
}
