package io.vmxlab.host;

import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Operand;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.Set;

/**
 * Makes instructions of a row with random operands, and states in which they mostly do something:
 * memory operands lie in the window, some across its end; branches go to the code page.
 */
final class CaseGenerator {
  private static final long[] INTERESTING = {
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL,
    Long.MAX_VALUE, Long.MIN_VALUE, -1, -2
  };
  private static final long STATUS = 0x8D5;
  private static final long DF = 0x400;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final Set<String> BRANCHES = Set.of("JMP", "CALL", "RET");

  private final Random random;
  private long[] registers;
  private byte[] window;

  /** Registers that already have a meaning for the instruction's address. */
  private int taken;

  CaseGenerator(long seed) {
    random = new Random(seed);
  }

  HostCase next(Form form) {
    registers = new long[16];
    for (int i = 0; i < 16; i++) {
      registers[i] = value();
    }
    window = new byte[HostCase.WINDOW];
    random.nextBytes(window);
    taken = 0;
    implied(form);
    byte[] code = encode(form);
    long rflags = 0x202 | (random.nextInt() & STATUS) | (random.nextInt(4) == 0 ? DF : 0);
    return new HostCase(code, registers, rflags, window);
  }

  private long value() {
    switch (random.nextInt(4)) {
      case 0:
        return INTERESTING[random.nextInt(INTERESTING.length)];
      case 1:
        return 1L << random.nextInt(64);
      case 2:
        return random.nextInt(256) - 128;
      default:
        return random.nextLong();
    }
  }

  /** An address in the window that leaves room for an operand, now and then across its end. */
  private long address() {
    int room = random.nextInt(16) == 0 ? 0 : 64;
    return HostCase.WINDOW_AT + random.nextInt(HostCase.WINDOW - room);
  }

  private long target() {
    return HostCase.CODE + random.nextInt(HostCase.PAGE);
  }

  /** Gives registers that the instruction uses without saying so a sensible value. */
  private void implied(Form form) {
    for (Operand operand : form.operands()) {
      if (operand.kind() == Operand.Kind.STRING) {
        strings();
      }
    }
    if (form.has(FormAttribute.REP) || form.has(FormAttribute.REPCC)) {
      strings();
    }
    if (form.mnemonic().startsWith("XLAT")) {
      set(3, HostCase.WINDOW_AT);
    }
    String page = form.page();
    boolean stack = Set.of("PUSH", "POP", "CALL", "RET", "ENTER", "LEAVE", "PUSHF").contains(page);
    if (stack) {
      set(RSP, address() & (random.nextInt(4) == 0 ? -1 : -8));
      set(RBP, address());
      if (page.equals("RET")) {
        put(registers[RSP], target());
      }
    }
  }

  private void strings() {
    set(6, address());
    set(7, address());
    set(1, random.nextInt(20));
    if (random.nextInt(2) == 0) {
      // equal runs, so that repeated comparisons go on for a while
      byte same = window[0];
      for (int i = 0; i < window.length; i++) {
        window[i] = random.nextInt(12) == 0 ? window[i] : same;
      }
      registers[0] = same * 0x0101_0101_0101_0101L;
    }
  }

  private void set(int register, long to) {
    registers[register] = to;
    taken |= 1 << register;
  }

  private void put(long address, long eightBytes) {
    int at = (int) (address - HostCase.WINDOW_AT);
    for (int i = 0; i < 8 && at + i < window.length; i++) {
      window[at + i] = (byte) (eightBytes >>> (8 * i));
    }
  }

  private byte[] encode(Form form) {
    Encoding e = form.pattern();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int reg = e.digit() >= 0 ? e.digit() : random.nextInt(16);
    int low = random.nextInt(16);
    boolean direct = e.mod() == 3 || (e.mod() < 0 && random.nextInt(2) == 0);
    if (BRANCHES.contains(form.page())) {
      set(low, target());
    }
    int address67 = !e.modrm() || random.nextInt(16) != 0 ? 0 : 0x67;
    int vvvv = usesVvvv(form) ? random.nextInt(16) : 0;
    int base = free();
    int index = random.nextInt(3) == 0 ? free() : -1;
    int rexW = e.rexW() == 1 ? 8 : 0;
    int rex = rexW | (reg & 8) >> 1 | (direct ? (low & 8) >> 3 : (base & 8) >> 3);
    rex |= !direct && index >= 0 ? (index & 8) >> 2 : 0;
    if (e.digit() >= 0) {
      rex &= ~4;
    }
    if (e.opcodeMask() != 0xFF) {
      rex = rexW | (low & 8) >> 3;
    }
    if (address67 != 0) {
      out.write(address67);
    }
    if (e.space() == Encoding.Space.VEX) {
      vex(out, e, rex, vvvv);
    } else {
      legacy(out, form, rex);
    }
    out.write(e.opcodeMask() == 0xFF ? e.opcode() : e.opcode() | (low & 7));
    if (e.rm() >= 0) {
      out.write(e.rm());
    } else if (e.modrm()) {
      modrm(out, form, direct, reg & 7, direct ? low & 7 : base, index, address67 != 0);
    }
    immediates(out, form);
    return out.toByteArray();
  }

