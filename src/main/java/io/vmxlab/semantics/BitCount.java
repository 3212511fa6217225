package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Bit scans and counts, CRC32. SDM Vol. 1 "Bit and Byte Instructions". */
public final class BitCount {
  // spotless:off
  static final Page BSF = page("BSF", Sdm.BSF)
      .form("0F BC /r",         "BSF r16, r/m16")
      .form("0F BC /r",         "BSF r32, r/m32")
      .form("REX.W + 0F BC /r", "BSF r64, r/m64")
      .flags("ZF: source is 0; undefined: CF OF SF AF PF")
      .does(BitCount.class, "bsf");

  static final Page BSR = page("BSR", Sdm.BSR)
      .form("0F BD /r",         "BSR r16, r/m16")
      .form("0F BD /r",         "BSR r32, r/m32")
      .form("REX.W + 0F BD /r", "BSR r64, r/m64")
      .flags("ZF: source is 0; undefined: CF OF SF AF PF")
      .does(BitCount.class, "bsr");

  static final Page POPCNT = page("POPCNT", Sdm.POPCNT)
      .needs(Feature.POPCNT)
      .form("F3 0F B8 /r",       "POPCNT r16, r/m16")
      .form("F3 0F B8 /r",       "POPCNT r32, r/m32")
      .form("F3 REX.W 0F B8 /r", "POPCNT r64, r/m64")
      .flags("ZF: source is 0; OF SF AF CF PF: 0")
      .does(BitCount.class, "popcnt");

  static final Page LZCNT = page("LZCNT", Sdm.LZCNT)
      .needs(Feature.LZCNT)
      .form("F3 0F BD /r",       "LZCNT r16, r/m16")
      .form("F3 0F BD /r",       "LZCNT r32, r/m32")
      .form("F3 REX.W 0F BD /r", "LZCNT r64, r/m64")
      .flags("CF: source is 0; ZF: result is 0; undefined: OF SF AF PF")
      .does(BitCount.class, "lzcnt");

  static final Page TZCNT = page("TZCNT", Sdm.TZCNT)
      .needs(Feature.BMI1)
      .form("F3 0F BC /r",       "TZCNT r16, r/m16")
      .form("F3 0F BC /r",       "TZCNT r32, r/m32")
      .form("F3 REX.W 0F BC /r", "TZCNT r64, r/m64")
      .flags("CF: source is 0; ZF: result is 0; undefined: OF SF AF PF")
      .does(BitCount.class, "tzcnt");

  static final Page CRC32 = page("CRC32", Sdm.CRC32)
      .needs(Feature.SSE4_2)
      .form("F2 0F 38 F0 /r",       "CRC32 r32, r/m8")
      .form("F2 REX.W 0F 38 F0 /r", "CRC32 r64, r/m8")
      .does(BitCount.class, "crc32Byte")
      .form("F2 0F 38 F1 /r", "CRC32 r32, r/m16", O16)
      .does(BitCount.class, "crc32Word")
      .form("F2 0F 38 F1 /r", "CRC32 r32, r/m32", O32)
      .does(BitCount.class, "crc32Doubleword")
      .form("F2 REX.W 0F 38 F1 /r", "CRC32 r64, r/m64")
      .does(BitCount.class, "crc32Quadword");
  // spotless:on

  /** 11EDC6F41H, bits reversed. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int[] CRC_OF_BYTE = crcTable();

  private BitCount() {}

  /** DEST := index of the lowest 1 bit of SRC. Processors leave DEST alone if there is none. */
  public static void bsf(Cpu cpu, Instruction insn) {
    long src = Operands.readRm(cpu, insn, insn.operandSize);
    scanned(cpu, insn, src, Long.numberOfTrailingZeros(src));
  }

  /** DEST := index of the highest 1 bit of SRC. Processors leave DEST alone if there is none. */
  public static void bsr(Cpu cpu, Instruction insn) {
    long src = Operands.readRm(cpu, insn, insn.operandSize);
    scanned(cpu, insn, src, 63 - Long.numberOfLeadingZeros(src));
  }

  private static void scanned(Cpu cpu, Instruction insn, long src, long index) {
    if (src != 0) {
      Operands.writeRegister(cpu, insn, insn.reg, insn.operandSize, index);
    }
    cpu.flagsLogic(Width.signExtend(insn.operandSize, src));
  }

  /** DEST := number of 1 bits of SRC. */
  public static long popcnt(LazyFlags flags, int width, long src) {
    flags.setStatus(src == 0 ? Rflags.ZF : 0);
    return Long.bitCount(src);
  }

  /** DEST := number of 0 bits above the highest 1 bit of SRC. */
  public static long lzcnt(LazyFlags flags, int width, long src) {
    return counted(flags, src, Long.numberOfLeadingZeros(src) - (64 - width));
  }

  /** DEST := number of 0 bits below the lowest 1 bit of SRC. */
  public static long tzcnt(LazyFlags flags, int width, long src) {
    return counted(flags, src, Math.min(width, Long.numberOfTrailingZeros(src)));
  }

  private static long counted(LazyFlags flags, long src, long count) {
    flags.flagsLogic(count);
    flags.setCf(src == 0);
    return count;
  }

  /** DEST := CRC32C of DEST continued by 1 byte. */
  public static long crc32Byte(LazyFlags flags, int width, long dest, long src) {
    return crc32((int) dest, src, 8);
  }

  /** DEST := CRC32C of DEST continued by 2 bytes. */
  public static long crc32Word(LazyFlags flags, int width, long dest, long src) {
    return crc32((int) dest, src, 16);
  }

  /** DEST := CRC32C of DEST continued by 4 bytes. */
  public static long crc32Doubleword(LazyFlags flags, int width, long dest, long src) {
    return crc32((int) dest, src, 32);
  }

  /** DEST := CRC32C of DEST continued by 8 bytes. */
  public static long crc32Quadword(LazyFlags flags, int width, long dest, long src) {
    return crc32((int) dest, src, 64);
  }

  private static long crc32(int start, long src, int bits) {
    int crc = start;
    for (int i = 0; i < bits; i += 8) {
      crc = CRC_OF_BYTE[(crc ^ (int) (src >>> i)) & 0xFF] ^ crc >>> 8;
    }
    return crc & 0xFFFF_FFFFL;
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
      }
      table[i] = crc;
    }
    return table;
  }
}
