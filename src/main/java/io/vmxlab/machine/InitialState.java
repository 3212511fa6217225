package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;
import io.vmxlab.memory.PhysicalMemory;

/** Puts a processor and its memory into the state that {@code docs/machine-state.md} describes. */
final class InitialState {
  private static final long PAGE = 0x1000;
  private static final long LARGE = 1L << 21;
  private static final long GIANT = 1L << 30;
  private static final int ENTRIES = 512;

  private static final long PRESENT = 1;
  private static final long WRITABLE = 1 << 1;
  private static final long USER = 1 << 2;
  private static final long PAGE_SIZE = 1 << 7;

  /** Least linear space that is mapped: 4 GBytes. */
  private static final long LEAST_MAPPED = 4 * GIANT;

  private static final int INTERRUPT_GATE = 0xE;
  private static final int GATE_PRESENT = 0x80;
  private static final int GATE_DPL3 = 0x60;

  /** Stub code: HLT, and a jump back to it for whoever wakes up. */
  static final byte[] HALT = {(byte) 0xF4, (byte) 0xEB, (byte) 0xFD};

  private static final int REAL_LIMIT = 0xFFFF;
  private static final int REAL_STACK_SELECTOR = 0x9000;

  private final Cpu cpu;
  private final PhysicalMemory memory;
  private final CodeMode mode;
  private final boolean wide;
  private final boolean user;

  /**
   * A state to be.
   *
   * @param user at CPL 3, with pages that user code may use
   */
  InitialState(Cpu cpu, CodeMode mode, boolean user) {
    this.cpu = cpu;
    this.memory = cpu.memory;
    this.mode = mode;
    this.wide = mode == CodeMode.BITS64;
    this.user = user;
  }

  void apply(long canary) {
    stubs();
    vmxRegions();
    threadArea(canary);
    if (mode == CodeMode.BITS16) {
      realMode();
    } else {
      descriptorTables();
      protectedMode();
    }
    cpu.set(State.RFLAGS, Rflags.FIXED);
  }

  private void stubs() {
    byte[] stubs = new byte[256 * MemoryMap.STUB_SIZE];
    for (int v = 0; v < 256; v++) {
      System.arraycopy(HALT, 0, stubs, v * MemoryMap.STUB_SIZE, HALT.length);
    }
    memory.write(MemoryMap.FAULT_STUBS, stubs);
    memory.write(MemoryMap.PROGRAM_EXIT, HALT);
  }

  /** In 16-bit mode programs have the place of the VMCS region. */
  private void vmxRegions() {
    region(MemoryMap.VMXON_REGION, MemoryMap.VMXON_POINTER);
    if (mode != CodeMode.BITS16) {
      region(MemoryMap.VMCS_REGION, MemoryMap.VMCS_POINTER);
    }
  }

  private void region(long at, long pointer) {
    long revision = cpu.model.msr(Msr.IA32_VMX_BASIC.index).orElse(0) & 0x7FFF_FFFFL;
    memory.write(at, 32, revision);
    memory.write(pointer, 64, at);
  }

  private void threadArea(long canary) {
    memory.write(MemoryMap.THREAD_AREA, wide ? 64 : 32, MemoryMap.THREAD_AREA);
    memory.write(MemoryMap.THREAD_AREA + MemoryMap.CANARY, 64, canary & ~0xFFL);
    memory.write(MemoryMap.THREAD_AREA + MemoryMap.CANARY_32, 32, canary & ~0xFFL);
  }

  private void descriptorTables() {
    for (Descriptor d : Descriptor.values()) {
      memory.write(MemoryMap.GDT + d.selector, 64, d.bytes(wide));
    }
    long tss = MemoryMap.GDT + Descriptor.TSS_SELECTOR;
    memory.write(
        tss, 64, Descriptor.system(MemoryMap.TSS, Descriptor.TSS_LIMIT, Descriptor.TSS_RIGHTS));
    memory.write(tss + 8, 64, 0);
    if (wide) {
      memory.write(MemoryMap.TSS + 4, 64, MemoryMap.RSP0_TOP);
      memory.write(MemoryMap.TSS + 0x24, 64, MemoryMap.IST1_TOP);
    } else {
      memory.write(MemoryMap.TSS + 4, 32, MemoryMap.RSP0_TOP);
      memory.write(MemoryMap.TSS + 8, 32, Descriptor.KERNEL_DATA.selector);
    }
    memory.write(MemoryMap.TSS + 0x66, 16, Descriptor.TSS_LIMIT + 1);
    int words = wide ? 2 : 1;
    long[] gates = new long[256 * words];
    for (int v = 0; v < 256; v++) {
      gates[v * words] = gate(v);
      if (wide) {
        gates[v * words + 1] = stub(v) >>> 32;
      }
    }
    memory.write(MemoryMap.IDT, gates);
  }

  private static long stub(int vector) {
    return MemoryMap.FAULT_STUBS + (long) vector * MemoryMap.STUB_SIZE;
  }

