package io.vmxlab.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an instruction did; the record that {@code hostrun.c} writes.
 *
 * @param vector of the exception that ended it; {@link #COMPLETED} if none did
 * @param rip where execution goes on, or of the faulting instruction
 */
record HostResult(
    int vector, long error, long address, long rip, long[] registers, long rflags, byte[] window) {
  /** The breakpoint behind the instruction was reached. */
  static final int COMPLETED = 3;

  static final int BYTES = 4 * 8 + 17 * 8 + HostCase.WINDOW;

  boolean completed() {
    return vector == COMPLETED;
  }

  static HostResult read(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    int vector = (int) in.getLong();
    long error = in.getLong();
    long address = in.getLong();
    long rip = in.getLong();
    if (vector == COMPLETED) {
      rip--; // a breakpoint saves the address behind it
    }
    long[] registers = new long[16];
    for (int i = 0; i < 16; i++) {
      registers[i] = in.getLong();
    }
    long rflags = in.getLong();
    byte[] window = new byte[HostCase.WINDOW];
    in.get(window);
    return new HostResult(vector, error, address, rip, registers, rflags, window);
  }
}
