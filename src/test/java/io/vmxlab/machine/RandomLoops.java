package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Engine;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Map;
import java.util.Random;

/**
 * One processor of a board that executes hot loops ({@link LoopText}) for ever, in 64-bit mode,
 * protected mode with and without paging, or real-address mode, with handlers that mend, and with a
 * timer that ticks.
 */
final class RandomLoops {
  private static final int SYSTEMS = 0x40000;
  private static final int EACH = 0x40000;
  private static final int PAGE = 0x1000;
  private static final long APIC = 0xFEE0_0000L;
  private static final int DS = SegmentRegister.DS.ordinal();
  private static final long OPEN = PageEntry.P | PageEntry.RW | PageEntry.US;

  // offsets in a system
  private static final int TOP = 0;
  private static final int PDPT = 0x1000;
  private static final int DIRECTORY = 0x2000;
  private static final int TABLE = 0x3000;
  private static final int DEVICES = 0x4000;
  private static final int GDT = 0x5000;
  private static final int IDT = 0x6000;
  private static final int TASK = 0x7000;
  private static final int TABLE_COPY = 0x8000;
  private static final int VARIABLES = 0x9000;
  private static final int USER_STACK = 0xC000;
  private static final int STACK = 0xE000;
  private static final int FAULT_STACK = 0xF000;
  private static final int DATA = 0x10000;
  private static final int DATA_PAGES = 12;
  private static final int CODE = 0x20000;
  private static final int CODE_BYTES = 0x20000;

  private static final int CODE_SELECTOR = 0x08;
  private static final int DATA_SELECTOR = 0x10;
  private static final int USER_CODE = 0x18 | 3;
  private static final int USER_DATA = 0x20 | 3;
  private static final int TASK_SELECTOR = 0x28;

  /** Software interrupts that programs may use. */
  private static final int COUNT_VECTOR = 0x30;

  private static final int RENEW_VECTOR = 0x31;
  private static final int FLUSH_VECTOR = 0x32;
  private static final int TIMER_VECTOR = 0x40;

  private static final int UD2 = 0x0B0F;

  /** VM exits after which a monitor that does not come on gives up. */
  private static final int MOST_EXITS = 50_000;

  private final Cpu cpu;
  private final PhysicalMemory memory;
  private final Random random;
  private final int base;
  private final int bits;
  private final boolean paging;
  private final boolean user;
  private final Assembly code;

  private RandomLoops(BoardProcessor on, Random random) {
    cpu = on.cpu;
    memory = cpu.memory;
    this.random = random;
    base = SYSTEMS + on.number * EACH;
    int mode = random.nextInt(16);
    bits = mode < 9 ? 64 : mode < 14 ? 32 : 16;
    paging = mode < 12;
    user = paging && random.nextInt(3) == 0;
    code = assemble();
  }

  /** Prepares a processor that has not run yet; the same random numbers give the same loops. */
  static void prepare(BoardProcessor on, Random random) {
    new RandomLoops(on, random).prepare();
  }

  private Assembly assemble() {
    boolean real = bits == 16;
    LoopText.Places places =
        new LoopText.Places(
            base + TABLE,
            base + TABLE_COPY,
            real ? 0 : base + VARIABLES,
            real ? 0 : base + DATA,
            DATA_PAGES);
    String text = new LoopText(bits, random, places, user).text(3 + random.nextInt(12), landing());
    CodeMode mode = real ? CodeMode.BITS16 : bits == 32 ? CodeMode.BITS32 : CodeMode.BITS64;
    int origin = real ? 0 : base + CODE;
    try {
      return new Assembler(Engine.table(), "loops.asm", mode, origin, Map.of()).assemble(text);
    } catch (RuntimeException e) {
      throw new AssertionError(text, e);
    }
  }

  /** Text of what goes on at the loop's end, with a stack and flags that work. */
  private String landing() {
    String a = bits == 64 ? "rsp" : bits == 32 ? "esp" : "sp";
    String size = bits == 64 ? "qword" : bits == 32 ? "dword" : "word";
    String variables = bits == 16 ? "[fs:0]" : "[" + (base + VARIABLES) + "]";
    int selector = user ? USER_CODE : CODE_SELECTOR;
    String outer =
        user
            ? "push %s %d\npush %s %d\n".formatted(size, USER_DATA, size, base + USER_STACK)
            : bits == 64
                ? "push %s %d\npush %s %d\n".formatted(size, DATA_SELECTOR, size, base + STACK)
                : "";
    return "  cld\n  mov %s, %d\n%s  push %s 0x202\n  push %s\n  push %s %s\n  %s\n"
        .formatted(
            a,
            bits == 16 ? PAGE : base + STACK,
            outer,
            size,
            bits == 16 ? "cs" : size + " " + selector,
            size,
            variables,
            bits == 64 ? "iretq" : bits == 32 ? "iretd" : "iret");
  }

