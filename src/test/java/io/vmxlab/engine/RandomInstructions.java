package io.vmxlab.engine;

import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Bytes of random rows of the instruction table, for code that does more than random bytes do
 * before it faults: mostly registers, else operands in memory that is there.
 */
public final class RandomInstructions {
  private static final List<Form> FORMS =
      Rows.table().forms().stream()
          .filter(f -> f.modelled() && !f.spelling() && f.pattern().opcodeMask() != 0)
          .filter(f -> f.pattern().space() != Encoding.Space.EVEX)
          .toList();

  private static final int REX_W = 0x48;
  private static final int OPERAND_SIZE = 0x66;
  private static final int DIRECT = 5;
  private static final int ALL = 0xFF;

  private final Random random;
  private final IntSupplier address;
  private byte[] code;
  private int at;

  /**
   * The same random numbers give the same instructions.
   *
   * @param address where operands in memory lie
   */
  public RandomInstructions(Random random, IntSupplier address) {
    this.random = random;
    this.address = address;
  }

  /** Fills an array with instructions of one mode, one after another. */
  public void fill(byte[] with, int bits) {
    code = with;
    at = 0;
    while (at < code.length) {
      one(FORMS.get(random.nextInt(FORMS.size())), bits);
    }
  }

  private void one(Form form, int bits) {
    if (form.has(bits == 64 ? FormAttribute.NO64 : FormAttribute.ONLY64)) {
      return;
    }
    Encoding e = form.pattern();
    if (random.nextInt(16) == 0) {
      put(OPERAND_SIZE);
    }
    if (e.space() == Encoding.Space.VEX) {
      vex(e);
    } else {
      if (e.prefix() > 0) {
        put(e.prefix());
      }
      if (bits == 64 && (e.rexW() == 1 || random.nextInt(8) == 0)) {
        put(REX_W);
      }
      if (e.map() > 0) {
        put(0x0F);
      }
      if (e.map() > 1) {
        put(e.map() == 2 ? 0x38 : 0x3A);
      }
    }
    put(e.opcode() | ~e.opcodeMask() & random.nextInt(8));
    if (e.modrm()) {
      operand(e, bits);
    }
    immediate(e.immediate() < 0 ? bits / 8 : e.immediate());
    immediate(e.secondImmediate());
  }

  private void vex(Encoding e) {
    int pp = e.prefix() == 0x66 ? 1 : e.prefix() == 0xF3 ? 2 : e.prefix() == 0xF2 ? 3 : 0;
    put(0xC4);
    put(0xE0 | e.map());
    put((e.rexW() == 1 ? 0x80 : 0) | (8 | random.nextInt(8)) << 3 | pp);
  }

  private void operand(Encoding e, int bits) {
    if (e.rm() >= 0) {
      put(e.rm());
      return;
    }
    int reg = (e.digit() >= 0 ? e.digit() : random.nextInt(8)) << 3;
    boolean memory = e.mod() == 0 || e.mod() < 0 && random.nextInt(3) == 0;
    if (!memory) {
      put(0xC0 | reg | random.nextInt(8));
    } else if (bits == 16) {
      put(reg | 6);
      number(address.getAsInt(), 2);
    } else if (bits == 32) {
      put(reg | DIRECT);
      number(address.getAsInt(), 4);
    } else {
      put(reg | 4);
      put(0x25); // a SIB byte without base and index: the address itself
      number(address.getAsInt(), 4);
    }
  }

  /** Small ones, so that branches stay near. */
  private void immediate(int bytes) {
    number(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(256) - 64, bytes);
  }

  private void number(int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      put(value >> Math.min(8 * i, 31));
    }
  }

  private void put(int value) {
    if (at < code.length) {
      code[at++] = (byte) (value & ALL);
    }
  }
}