  /** The low 64 bits of an interrupt gate. */
  private long gate(int vector) {
    long stub = stub(vector);
    boolean breakpoint = vector == 3 || vector == 4;
    boolean ownStack = vector == 2 || vector == 8 || vector == 18;
    long type = INTERRUPT_GATE | GATE_PRESENT | (breakpoint ? GATE_DPL3 : 0);
    return stub & 0xFFFF
        | (long) Descriptor.KERNEL_CODE.selector << 16
        | (wide && ownStack ? 1L << 32 : 0)
        | type << 40
        | (stub >>> 16 & 0xFFFF) << 48;
  }

  private void protectedMode() {
    cpu.set(State.CR0, 0x10 | Cr0.PE | Cr0.MP | Cr0.NE | Cr0.WP | Cr0.AM);
    if (wide) {
      pageTables();
      cpu.set(State.CR4, Cr4.PAE);
      cpu.set(State.CR3, MemoryMap.PAGE_TABLES);
      long nx = cpu.model.has(Feature.NX) ? Efer.NXE : 0;
      cpu.set(Msr.IA32_EFER, Efer.LME | Efer.LMA | nx);
      cpu.set(State.CR0, cpu.cr0 | Cr0.PG);
    } else {
      cpu.set(State.CR4, 0);
      cpu.set(Msr.IA32_EFER, 0);
    }
    Descriptor code = user ? Descriptor.USER_CODE : Descriptor.KERNEL_CODE;
    Descriptor data = user ? Descriptor.USER_DATA : Descriptor.KERNEL_DATA;
    for (SegmentRegister s : SegmentRegister.values()) {
      if (s.compareTo(SegmentRegister.LDTR) < 0) {
        (s == SegmentRegister.CS ? code : data).loadInto(cpu.segment(s), wide);
      }
    }
    cpu.segment(SegmentRegister.FS).base = MemoryMap.THREAD_AREA;
    cpu.segment(SegmentRegister.GS).base = MemoryMap.THREAD_AREA;
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.segment(SegmentRegister.TR)
        .set(Descriptor.TSS_SELECTOR, MemoryMap.TSS, Descriptor.TSS_LIMIT, Descriptor.TSS_RIGHTS);
    table(State.GDTR_BASE, MemoryMap.GDT, State.GDTR_LIMIT, Descriptor.GDT_SIZE - 1);
    table(State.IDTR_BASE, MemoryMap.IDT, State.IDTR_LIMIT, 256 * (wide ? 16 : 8) - 1);
    cpu.set(State.CPL, user ? 3 : 0);
  }

  private void table(State base, long address, State limit, int bytes) {
    cpu.set(base, address);
    cpu.set(limit, bytes);
  }

  private void realMode() {
    for (int v = 0; v < 256; v++) {
      memory.write(v * 4L, 32, stub(v));
    }
    cpu.set(State.CR0, Cr0.ET);
    cpu.set(State.CR4, 0);
    cpu.set(Msr.IA32_EFER, 0);
    int data = SegmentRights.P | SegmentRights.S | SegmentRights.WRITABLE | SegmentRights.ACCESSED;
    for (SegmentRegister s : SegmentRegister.values()) {
      if (s.compareTo(SegmentRegister.LDTR) < 0) {
        Segment segment = cpu.segment(s);
        int selector = s == SegmentRegister.SS ? REAL_STACK_SELECTOR : 0;
        int type = s == SegmentRegister.CS ? SegmentRights.CODE : 0;
        segment.set(selector, (long) selector << 4, REAL_LIMIT, data | type);
      }
    }
    table(State.GDTR_BASE, 0, State.GDTR_LIMIT, REAL_LIMIT);
    table(State.IDTR_BASE, 0, State.IDTR_LIMIT, 256 * 4 - 1);
    cpu.set(State.CPL, 0);
  }

  /**
   * An identity map. The first 2 MBytes have 4-KByte pages, so that page 0 and the page below the
   * stack can be left out; then come 2-MByte pages up to 1 GByte, then 1-GByte pages, or 2-MByte
   * pages where the model has no larger ones.
   */
  private void pageTables() {
    long flags = PRESENT | WRITABLE | (user ? USER : 0);
    long mapped = Math.max(LEAST_MAPPED, (memory.size() + GIANT - 1) & -GIANT);
    long pml4 = MemoryMap.PAGE_TABLES;
    long pdpt = pml4 + PAGE;
    long first = pdpt + PAGE;
    long next = first + PAGE;
    memory.write(pml4, 64, pdpt | flags);
    for (long g = 0; g < mapped / GIANT; g++) {
      boolean giant = g > 0 && cpu.model.has(Feature.PAGE1GB);
      long entry = giant ? g * GIANT | PAGE_SIZE : next;
      memory.write(pdpt + g * 8, 64, entry | flags);
      if (!giant) {
        long[] table = new long[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
          long address = g * GIANT + i * LARGE;
          table[i] = (address == 0 ? first : address | PAGE_SIZE) | flags;
        }
        memory.write(next, table);
        next += PAGE;
      }
    }
    long[] table = new long[ENTRIES];
    for (int i = 0; i < ENTRIES; i++) {
      long address = i * PAGE;
      boolean hole = address == 0 || address == MemoryMap.PAGE_TABLES_END;
      table[i] = hole ? 0 : address | flags;
    }
    memory.write(first, table);
  }
}
