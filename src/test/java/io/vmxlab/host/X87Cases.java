package io.vmxlab.host;

import io.vmxlab.arch.FpException;
import io.vmxlab.cpu.X87;
import io.vmxlab.fpu.FpuCases;
import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Operand;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Makes cases for the rows of the x87 FPU. */
final class X87Cases {
  private static final int RDI_ADDRESSES = 7;
  private static final int STATUS_CODES = 0x4700;
  private static final int MASKED = 0x37F;

  private final SplittableRandom random;
  private final FpuCases values;

  X87Cases(long seed) {
    random = new SplittableRandom(seed);
    values = new FpuCases(seed);
  }

  X87Case next(Form form) {
    X87State state = new X87State();
    int masks = random.nextInt(3) == 0 ? random.nextInt(64) : FpException.ALL;
    int precision = random.nextInt(3) == 0 ? random.nextInt(2) * 2 : 3;
    state.control = MASKED & ~0x33F | masks | precision << 8 | random.nextInt(4) << 10;
    int flags = random.nextInt(64) & (random.nextInt(20) == 0 ? -1 : masks);
    state.status = flags | random.nextInt() & STATUS_CODES | random.nextInt(8) << 11;
    state.status |= (flags & ~masks) != 0 ? 0x8080 : 0;
    state.used = used(state.status >> 11 & 7);
    for (int i = 0; i < X87.REGISTERS; i++) {
      state.significands[i] = values.significand();
      state.signExponents[i] = values.exponentWithSign();
    }
    byte[] memory = new byte[X87Case.MEMORY];
    random.nextBytes(memory);
    operand(form, ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN));
    return new X87Case(form, code(form), state, memory, random.nextInt() & 0x8D5);
  }

  /** What instructions need is there more often than not. */
  private int used(int top) {
    int used = random.nextInt(256);
    if (random.nextInt(8) != 0) {
      used |= 1 << top | 1 << (top + 1 & 7);
    }
    if (random.nextInt(8) != 0) {
      used &= ~(1 << (top + 7 & 7));
    }
    return used;
  }

  private void operand(Form form, ByteBuffer memory) {
    String text = form.operands().isEmpty() ? "" : form.operands().get(0).text();
    switch (text) {
      case "m32fp":
        memory.putInt(0, (int) values.encoding(io.vmxlab.fpu.Format.SINGLE));
        break;
      case "m64fp":
        memory.putLong(0, values.encoding(io.vmxlab.fpu.Format.DOUBLE));
        break;
      case "m80fp":
        memory.putLong(0, values.significand());
        memory.putShort(8, (short) values.exponentWithSign());
        break;
      case "m80bcd":
        for (int i = 0; i < 9; i++) {
          memory.put(i, (byte) (random.nextInt(10) << 4 | random.nextInt(10)));
        }
        break;
      case "m2byte":
        memory.putShort(0, (short) (random.nextInt() & 0xF3F | 0x40));
        break;
      case "m14/28byte":
      case "m94/108byte":
        memory.putShort(0, (short) (random.nextInt() & 0xF3F | 0x40));
        break;
      default:
        memory.putLong(0, random.nextLong() >> random.nextInt(64));
        break;
    }
  }

  private byte[] code(Form form) {
    Encoding e = form.pattern();
    if (!e.modrm()) {
      return new byte[] {(byte) e.opcode()};
    }
    int modrm;
    if (e.rm() >= 0) {
      modrm = e.rm();
    } else if (form.operands().stream().anyMatch(Operand::addressable)) {
      modrm = e.digit() << 3 | RDI_ADDRESSES;
    } else {
      modrm = 0xC0 | e.digit() << 3 | random.nextInt(8);
    }
    boolean sized = form.operands().size() == 1 && form.operands().get(0).width() == 0;
    if (sized && e.rm() < 0 && modrm < 0xC0 && random.nextInt(3) == 0) {
      return new byte[] {0x66, (byte) e.opcode(), (byte) modrm};
    }
    return new byte[] {(byte) e.opcode(), (byte) modrm};
  }
}
