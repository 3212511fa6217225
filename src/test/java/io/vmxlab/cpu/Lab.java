package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A processor in 64-bit mode at CPL 0 with everything that tests of paging, segments and exceptions
 * need: an identity map of 4-KByte pages for the first 2 MBytes, a GDT, a TSS, an IDT whose gates
 * all lead to HLTs at {@link #handler}.
 */
final class Lab {
  static final long PML4 = 0x1000;
  static final long PDPT = 0x2000;
  static final long DIRECTORY = 0x3000;
  static final long TABLE = 0x4000;
  static final long GDT = 0x8000;
  static final long IDT = 0xA000;
  static final long TSS = 0xB000;
  static final long CODE = 0x1_0000;
  static final long HANDLERS = 0x1_8000;
  static final long STACK = 0x2_8000;

  /** Top of the stack for RSP0. */
  static final long RSP0 = 0x2_9000;

  /** Tops of the stacks for IST1 to IST7 lie behind one another from here. */
  static final long IST = 0x2_A000;

  /** Pages from here to {@link #USER_END} may be used at CPL 3. */
  static final long USER = 0x3_0000;

  static final long USER_END = 0x4_0000;
  static final long USER_STACK = 0x3_8000;

  // spotless:off
  static final int CODE64   = 0x08;
  static final int DATA     = 0x10;
  static final int USER32   = 0x1B;
  static final int USERDATA = 0x23;
  static final int USER64   = 0x2B;
  static final int TASK     = 0x30;
  static final int CODE32   = 0x40;
  static final int CONFORMING = 0x48;
  static final int ABSENT   = 0x50;
  static final int READONLY = 0x58;
  // spotless:on

  static final long OPEN = PageEntry.P | PageEntry.RW;

  /** One exception as the observer saw it. */
  record Seen(String vector, int errorCode, long rip, String cause, long address) {}

  final PhysicalMemory memory = new PhysicalMemory(4 << 20);
  final Cpu cpu;
  final Engine engine;
  final List<Seen> seen = new ArrayList<>();

  Lab() {
    this(PlainModel.INSTANCE);
  }

  Lab(CpuModel model) {
    cpu = new Cpu(memory, model);
    engine = new Engine(cpu);
    pages();
    descriptors();
    cpu.cr3 = PML4;
    cpu.controls.loadCr4(Cr4.PAE);
    cpu.efer = Efer.LME | Efer.NXE | Efer.SCE;
    cpu.controls.loadCr0(Cr0.PE | Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET);
    segments(CODE64, DATA, 0);
    cpu.segment(SegmentRegister.TR).set(TASK, TSS, 0x67, 0x8B);
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.gdtr.set(GDT, 0x7F);
    cpu.idtr.set(IDT, 0xFFF);
    cpu.r[4] = STACK;
    cpu.rip = CODE;
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onException(Cpu c, Fault f) {
            seen.add(
                new Seen(
                    f.vector().mnemonic(), f.errorCode(), c.rip, f.violated().id(), f.address()));
          }
        };
  }

  private void pages() {
    memory.write(PML4, 64, PDPT | OPEN | PageEntry.US);
    memory.write(PDPT, 64, DIRECTORY | OPEN | PageEntry.US);
    memory.write(DIRECTORY, 64, TABLE | OPEN | PageEntry.US);
    for (long page = 0; page < 512; page++) {
      long address = page << 12;
      boolean user = address >= USER && address < USER_END;
      page(address, address | OPEN | (user ? PageEntry.US : 0));
    }
  }

  private void descriptors() {
    memory.write(GDT + CODE64, 64, 0x00AF_9B00_0000_FFFFL);
    memory.write(GDT + DATA, 64, 0x00CF_9300_0000_FFFFL);
    memory.write(GDT + (USER32 & ~7), 64, 0x00CF_FB00_0000_FFFFL);
    memory.write(GDT + (USERDATA & ~7), 64, 0x00CF_F300_0000_FFFFL);
    memory.write(GDT + (USER64 & ~7), 64, 0x00AF_FB00_0000_FFFFL);
    memory.write(GDT + TASK, 64, 0x0000_8B00_0000_0067L | TSS << 16);
    memory.write(GDT + CODE32, 64, 0x00CF_9B00_0000_FFFFL);
    memory.write(GDT + CONFORMING, 64, 0x00AF_9F00_0000_FFFFL);
    memory.write(GDT + ABSENT, 64, 0x00CF_1300_0000_FFFFL);
    memory.write(GDT + READONLY, 64, 0x00CF_9100_0000_FFFFL);
    memory.write(TSS + 4, 64, RSP0);
    for (int i = 1; i <= 7; i++) {
      memory.write(TSS + 0x24 + (i - 1) * 8, 64, ist(i));
    }
    memory.write(TSS + 0x66, 16, 0x68);
    for (int v = 0; v < 256; v++) {
      gate(v, 0x8E, 0, CODE64);
      memory.write(handler(v), new byte[] {(byte) 0xF4});
    }
  }

  static long ist(int number) {
    return IST + number * 0x100L;
  }

  static long handler(int vector) {
    return HANDLERS + vector * 16L;
  }

  /** Writes the PTE of an address below 2 MBytes. */
  void page(long address, long entry) {
    memory.write(TABLE + (address >> 12) * 8, 64, entry);
  }

  long entry(long address) {
    return memory.read(TABLE + (address >> 12) * 8, 64);
  }

  /**
   * Writes a gate.
   *
   * @param rights its byte of type, DPL and P
   */
  void gate(int vector, int rights, int ist, int selector) {
    long target = handler(vector);
    long low =
        (target & 0xFFFF)
            | (long) selector << 16
            | (long) ist << 32
            | (long) rights << 40
            | (target & 0xFFFF_0000L) << 32;
    memory.write(IDT + vector * 16L, 64, low);
    memory.write(IDT + vector * 16L + 8, 64, target >>> 32);
  }

  /** An interrupt gate for CPL 0 that leads there. */
  void gateTo(int vector, long target) {
    gate(vector, 0x8E, 0, CODE64);
    memory.write(IDT + vector * 16L, 16, target);
    memory.write(IDT + vector * 16L + 6, 16, target >>> 16);
  }

  /** Loads CS and SS flat, and CPL with them. */
  void segments(int code, int stack, int level) {
    int dpl = level << 5;
    boolean wide = (memory.read(GDT + (code & ~7), 64) >>> 53 & 1) != 0;
    int size = wide ? SegmentRights.L : SegmentRights.DB;
    cpu.segment(SegmentRegister.CS).set(code, 0, -1, 0x9B | dpl | size | SegmentRights.G);
    cpu.segment(SegmentRegister.SS)
        .set(stack, 0, -1, 0x93 | dpl | SegmentRights.DB | SegmentRights.G);
    for (SegmentRegister r : new SegmentRegister[] {SegmentRegister.DS, SegmentRegister.ES}) {
      cpu.segment(r).set(USERDATA, 0, -1, 0xF3 | SegmentRights.DB | SegmentRights.G);
    }
    cpu.setCpl(level);
  }

  /** CPL 3 in 64-bit mode, code and stack in user pages. */
  void toUser() {
    segments(USER64, USERDATA, 3);
    cpu.rip = USER;
    cpu.r[4] = USER_STACK;
  }

  /** Code where RIP is. */
  Lab code(String text) {
    return code(CodeMode.BITS64, text);
  }

  Lab code(CodeMode mode, String text) {
    byte[] bytes =
        new Assembler(Engine.table(), "test", mode, cpu.rip, Map.of()).assemble(text).bytes();
    long at = cpu.rip + cpu.segment(SegmentRegister.CS).base * (cpu.in64BitMode() ? 0 : 1);
    for (int i = 0; i < bytes.length; i++) {
      cpu.codeWatch.beforeWrite(at + i, 1);
    }
    memory.write(at, bytes);
    return this;
  }

  /** Runs until HLT, at most 1000 instructions. */
  Stop run() {
    return engine.run(1000);
  }

  Stop run(String text) {
    return code(text).run();
  }

  /** The first exception seen is that one. */
  void faults(String vector, int code, String cause) {
    assertEquals(vector + "(" + code + ") " + cause, what(seen.get(0)));
  }

  /** An exception in words: {@code #GP(0) privileged-cpl-is-0}. */
  static String what(Seen fault) {
    return fault.vector() + "(" + fault.errorCode() + ") " + fault.cause();
  }

  /** The program has come to its HLT without an exception. */
  void completes() {
    assertEquals(List.of(), seen);
    assertEquals(Activity.HLT, cpu.activity);
  }

  /** The only exception seen so far. */
  Seen fault() {
    if (seen.size() != 1) {
      throw new AssertionError(seen.toString());
    }
    return seen.get(0);
  }

  /** The quadword so many places above the top of the stack. */
  long stack(int place) {
    return memory.read(cpu.r[4] + place * 8L, 64);
  }

  static long flags(long more) {
    return Rflags.FIXED | more;
  }
}
