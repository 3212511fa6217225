package io.vmxlab.engine;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;
import java.util.Random;

/** Random code in random states: every mode, with page tables, gates and segments that work. */
final class RandomGuest {
  static final int RAM = 4 << 20;
  private static final int PML4 = 0x1000;
  private static final int PDPT = 0x2000;
  private static final int DIRECTORY = 0x3000;
  private static final int IDT = 0x4000;
  private static final int GDT = 0x5000;
  private static final int CODE = 0x10000;
  private static final int CODE_BYTES = 0x8000;
  private static final long OPEN = PageEntry.P | PageEntry.RW | PageEntry.US;

  private RandomGuest() {}

  /** Fills memory and registers anew; the same random numbers give the same guest. */
  static void prepare(Cpu cpu, Random random) {
    byte[] ram = cpu.memory.chunk(0);
    byte[] code = new byte[CODE_BYTES];
    random.nextBytes(code);
    sprinkle(code, random);
    cpu.memory.write(PML4, 64, PDPT | OPEN);
    cpu.memory.write(PDPT, 64, DIRECTORY | OPEN);
    cpu.memory.write(DIRECTORY, 64, OPEN | PageEntry.PS);
    cpu.memory.write(DIRECTORY + 8, 64, random.nextLong());
    System.arraycopy(code, 0, ram, CODE, CODE_BYTES);
    for (int vector = 0; vector < 256; vector++) {
      long offset = CODE + random.nextInt(CODE_BYTES);
      cpu.memory.write(IDT + 16 * vector, 64, gate(offset));
      cpu.memory.write(IDT + 16 * vector + 8, 64, 0);
    }
    cpu.memory.write(GDT + 8, 64, 0x00AF_9B00_0000_FFFFL);
    cpu.memory.write(GDT + 16, 64, 0x00CF_9300_0000_FFFFL);
    for (int i = 0; i < 16; i++) {
      cpu.r[i] = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(RAM / 2);
    }
    int mode = random.nextInt(6);
    state(cpu, Math.min(mode, 3), random);
    if (mode == 4) {
      twoLevels(cpu);
    } else if (mode == 5) {
      virtual8086(cpu, random);
    }
    cpu.codeWatch.beforeWrite(CODE, CODE_BYTES);
  }

  private static long gate(long offset) {
    return (offset & 0xFFFF) | 8L << 16 | 0x8E00L << 32 | (offset & 0xFFFF_0000L) << 32;
  }

  /** Makes instructions of the interesting kinds less rare than chance would. */
  private static void sprinkle(byte[] code, Random random) {
    byte[][] starts = {
      {0x0F, 0x20},
      {0x0F, 0x22},
      {0x0F, 0x30},
      {0x0F, 0x32},
      {0x0F, 0x01},
      {0x0F, 0x00},
      {(byte) 0xF3, 0x0F, (byte) 0xC7},
      {(byte) 0xF3, (byte) 0xA4},
      {0x48, (byte) 0xCF},
      {(byte) 0xCD},
      {(byte) 0xEA},
      {(byte) 0x8E},
      {0x66, 0x0F, (byte) 0xC7},
      {0x0F, 0x78}
    };
    for (int i = 0; i < code.length / 64; i++) {
      byte[] start = starts[random.nextInt(starts.length)];
      System.arraycopy(start, 0, code, random.nextInt(code.length - start.length), start.length);
    }
  }

  /** 32-bit protected mode with 32-bit paging: an identity map of 4-MByte pages. */
  private static void twoLevels(Cpu cpu) {
    for (int i = 0; i < 1024; i++) {
      cpu.memory.write(DIRECTORY + i * 4, 32, (long) i << 22 | PageEntry.PS | OPEN);
    }
    cpu.efer = 0;
    cpu.set(State.CR4, Cr4.PSE);
    cpu.set(State.CR3, DIRECTORY);
    cpu.set(State.CR0, Cr0.ET | Cr0.NE | Cr0.PE | Cr0.WP | Cr0.PG);
    Segment cs = cpu.segment(SegmentRegister.CS);
    cs.rights = cs.rights & ~SegmentRights.L | SegmentRights.DB;
  }

  private static void virtual8086(Cpu cpu, Random random) {
    cpu.efer = 0;
    cpu.set(State.CR4, random.nextInt(4) == 0 ? Cr4.VME : 0);
    cpu.set(State.CR0, Cr0.ET | Cr0.NE | Cr0.PE);
    for (SegmentRegister which : SegmentRegister.values()) {
      if (which.compareTo(SegmentRegister.LDTR) < 0) {
        int selector = random.nextInt(0x2000);
        cpu.segment(which).set(selector, (long) selector << 4, 0xFFFF, 0xF3);
      }
    }
    cpu.rip = random.nextInt(0x10000);
    cpu.setRflags(Rflags.VM | Rflags.FIXED | random.nextInt() & (Rflags.IOPL | Rflags.IF));
    cpu.setCpl(3);
  }

  private static void state(Cpu cpu, int mode, Random random) {
    boolean paged = mode >= 2;
    int cpl = paged && random.nextInt(3) == 0 ? 3 : 0;
    cpu.set(State.CR4, paged ? Cr4.PAE | Cr4.PGE : 0);
    cpu.set(State.CR3, PML4);
    cpu.efer = paged ? Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE : 0;
    long plain = Cr0.ET | Cr0.NE;
    cpu.set(State.CR0, plain | (mode > 0 ? Cr0.PE : 0) | (paged ? Cr0.PG | Cr0.WP : 0));
    int data =
        0x93
            | cpl << SegmentRights.DPL_SHIFT
            | (mode == 0 ? 0 : SegmentRights.DB | SegmentRights.G);
    for (SegmentRegister which : SegmentRegister.values()) {
      cpu.segment(which).set(mode == 0 ? 0 : 16 | cpl, 0, mode == 0 ? 0xFFFF : -1, data);
    }
    int size =
        mode == 3
            ? SegmentRights.L | SegmentRights.G
            : mode == 0 ? 0 : SegmentRights.DB | SegmentRights.G;
    int rights = 0x9B | cpl << SegmentRights.DPL_SHIFT | size;
    cpu.segment(SegmentRegister.CS).set(8 | cpl, 0, mode == 0 ? 0xFFFF : -1, rights);
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.segment(SegmentRegister.TR).set(0x18, 0x6000, 0x67, 0x8B);
    cpu.gdtr.base = GDT;
    cpu.gdtr.limit = 0x1F;
    cpu.idtr.base = IDT;
    cpu.idtr.limit = random.nextInt(8) == 0 ? random.nextInt(4096) : 4095;
    cpu.vmxOperation = 0;
    cpu.activity = Activity.ACTIVE;
    cpu.rip = mode == 0 ? random.nextInt(0x10000) : CODE + random.nextInt(CODE_BYTES - 64);
    cpu.setCpl(cpl);
    cpu.setRflags(
        Rflags.FIXED | random.nextInt() & (Rflags.STATUS | Rflags.DF | Rflags.IF | Rflags.AC));
    cpu.mmu.forget();
  }
}
