package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.X87;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * The x87 FPU's environment and state in memory, in four formats: of real-address and virtual-8086
 * mode or of protected mode, with 16 or 32 bits. SDM Vol. 1 "Saving the x87 FPU's State with
 * FSTENV/FNSTENV and FSAVE/FNSAVE".
 */
public final class X87Image {
  // spotless:off
  static final Page FLDENV = page("FLDENV", Sdm.FLDENV)
      .form("D9 /4", "FLDENV m14/28byte")
      .does(X87Image.class, "fldenv");

  static final Page FSTENV = page("FSTENV/FNSTENV", Sdm.FSTENV)
      .form("D9 /6", "FNSTENV m14/28byte")
      .does(X87Image.class, "fnstenv");

  static final Page FRSTOR = page("FRSTOR", Sdm.FRSTOR)
      .form("DD /4", "FRSTOR m94/108byte")
      .does(X87Image.class, "frstor");

  static final Page FSAVE = page("FSAVE/FNSAVE", Sdm.FSAVE)
      .form("DD /6", "FNSAVE m94/108byte")
      .does(X87Image.class, "fnsave");
  // spotless:on

  /** Words or doublewords of the environment. */
  private static final int ENTRIES = 7;

  private static final int REGISTER_BYTES = 10;
  private static final long RESERVED = 0xFFFF_0000L;
  private static final int OPCODE = 0x7FF;

  /** Tags. SDM Vol. 1 "x87 FPU Tag Word". */
  private static final int TAG_ZERO = 1;

  private static final int TAG_SPECIAL = 2;
  private static final int TAG_EMPTY = 3;

  private X87Image() {}

  private static int unit(Instruction insn) {
    return insn.operandSize == 16 ? 16 : 32;
  }

  private static int environmentBytes(Instruction insn) {
    return ENTRIES * unit(insn) / 8;
  }

  private static int stateBytes(Instruction insn) {
    return environmentBytes(insn) + X87.REGISTERS * REGISTER_BYTES;
  }

  /** DEST := environment, and all exceptions are masked. */
  public static void fnstenv(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    x87.requireAvailable();
    int unit = unit(insn);
    write(cpu, StateImage.toWrite(cpu, insn, environmentBytes(insn), 1, unit), unit);
    x87.setControl(x87.control() | FpException.ALL);
  }

  /** Environment := SRC */
  public static void fldenv(Cpu cpu, Instruction insn) {
    cpu.x87.requireAvailable();
    cpu.x87.requireNothingPending();
    int unit = unit(insn);
    read(cpu, StateImage.toRead(cpu, insn, environmentBytes(insn), 1, unit), unit);
  }

  /** DEST := environment and registers, which then are as after FNINIT. */
  public static void fnsave(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    x87.requireAvailable();
    int unit = unit(insn);
    StateImage image = StateImage.toWrite(cpu, insn, stateBytes(insn), 1, unit);
    write(cpu, image, unit);
    for (int i = 0; i < X87.REGISTERS; i++) {
      int place = environmentBytes(insn) + i * REGISTER_BYTES;
      for (int part = 0; part < 4; part++) {
        image.write(place + 2 * part, 16, x87.significand(i) >>> (16 * part));
      }
      image.write(place + 8, 16, x87.signExponent(i));
    }
    x87.initialise();
  }

  /** Environment and registers := SRC */
  public static void frstor(Cpu cpu, Instruction insn) {
    X87 x87 = cpu.x87;
    x87.requireAvailable();
    x87.requireNothingPending();
    int unit = unit(insn);
    StateImage image = StateImage.toRead(cpu, insn, stateBytes(insn), 1, unit);
    read(cpu, image, unit);
    for (int i = 0; i < X87.REGISTERS; i++) {
      int place = environmentBytes(insn) + i * REGISTER_BYTES;
      long significand = 0;
      for (int part = 0; part < 4; part++) {
        significand |= image.read(place + 2 * part, 16) << (16 * part);
      }
      x87.set(i, (int) image.read(place + 8, 16), significand);
    }
  }

  private static void write(Cpu cpu, StateImage image, int unit) {
    X87 x87 = cpu.x87;
    boolean segmented = cpu.realOrVirtual8086();
    put(image, 0, unit, RESERVED | x87.control());
    put(image, 1, unit, RESERVED | x87.status());
    put(image, 2, unit, RESERVED | tags(x87));
    if (segmented) {
      long code = ((long) x87.instructionSelector << 4) + x87.instructionOffset;
      long data = ((long) x87.operandSelector << 4) + x87.operandOffset;
      put(image, 3, unit, RESERVED | code & 0xFFFF);
      put(image, 4, unit, code >>> 4 & 0x0FFF_F000 | x87.opcode);
      put(image, 5, unit, RESERVED | data & 0xFFFF);
      put(image, 6, unit, data >>> 4 & 0x0FFF_F000);
    } else {
      long opcode = unit == 32 ? (long) x87.opcode << 16 : 0;
      put(image, 3, unit, x87.instructionOffset);
      put(image, 4, unit, x87.instructionSelector | opcode);
      put(image, 5, unit, x87.operandOffset);
      put(image, 6, unit, RESERVED | x87.operandSelector);
    }
  }

  private static void put(StateImage image, int entry, int unit, long value) {
    image.write(entry * unit / 8, unit, value);
  }

  private static int get(StateImage image, int entry, int unit) {
    return (int) image.read(entry * unit / 8, unit);
  }

  private static void read(Cpu cpu, StateImage image, int unit) {
    X87 x87 = cpu.x87;
    x87.setControl(get(image, 0, unit));
    x87.setStatus(get(image, 1, unit));
    int tags = get(image, 2, unit);
    int used = 0;
    for (int i = 0; i < X87.REGISTERS; i++) {
      used |= (tags >> 2 * i & 3) == TAG_EMPTY ? 0 : 1 << i;
    }
    x87.setUsed(used);
    int low = get(image, 3, unit);
    int second = get(image, 4, unit);
    int data = get(image, 5, unit);
    int last = get(image, 6, unit);
    if (cpu.realOrVirtual8086()) {
      x87.opcode = second & OPCODE;
      x87.instructionOffset = Integer.toUnsignedLong(low & 0xFFFF | (second & 0x0FFF_F000) << 4);
      x87.setSelectors(0, 0);
      x87.operandOffset = Integer.toUnsignedLong(data & 0xFFFF | (last & 0x0FFF_F000) << 4);
    } else {
      x87.opcode = unit == 32 ? second >> 16 & OPCODE : 0;
      x87.instructionOffset = Integer.toUnsignedLong(low);
      x87.operandOffset = Integer.toUnsignedLong(data);
      x87.setSelectors(second & 0xFFFF, last & 0xFFFF);
    }
  }

  /** The tag word, two bits a physical register. */
  private static int tags(X87 x87) {
    int top = x87.status() >> 11 & 7;
    int tags = 0;
    for (int i = 0; i < X87.REGISTERS; i++) {
      int physical = top + i & 7;
      tags |= (x87.isEmpty(i) ? TAG_EMPTY : tag(x87, i)) << 2 * physical;
    }
    return tags;
  }

  private static int tag(X87 x87, int i) {
    x87.load(i, x87.env.a);
    switch (x87.env.a.numberClass()) {
      case NORMAL:
        return 0;
      case ZERO:
        return TAG_ZERO;
      default:
        return TAG_SPECIAL;
    }
  }
}
