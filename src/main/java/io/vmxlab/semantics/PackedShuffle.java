package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.E16;
import static io.vmxlab.isa.FormAttribute.E32;
import static io.vmxlab.isa.FormAttribute.E64;
import static io.vmxlab.isa.FormAttribute.E8;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Shuffles, blends, insertion and extraction. SDM Vol. 2 by instruction. */
public final class PackedShuffle {
  // spotless:off
  static final Page PSHUFB = page("PSHUFB", Sdm.PSHUFB)
      .needs(Feature.SSSE3)
      .form("NP 0F 38 00 /r", "PSHUFB mm1, mm2/m64", E8)
      .form("66 0F 38 00 /r", "PSHUFB xmm1, xmm2/m128", E8)
      .does(PackedShuffle.class, "shuffleBytes");

  static final Page PSHUFD = page("PSHUFD", Sdm.PSHUFD)
      .needs(Feature.SSE2)
      .form("66 0F 70 /r ib", "PSHUFD xmm1, xmm2/m128, imm8", E32)
      .does(PackedShuffle.class, "shuffle");

  static final Page PSHUFW = page("PSHUFW", Sdm.PSHUFW)
      .needs(Feature.SSE)
      .form("NP 0F 70 /r ib", "PSHUFW mm1, mm2/m64, imm8", E16)
      .does(PackedShuffle.class, "shuffle");

  static final Page PSHUFLW = page("PSHUFLW", Sdm.PSHUFLW)
      .needs(Feature.SSE2)
      .form("F2 0F 70 /r ib", "PSHUFLW xmm1, xmm2/m128, imm8", E16)
      .does(PackedShuffle.class, "shuffleLow");

  static final Page PSHUFHW = page("PSHUFHW", Sdm.PSHUFHW)
      .needs(Feature.SSE2)
      .form("F3 0F 70 /r ib", "PSHUFHW xmm1, xmm2/m128, imm8", E16)
      .does(PackedShuffle.class, "shuffleHigh");

  static final Page SHUFPS = page("SHUFPS", Sdm.SHUFPS)
      .needs(Feature.SSE)
      .form("NP 0F C6 /r ib", "SHUFPS xmm1, xmm2/m128, imm8", E32)
      .does(PackedShuffle.class, "shuffleFour");

  static final Page SHUFPD = page("SHUFPD", Sdm.SHUFPD)
      .needs(Feature.SSE2)
      .form("66 0F C6 /r ib", "SHUFPD xmm1, xmm2/m128, imm8", E64)
      .does(PackedShuffle.class, "shuffleTwo");

  static final Page PALIGNR = page("PALIGNR", Sdm.PALIGNR)
      .needs(Feature.SSSE3)
      .form("NP 0F 3A 0F /r ib", "PALIGNR mm1, mm2/m64, imm8", E8)
      .form("66 0F 3A 0F /r ib", "PALIGNR xmm1, xmm2/m128, imm8", E8)
      .does(PackedShuffle.class, "alignRight");

  static final Page PBLENDW = page("PBLENDW", Sdm.PBLENDW)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 0E /r ib", "PBLENDW xmm1, xmm2/m128, imm8", E16)
      .does(PackedShuffle.class, "blend");

