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
import java.util.stream.Stream;

/** Random code in random states: every mode, with page tables, gates and segments that work. */
final class RandomGuest {
  static final int RAM = 4 << 20;
  private static final int PML4 = 0x1000;
  private static final int PDPT = 0x2000;
  private static final int DIRECTORY = 0x3000;
  private static final int IDT = 0x4000;
  private static final int GDT = 0x5000;
  private static final int TABLE = 0x7000;
  private static final int CODE = 0x10000;
  private static final int CODE_BYTES = 0x8000;
  private static final int ANY = -1;
  private static final int OF_TABLE = -2;
  private static final long OPEN = PageEntry.P | PageEntry.RW | PageEntry.US;

  /** First bytes of instructions; what follows is random. */
  private static final int[][] STARTS =
      patterns(
          "0F 20",
          "0F 22",
          "0F 30",
          "0F 32",
          "0F 01",
          "0F 00",
          "F3 0F C7",
          "F3 A4",
          "48 CF",
          "CD",
          "EA",
          "8E",
          "66 0F C7",
          "0F 78",
          "F3 AA",
          "F3 48 AB",
          "F3 A6",
          "0F AE",
          "9D",
          "CF",
          "E6",
          "EE",
          "C4");

  /** Changes of translations, of code behind and before, long repetitions, what lasts one step. */
  private static final int[][] WHOLE =
      patterns(
          "48 C7 04 25 TT TT 00 00 ?? ?? 01 00",
          "66 C7 04 25 TT TT 00 00 ?? ??",
          "80 34 25 TT TT 00 00 22",
          "48 FF 04 25 TT TT 00 00",
          "0F 20 D8 0F 22 D8",
          "0F 01 3D ?? ?? 00 00",
          "88 05 ?? 00 00 00",
          "C6 05 ?? 00 00 00 90",
          "C7 05 ?? FF FF FF 90 90 90 90",
          "B9 ?? ?? 00 00 BF ?? ?? 01 00 F3 AA",
          "B9 ?? ?? 00 00 BF ?? ?? 01 00 BE ?? ?? 01 00 FC F3 A4",
          "B9 ?? 00 00 00 48 8D 3D ?? FF FF FF F3 48 AB",
          "B9 ?? 00 00 00 E2 FE",
          "68 02 01 00 00 9D",
          "68 46 02 01 00 9D",
          "FB 0F 31",
          "8C D0 8E D0 0F 31",
          "E9 ?? ?? 00 00",
          "E9 ?? F0 FF FF",
          "31 C9 0F 32 0F A2");

  private RandomGuest() {}

  /** What a guest executes, made once for all that compare it. */
  static byte[] code(Random random) {
    byte[] code = new byte[CODE_BYTES];
    random.nextBytes(code);
    sprinkle(code, random);
    return code;
  }

  /** Fills memory and registers anew; the same random numbers give the same guest. */
  static void prepare(Cpu cpu, byte[] code, Random random) {
    byte[] ram = cpu.memory.chunk(0);
    cpu.memory.write(PML4, 64, PDPT | OPEN);
    cpu.memory.write(PDPT, 64, DIRECTORY | OPEN);
    cpu.memory.write(DIRECTORY, 64, OPEN | PageEntry.PS);
    cpu.memory.write(DIRECTORY + 8, 64, random.nextLong());
    if (random.nextBoolean()) {
      smallPages(cpu, random);
    }
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
    for (int page = 0; page < RAM; page += 0x1000) {
      cpu.codeWatch.beforeWrite(page, 0x1000);
    }
  }

  /** An identity map of 4-KByte pages, of which some lead elsewhere. */
  private static void smallPages(Cpu cpu, Random random) {
    for (int i = 0; i < 512; i++) {
      int frame = i >= CODE >> 12 && random.nextInt(16) == 0 ? random.nextInt(RAM >> 12) : i;
      long entry = (long) frame << 12 | (random.nextInt(64) == 0 ? 0 : OPEN);
      cpu.memory.write(TABLE + i * 8, 64, entry);
    }
    cpu.memory.write(DIRECTORY, 64, TABLE | OPEN);
  }

  private static long gate(long offset) {
    return (offset & 0xFFFF) | 8L << 16 | 0x8E00L << 32 | (offset & 0xFFFF_0000L) << 32;
  }

  /** Makes instructions of the interesting kinds less rare than chance would. */
  private static void sprinkle(byte[] code, Random random) {
    for (int i = 0; i < code.length / 64; i++) {
      int[] start = STARTS[random.nextInt(STARTS.length)];
      put(code, random.nextInt(code.length - 16), start, random);
    }
    for (int i = 0; i < code.length / 128; i++) {
      int[] whole = WHOLE[random.nextInt(WHOLE.length)];
      put(code, random.nextInt(code.length - 64), whole, random);
    }
  }

  /** Bytes in hexadecimal; ?? is any byte, TT TT one of an entry of a paging structure. */
  private static int[][] patterns(String... texts) {
    return Stream.of(texts)
        .map(text -> Stream.of(text.split(" ")).mapToInt(RandomGuest::patternByte).toArray())
        .toArray(int[][]::new);
  }

  private static int patternByte(String text) {
    return text.equals("TT") ? OF_TABLE : text.equals("??") ? ANY : Integer.parseInt(text, 16);
  }

  private static void put(byte[] code, int at, int[] pattern, Random random) {
    int entry = (PML4 + random.nextInt(4) * 0x1000 & 0x3000) + (random.nextInt(48) << 3);
    int table = random.nextInt(3) > 0 ? TABLE + (random.nextInt(48) << 3) : Math.max(PML4, entry);
    int seen = 0;
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i] == OF_TABLE) {
        code[at + i] = (byte) (table >> 8 * seen++);
      } else {
        code[at + i] = (byte) (pattern[i] == ANY ? random.nextInt() : pattern[i]);
      }
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
