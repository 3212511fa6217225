package io.vmxlab.host;

<<<<<<< HEAD
import java.util.SortedMap;

/**
 * What a case did.
 *
 * @param vector of the fault, or {@link #COMPLETED}
 * @param errorCode of the fault; 0 if it has none
 * @param cr2 of a page fault, else 0
 * @param rip after the instruction, or of the instruction that faulted
 * @param rflags status flags and DF
 * @param changes bytes of the data page that are not what they were, by offset
 */
record HostResult(
    int vector,
    int errorCode,
    long cr2,
    long rip,
    long rflags,
    long[] gpr,
    SortedMap<Integer, Integer> changes) {
  static final int COMPLETED = 0xFF;

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(vector == COMPLETED ? "completed" : "vector " + vector);
    text.append(String.format(" error=%X cr2=%X rip=%X flags=%X", errorCode, cr2, rip, rflags));
    for (int i = 0; i < gpr.length; i++) {
      text.append(String.format(" %d=%X", i, gpr[i]));
    }
    return text.append(' ').append(changes).toString();
=======
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
>>>>>>> bench
  }
}