  static final Page BLENDPS = page("BLENDPS", Sdm.BLENDPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 0C /r ib", "BLENDPS xmm1, xmm2/m128, imm8", E32)
      .does(PackedShuffle.class, "blend");

  static final Page BLENDPD = page("BLENDPD", Sdm.BLENDPD)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 0D /r ib", "BLENDPD xmm1, xmm2/m128, imm8", E64)
      .does(PackedShuffle.class, "blend");

  static final Page PBLENDVB = page("PBLENDVB", Sdm.PBLENDVB)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 10 /r", "PBLENDVB xmm1, xmm2/m128, <XMM0>", E8)
      .does(PackedShuffle.class, "blendBySigns");

  static final Page BLENDVPS = page("BLENDVPS", Sdm.BLENDVPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 14 /r", "BLENDVPS xmm1, xmm2/m128, <XMM0>", E32)
      .does(PackedShuffle.class, "blendBySigns");

  static final Page BLENDVPD = page("BLENDVPD", Sdm.BLENDVPD)
      .needs(Feature.SSE4_1)
      .form("66 0F 38 15 /r", "BLENDVPD xmm1, xmm2/m128, <XMM0>", E64)
      .does(PackedShuffle.class, "blendBySigns");

  static final Page PINSRB = page("PINSRB/PINSRD/PINSRQ", Sdm.PINSRB)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 20 /r ib",         "PINSRB xmm1, r32/m8, imm8", E8)
      .form("66 0F 3A 22 /r ib",         "PINSRD xmm1, r/m32, imm8", E32)
      .form("66 REX.W + 0F 3A 22 /r ib", "PINSRQ xmm1, r/m64, imm8", E64)
      .does(PackedShuffle.class, "insert");

  static final Page PINSRW = page("PINSRW", Sdm.PINSRW)
      .needs(Feature.SSE)
      .form("NP 0F C4 /r ib", "PINSRW mm, r32/m16, imm8", E16)
      .needs(Feature.SSE2)
      .form("66 0F C4 /r ib", "PINSRW xmm, r32/m16, imm8", E16)
      .does(PackedShuffle.class, "insert");

  static final Page PEXTRB = page("PEXTRB/PEXTRD/PEXTRQ", Sdm.PEXTRB)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 14 /r ib",         "PEXTRB r32/m8, xmm2, imm8", E8)
      .form("66 0F 3A 16 /r ib",         "PEXTRD r/m32, xmm2, imm8", E32)
      .form("66 REX.W + 0F 3A 16 /r ib", "PEXTRQ r/m64, xmm2, imm8", E64)
      .does(PackedShuffle.class, "extract");

  static final Page PEXTRW = page("PEXTRW", Sdm.PEXTRW)
      .needs(Feature.SSE)
      .form("NP 0F C5 /r ib",    "PEXTRW reg, mm, imm8", E16)
      .needs(Feature.SSE2)
      .form("66 0F C5 /r ib",    "PEXTRW reg, xmm, imm8", E16)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 15 /r ib", "PEXTRW r32/m16, xmm2, imm8", E16)
      .does(PackedShuffle.class, "extract");

  static final Page EXTRACTPS = page("EXTRACTPS", Sdm.EXTRACTPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 17 /r ib", "EXTRACTPS r/m32, xmm2, imm8", E32)
      .does(PackedShuffle.class, "extract");

  static final Page INSERTPS = page("INSERTPS", Sdm.INSERTPS)
      .needs(Feature.SSE4_1)
      .form("66 0F 3A 21 /r ib", "INSERTPS xmm1, xmm2/m32, imm8")
      .does(PackedShuffle.class, "insertOne");
  // spotless:on

  private PackedShuffle() {}

  /** Elements of DEST that the low bits of SRC's bytes name; 0 where their top bit is set. */
  public static void shuffleBytes(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int last = width / element - 1;
    for (int i = 0; i <= last; i++) {
      long control = Lanes.get(element, source, i);
      long value = (control & 0x80) != 0 ? 0 : Lanes.get(element, dest, (int) control & last);
      Lanes.set(element, source, i, value);
    }
    System.arraycopy(source, 0, dest, 0, width / 64);
  }

  /** Four elements of SRC that pairs of bits of the immediate name. */
  public static void shuffle(
      Cpu cpu, int width, int element, long[] dest, long[] source, long order) {
    select(element, dest, source, source, (int) order, 0);
  }

  /** Element i of four, from number {@code from} on: two of {@code low}, two of {@code high}. */
  private static void select(
      int element, long[] dest, long[] low, long[] high, int order, int from) {
    long v0 = Lanes.get(element, low, from + (order & 3));
    long v1 = Lanes.get(element, low, from + (order >> 2 & 3));
    Lanes.set(element, dest, from + 2, Lanes.get(element, high, from + (order >> 4 & 3)));
    Lanes.set(element, dest, from + 3, Lanes.get(element, high, from + (order >> 6 & 3)));
    Lanes.set(element, dest, from, v0);
    Lanes.set(element, dest, from + 1, v1);
  }

  /** The low quadword's words shuffled, the high quadword copied. */
  public static void shuffleLow(
      Cpu cpu, int width, int element, long[] dest, long[] source, long order) {
    dest[1] = source[1];
    select(element, dest, source, source, (int) order, 0);
  }

  /** The high quadword's words shuffled, the low quadword copied. */
  public static void shuffleHigh(
      Cpu cpu, int width, int element, long[] dest, long[] source, long order) {
    dest[0] = source[0];
    select(element, dest, source, source, (int) order, 4);
  }

  /** Two of four elements of DEST, then two of SRC. */
  public static void shuffleFour(
      Cpu cpu, int width, int element, long[] dest, long[] source, long order) {
    select(element, dest, dest, source, (int) order, 0);
  }

  /** One of two elements of DEST, then one of SRC. */
  public static void shuffleTwo(
      Cpu cpu, int width, int element, long[] dest, long[] source, long order) {
    dest[0] = dest[(int) order & 1];
    dest[1] = source[(int) order >> 1 & 1];
  }

  /** Bytes from the immediate on of DEST:SRC. */
  public static void alignRight(
      Cpu cpu, int width, int element, long[] dest, long[] source, long count) {
    int bytes = width / element;
    int from = (int) count & 0xFF;
    for (int i = 0; i < bytes; i++) {
      int at = i + from;
      long value = 0;
      if (at < 2 * bytes) {
        value = Lanes.get(element, at < bytes ? source : dest, at % bytes);
      }
      Lanes.set(element, source, i, value); // what is read of it lies above
    }
    System.arraycopy(source, 0, dest, 0, width / 64);
  }

  /** Elements of SRC where the immediate's bit is set. */
  public static void blend(Cpu cpu, int width, int element, long[] dest, long[] source, long mask) {
    for (int i = 0; i < width / element; i++) {
      if ((mask >>> i & 1) != 0) {
        Lanes.set(element, dest, i, Lanes.get(element, source, i));
      }
    }
  }

  /** Elements of SRC where the element of XMM0 has its sign bit set. */
  public static void blendBySigns(Cpu cpu, int width, int element, long[] dest, long[] source) {
    long[] mask = cpu.simd.xmm0();
    for (int i = 0; i < width / element; i++) {
      if (Lanes.negative(element, mask, i)) {
        Lanes.set(element, dest, i, Lanes.get(element, source, i));
      }
    }
  }

  /** One element := SRC */
  public static void insert(
      Cpu cpu, int width, int element, long[] dest, long value, long position) {
    Lanes.set(element, dest, (int) position & width / element - 1, value);
  }

  /** DEST := one element, zero-extended */
  public static long extract(Cpu cpu, int width, int element, long[] source, long position) {
    return Lanes.get(element, source, (int) position & width / element - 1);
  }

  /**
   * One doubleword := one of SRC, which is the lowest if SRC is memory; then those of the
   * immediate's low bits := 0.
   */
  public static void insertOne(Cpu cpu, Instruction insn) {
    cpu.simd.requireSse();
    int control = (int) insn.immediate;
    long value;
    if (insn.memory()) {
      value = Operands.readMemory(cpu, insn, 32);
    } else {
      cpu.simd.load(insn.rm, cpu.simd.source);
      value = Lanes.get(32, cpu.simd.source, control >> 6 & 3);
    }
    long[] dest = cpu.simd.dest;
    cpu.simd.load(insn.reg, dest);
    Lanes.set(32, dest, control >> 4 & 3, value);
    for (int i = 0; i < 4; i++) {
      if ((control >> i & 1) != 0) {
        Lanes.set(32, dest, i, 0);
      }
    }
    cpu.simd.store(insn.reg, dest);
  }
}