  /** The same, as guests in VMX non-root operation of a monitor that lets them come on. */
  static void prepareGuest(BoardProcessor on, Random random) {
    RandomLoops loops = new RandomLoops(on, random);
    loops.prepare();
    RandomGuest.encloseCalmly(on, random, loops.base + DATA, DATA_PAGES, loops.symbol("fault"));
    RandomHost.mostExits(on, MOST_EXITS);
  }

  private long symbol(String name) {
    return code.symbols().get(name);
  }

  private void prepare() {
    if (code.bytes().length > (bits == 16 ? 0x10000 : CODE_BYTES)) {
      throw new AssertionError(code.bytes().length + " bytes of code");
    }
    for (int i = 0; i < CODE_BYTES; i += 2) {
      memory.write(base + CODE + i, 16, UD2);
    }
    memory.write(base + CODE, code.bytes());
    for (int i = 0; i < DATA_PAGES * PAGE; i += 8) {
      memory.write(base + DATA + i, 64, random.nextInt(4) == 0 ? 0 : random.nextLong());
    }
    memory.write(base + VARIABLES, 64, symbol("start"));
    pages();
    descriptors();
    gates();
    timer();
    registers();
    segments();
  }

  private void pages() {
    boolean legacy = bits == 32;
    memory.write(base + TOP, 64, base + PDPT | OPEN);
    long rights = legacy ? PageEntry.P : OPEN;
    memory.write(base + PDPT, 64, base + DIRECTORY | rights);
    memory.write(base + PDPT + 24, 64, base + DEVICES | rights);
    memory.write(base + DIRECTORY, 64, base + TABLE | OPEN);
    for (int i = 0; i < PAGE / 8; i++) {
      long entry = (long) i * PAGE | OPEN;
      if (i >= (base + DATA) / PAGE && i < (base + DATA) / PAGE + DATA_PAGES) {
        entry = data(entry);
      }
      memory.write(base + TABLE + 8 * i, 64, entry);
      memory.write(base + TABLE_COPY + 8 * i, 64, entry);
    }
    memory.write(base + DEVICES + 8 * 0x1F7, 64, APIC | PageEntry.PS | OPEN);
  }

  /** Most pages of data are as they should be; some lead to code, or to the next page. */
  private long data(long entry) {
    switch (random.nextInt(10)) {
      case 0:
        return entry & ~PageEntry.RW;
      case 1:
        return entry & ~PageEntry.P;
      case 2:
        return base + CODE + (long) random.nextInt(4) * PAGE | OPEN;
      case 3:
        return entry ^ PAGE;
      default:
        return entry;
    }
  }

  private static long segment(int rights, long limit) {
    return limit & 0xFFFF | (limit & 0xF_0000) << 32 | (rights & 0xF0FFL) << 40;
  }

  private void descriptors() {
    int size = bits == 64 ? 0xA000 : 0xC000;
    memory.write(base + GDT + CODE_SELECTOR, 64, segment(size | 0x9B, 0xF_FFFF));
    memory.write(base + GDT + DATA_SELECTOR, 64, segment(0xC093, 0xF_FFFF));
    memory.write(base + GDT + (USER_CODE & ~3), 64, segment(size | 0xFB, 0xF_FFFF));
    memory.write(base + GDT + (USER_DATA & ~3), 64, segment(0xC0F3, 0xF_FFFF));
    if (bits == 64) {
      memory.write(base + TASK + 4, 64, base + STACK);
      memory.write(base + TASK + 0x24, 64, base + FAULT_STACK);
    } else {
      memory.write(base + TASK + 4, 32, base + STACK);
      memory.write(base + TASK + 8, 32, DATA_SELECTOR);
    }
  }

  private void gates() {
    for (int vector = 0; vector < 256; vector++) {
      long to = symbol(handler(vector));
      if (bits == 16) {
        memory.write(base + IDT + 4 * vector, 32, (long) (base + CODE >> 4) << 16 | to);
        continue;
      }
      boolean open = vector == 3 || vector >= COUNT_VECTOR && vector <= FLUSH_VECTOR;
      long rights = open ? 0xEE : 0x8E;
      long gate =
          to & 0xFFFF | (long) CODE_SELECTOR << 16 | rights << 40 | (to & 0xFFFF_0000L) << 32;
      if (bits == 64) {
        gate |= 1L << 32; // an exception may be one of the stack
      }
      int each = bits == 64 ? 16 : 8;
      memory.write(base + IDT + each * vector, 64, gate);
    }
  }