  /** A register that can hold an address; RSP and RBP need longer encodings and are left out. */
  private int free() {
    int n;
    do {
      n = random.nextInt(16);
    } while ((n & 6) == 4 || (taken >> n & 1) != 0);
    return n;
  }

  private void legacy(ByteArrayOutputStream out, Form form, int rex) {
    Encoding e = form.pattern();
    if (size(form) == 16) {
      out.write(0x66);
    }
    if (e.prefix() > 0 && !(e.prefix() == 0x66 && size(form) == 16)) {
      out.write(e.prefix());
    } else if (form.has(FormAttribute.REP) && random.nextInt(2) == 0) {
      out.write(0xF3);
    } else if (form.has(FormAttribute.REPCC) && random.nextInt(3) != 0) {
      out.write(random.nextBoolean() ? 0xF3 : 0xF2);
    }
    if (rex != 0 || random.nextInt(3) == 0) {
      out.write(0x40 | rex);
    }
    if (e.map() > 0) {
      out.write(0x0F);
      if (e.map() == 2) {
        out.write(0x38);
      } else if (e.map() == 3) {
        out.write(0x3A);
      }
    }
  }

  private static int size(Form form) {
    if (form.has(FormAttribute.O16)) {
      return 16;
    }
    for (Operand operand : form.operands()) {
      String text = operand.text();
      boolean general =
          operand.kind() != Operand.Kind.IMMEDIATE && operand.kind() != Operand.Kind.STRING;
      if (general && operand.width() > 8 && !text.equals("DX")) {
        return operand.width();
      }
    }
    return 32;
  }

  private void vex(ByteArrayOutputStream out, Encoding e, int rex, int vvvv) {
    int prefix = e.prefix();
    int pp = prefix == 0x66 ? 1 : prefix == 0xF3 ? 2 : prefix == 0xF2 ? 3 : 0;
    out.write(0xC4);
    out.write(e.map() | (rex & 4) << 5 ^ 0x80 | (rex & 2) << 5 ^ 0x40 | (rex & 1) << 5 ^ 0x20);
    out.write((rex & 8) << 4 | (15 - vvvv) << 3 | pp);
  }

  private static boolean usesVvvv(Form form) {
    return form.operands().stream().anyMatch(o -> o.place() == Operand.Place.VEX_VVVV);
  }

  private void modrm(
      ByteArrayOutputStream out,
      Form form,
      boolean direct,
      int reg,
      int base,
      int index,
      boolean cut) {
    if (direct) {
      out.write(0xC0 | reg << 3 | base);
      return;
    }
    long to = address();
    if (BRANCHES.contains(form.page())) {
      put(to, target());
    }
    boolean small = random.nextBoolean();
    int displacement = small ? (byte) random.nextInt() : random.nextInt() >> 4;
    long rest = to - displacement;
    int mod = small ? 1 : 2;
    if (index < 0 || index == base) {
      out.write(mod << 6 | reg << 3 | (base & 7));
    } else {
      int scale = random.nextInt(4);
      registers[index] = random.nextInt(1 << 16) - (1 << 15);
      rest -= registers[index] << scale;
      out.write(mod << 6 | reg << 3 | 4);
      out.write(scale << 6 | (index & 7) << 3 | (base & 7));
    }
    registers[base] = cut ? rest & 0xFFFF_FFFFL | random.nextLong() << 32 : rest;
    taken |= 1 << base;
    write(out, displacement, small ? 1 : 4);
  }

  private void immediates(ByteArrayOutputStream out, Form form) {
    Encoding e = form.pattern();
    long v = value();
    for (Operand operand : form.operands()) {
      if (operand.kind() == Operand.Kind.RELATIVE) {
        v = random.nextInt(1024) - 512;
      } else if (operand.kind() == Operand.Kind.MOFFS) {
        v = address();
      }
    }
    if (form.page().equals("ENTER")) {
      v &= 0x3F;
    } else if (form.page().equals("RET")) {
      v &= 0xFFFF;
    }
    write(out, v, e.immediate() < 0 ? 8 : e.immediate());
    write(out, random.nextInt(256), e.secondImmediate());
  }

  private static void write(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
