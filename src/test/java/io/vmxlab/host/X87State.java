package io.vmxlab.host;

import io.vmxlab.cpu.X87;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The x87 FPU's state as the 64-bit image of FXSAVE, as far as hosts agree what is in it. */
final class X87State {
  static final int BYTES = 512;

  private static final int REGISTERS = 32;
  private static final int ENTRY = 16;

  int control;
  int status;
  int used;
  final long[] significands = new long[X87.REGISTERS];
  final int[] signExponents = new int[X87.REGISTERS];

  static X87State of(X87 x87) {
    X87State state = new X87State();
    state.control = x87.control();
    state.status = x87.status();
    state.used = x87.used();
    for (int i = 0; i < X87.REGISTERS; i++) {
      state.significands[i] = x87.significand(i);
      state.signExponents[i] = x87.signExponent(i);
    }
    return state;
  }

  static X87State of(ByteBuffer image) {
    X87State state = new X87State();
    state.control = image.getShort(0) & 0xFFFF;
    state.status = image.getShort(2) & 0xFFFF;
    state.used = image.get(4) & 0xFF;
    for (int i = 0; i < X87.REGISTERS; i++) {
      state.significands[i] = image.getLong(REGISTERS + i * ENTRY);
      state.signExponents[i] = image.getShort(REGISTERS + i * ENTRY + 8) & 0xFFFF;
    }
    return state;
  }

  void into(X87 x87) {
    x87.initialise();
    x87.setControl(control);
    x87.setStatus(status);
    x87.setUsed(used);
    for (int i = 0; i < X87.REGISTERS; i++) {
      x87.set(i, signExponents[i], significands[i]);
    }
  }

  byte[] image() {
    ByteBuffer image = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    image.putShort(0, (short) control);
    image.putShort(2, (short) status);
    image.put(4, (byte) used);
    image.putInt(24, 0x1F80);
    for (int i = 0; i < X87.REGISTERS; i++) {
      image.putLong(REGISTERS + i * ENTRY, significands[i]);
      image.putShort(REGISTERS + i * ENTRY + 8, (short) signExponents[i]);
    }
    return image.array();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("control %04X status %04X used %02X", control, status, used));
    for (int i = 0; i < X87.REGISTERS; i++) {
      text.append(String.format(" %d=%04X:%016X", i, signExponents[i], significands[i]));
    }
    return text.toString();
  }
}