  private String handler(int vector) {
    if (vector == 14 && bits > 16) {
      return "page";
    }
    if (vector == RENEW_VECTOR && bits > 16) {
      return "renew";
    }
    if (vector == FLUSH_VECTOR && bits > 16) {
      return "flush";
    }
    if (vector == TIMER_VECTOR) {
      return "tick";
    }
    boolean trap = vector == 2 || vector == 3 || vector == 4 || vector >= 32;
    return trap ? "trap" : "fault";
  }

  /** The local APIC's timer, most often periodic. */
  private void timer() {
    if (bits == 16 || random.nextInt(4) == 0) {
      return;
    }
    int[][] writes = {
      {0x0F, 0x1FF},
      {0x3E, 0xB},
      {0x32, (random.nextInt(4) == 0 ? 0 : 0x20000) | TIMER_VECTOR},
      {0x38, 50 + random.nextInt(random.nextInt(3) == 0 ? 500 : 20_000)},
      {0x35, 0x1_0700},
      {0x36, 0x1_0700}
    };
    for (int[] w : writes) {
      cpu.mmu.write(32, APIC + (w[0] << 4), DS, w[1]);
    }
  }

  private void registers() {
    for (int i = 0; i < 16; i++) {
      cpu.r[i] = bits == 64 ? random.nextLong() : random.nextInt() & 0xFFFF_FFFFL;
    }
    cpu.r[4] = bits == 16 ? PAGE : base + (user ? USER_STACK : STACK);
    long cr4 = Cr4.PAE | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.PGE;
    cpu.set(State.CR4, cr4 & cpu.get(State.CR4_SUPPORTED));
    cpu.efer = bits == 64 ? Efer.LME | Efer.LMA | Efer.NXE : 0;
    cpu.set(State.CR3, base + (bits == 64 ? TOP : PDPT));
    long cr0 = Cr0.ET | Cr0.NE | (random.nextInt(4) > 0 ? Cr0.WP : 0);
    cr0 |= (bits > 16 ? Cr0.PE : 0) | (paging ? Cr0.PG : 0) | random.nextInt() & Cr0.AM;
    cpu.set(State.CR0, cr0);
    cpu.set(State.DR7, 0x400);
    cpu.activity = Activity.ACTIVE;
    cpu.gdtr.set(base + GDT, 0x37);
    cpu.idtr.set(base + IDT, bits == 16 ? 0x3FF : bits == 64 ? 0xFFF : 0x7FF);
    cpu.rip = symbol("start");
    cpu.nextRip = cpu.rip;
  }

  private void segments() {
    int cpl = user ? 3 : 0;
    int dpl = cpl << SegmentRights.DPL_SHIFT;
    int flat = SegmentRights.DB | SegmentRights.G;
    for (SegmentRegister which : SegmentRegister.values()) {
      if (bits == 16) {
        int at =
            base
                + switch (which) {
                  case CS -> CODE;
                  case SS -> STACK - PAGE;
                  case FS -> VARIABLES;
                  default -> DATA;
                };
        cpu.segment(which).set(at >> 4, at, 0xFFFF, 0x93);
      } else {
        cpu.segment(which).set(user ? USER_DATA : DATA_SELECTOR, 0, -1, 0x93 | dpl | flat);
      }
    }
    if (bits == 64) {
      cpu.segment(SegmentRegister.FS).base = base + DATA + random.nextInt(PAGE);
      cpu.segment(SegmentRegister.GS).base = base + DATA + 2 * PAGE - random.nextInt(64);
    } else if (bits == 32) {
      cpu.segment(SegmentRegister.GS).base = random.nextInt(64);
      if (random.nextInt(3) == 0) {
        cpu.segment(SegmentRegister.GS).rights = 0x91 | dpl | flat; // read-only
      }
      if (random.nextInt(3) == 0) {
        cpu.segment(SegmentRegister.ES).limit = base + DATA + 8 * PAGE - 1;
      }
    }
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.segment(SegmentRegister.TR).set(TASK_SELECTOR, base + TASK, 0x67, 0x8B);
    if (bits > 16) {
      int size = bits == 64 ? SegmentRights.L | SegmentRights.G : flat;
      cpu.segment(SegmentRegister.CS)
          .set(user ? USER_CODE : CODE_SELECTOR, 0, -1, 0x9B | dpl | size);
    }
    cpu.setRflags(Rflags.FIXED | random.nextInt() & Rflags.STATUS | Rflags.IF);
    cpu.setCpl(cpl);
    cpu.mmu.flushAll();
  }
}
