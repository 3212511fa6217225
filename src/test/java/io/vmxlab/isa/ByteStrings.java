package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** Makes bytes that mean a row: prefixes, ModRM, SIB, displacements and immediates by chance. */
public final class ByteStrings {
  private static final int[] SEGMENTS = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};
  private static final long[] LIMITS = {0, 1, -1, 0x7F, -0x80, 0x80, 0xFF, 0x7FFF_FFFFL};

  private final SplittableRandom random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Form form;
  private Encoding e;
  private CodeMode mode;
  private int rexBits;
  private boolean address67;

  public ByteStrings(long seed) {
    random = new SplittableRandom(seed);
  }

  public static boolean possible(Form form, CodeMode mode) {
    boolean long64 = mode == CodeMode.BITS64;
    return !form.spelling()
        && !form.has(long64 ? FormAttribute.NO64 : FormAttribute.ONLY64)
        && (long64 || form.pattern().rexW() != 1 || form.pattern().space() != Encoding.Space.LEGACY)
        && !(long64 ? form.has(FormAttribute.A16) : form.has(FormAttribute.A64));
  }

  /** Bytes for a row; by chance they mean another row or are undefined. */
  public byte[] next(Form row, CodeMode codeMode) {
    form = row;
    e = row.pattern();
    mode = codeMode;
    out.reset();
    rexBits = mode == CodeMode.BITS64 && chance(50) ? random.nextInt(8) : 0;
    address67 = addressPrefix();
    if (e.space() == Encoding.Space.LEGACY) {
      legacy();
    } else {
      vex();
    }
    int low = e.opcodeMask() == 0xFF ? 0 : e.opcodeMask() == 0xF8 ? random.nextInt(8) : -1;
    out.write(low < 0 ? random.nextInt(256) : e.opcode() | low);
    if (e.modrm()) {
      modrm();
    }
    int first = e.immediate() < 0 ? addressSize() / 8 : e.immediate();
    number(first);
    number(e.secondImmediate());
    return out.toByteArray();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int addressSize() {
    int bits = mode.bits;
    return !address67 ? bits : bits == 32 ? 16 : 32;
  }

  private boolean addressPrefix() {
    if (form.vectorIndex() && mode != CodeMode.BITS64) {
      return mode == CodeMode.BITS16;
    }
    if (form.has(FormAttribute.A16)) {
      return mode == CodeMode.BITS32;
    }
    if (form.has(FormAttribute.A32)) {
      return mode != CodeMode.BITS32;
    }
    return !form.has(FormAttribute.A64) && (e.modrm() || e.immediate() < 0) && chance(12);
  }

  private void legacy() {
    boolean string = form.has(FormAttribute.REP) || form.has(FormAttribute.REPCC);
    if (chance(8)) {
      out.write(SEGMENTS[random.nextInt(6)]);
    }
    if (address67) {
      out.write(0x67);
    }
    if (form.has(FormAttribute.LOCK) && chance(30)) {
      out.write(0xF0);
    }
    if (string && chance(40)) {
      out.write(0xF2 + random.nextInt(2));
    }
    if (wants66() && e.prefix() != 0x66) {
      out.write(0x66);
    }
    if (e.prefix() > 0) {
      out.write(e.prefix());
    }
    int rex = rexBits | (e.rexW() == 1 || e.rexW() < 0 && chance(10) ? 8 : 0) | (e.rexR() ? 4 : 0);
    if (mode == CodeMode.BITS64 && (rex != 0 || chance(10))) {
      out.write(0x40 | rex);
    }
    if (e.map() > 0) {
      out.write(0x0F);
    }
    if (e.map() > 1) {
      out.write(e.map() == 2 ? 0x38 : 0x3A);
    }
  }

  private boolean wants66() {
    if (e.prefix() == Encoding.NO_PREFIX || form.has(FormAttribute.NO66)) {
      return false;
    }
    boolean plain16 = mode == CodeMode.BITS16;
    switch (e.sizes()) {
      case Encoding.SIZE16:
        return !plain16;
      case Encoding.SIZE32:
        return plain16;
      case Encoding.ANY_SIZE:
        return chance(15);
      default:
        return plain16 && chance(70);
    }
  }

  private void vex() {
    if (chance(8)) {
      out.write(SEGMENTS[random.nextInt(6)]);
    }
    if (address67) {
      out.write(0x67);
    }
    if (e.space() == Encoding.Space.EVEX) {
      evex();
      return;
    }
    boolean names = false;
    for (Operand o : form.operands()) {
      names |= o.place() == Operand.Place.VEX_VVVV;
    }
    int vvvv = names ? random.nextInt(mode == CodeMode.BITS64 ? 16 : 8) : 0;
    int p = e.prefix();
    int pp = p == 0x66 ? 1 : p == 0xF3 ? 2 : p == 0xF2 ? 3 : 0;
    int l = e.vexL() < 0 ? random.nextInt(2) : e.vexL();
    int last = (~vvvv & 15) << 3 | l << 2 | pp;
    boolean w = e.rexW() == 1 || e.rexW() < 0 && chance(20);
    if (e.map() == 1 && !w && chance(60)) {
      rexBits &= 4;
      out.write(0xC5);
      out.write((rexBits == 0 ? 0x80 : 0) | last);
    } else {
      out.write(0xC4);
      out.write((~rexBits & 7) << 5 | e.map());
      out.write((w ? 0x80 : 0) | last);
    }
  }

  private void evex() {
    out.write(0x62);
    out.write((~rexBits & 7) << 5 | 0x10 | e.map());
    out.write(random.nextInt(256) | 4);
    out.write(random.nextInt(256));
  }

  private void modrm() {
    if (e.rm() >= 0) {
      out.write(e.rm());
      return;
    }
    int reg = e.digit() >= 0 ? e.digit() : random.nextInt(8);
    boolean register = e.mod() == 3 || e.mod() < 0 && chance(45);
    boolean ignored = form.has(FormAttribute.RM_IS_REGISTER);
    if (register || ignored) {
      int mod = ignored && chance(20) ? random.nextInt(4) : 3;
      out.write(mod << 6 | reg << 3 | random.nextInt(8));
      return;
    }
    int mod = random.nextInt(3);
    int rm = form.vectorIndex() ? 4 : random.nextInt(8);
    out.write(mod << 6 | reg << 3 | rm);
    if (addressSize() == 16) {
      number(mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0);
      return;
    }
    int base = rm;
    if (rm == 4) {
      int sib = random.nextInt(256);
      base = sib & 7;
      out.write(sib);
    }
    number(mod == 1 ? 1 : mod == 2 || base == 5 ? 4 : 0);
  }

  private void number(int bytes) {
    long value = chance(30) ? LIMITS[random.nextInt(LIMITS.length)] : random.nextLong();
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
