package io.vmxlab.host;

<<<<<<< HEAD
import io.vmxlab.arch.CodeMode;
import java.util.HexFormat;

/**
 * One instruction and the state it starts in.
 *
 * @param code the instruction's bytes
 * @param mode 64-bit mode, or 32-bit compatibility mode
 * @param repeated a string instruction with a repeat prefix, which runs to its end
 * @param rflags status flags and DF
 * @param gpr in the order of the encoding
 * @param pokeAt offset in the data page of bytes that differ from the pattern
 */
record HostCase(
    byte[] code,
    CodeMode mode,
    boolean repeated,
    long rflags,
    long[] gpr,
    int pokeAt,
    byte[] poke) {

  String hex() {
    return HexFormat.of().formatHex(code);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(hex()).append(' ').append(mode);
    text.append(String.format(" flags=%X", rflags));
    for (int i = 0; i < gpr.length; i++) {
      text.append(String.format(" %d=%X", i, gpr[i]));
    }
    return text.append(String.format(" [%X]=", pokeAt))
        .append(HexFormat.of().formatHex(poke))
        .toString();
=======
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One instruction and the state it starts from; the record that {@code hostrun.c} reads.
 *
 * @param code the instruction's bytes
 * @param registers RAX RCX RDX RBX RSP RBP RSI RDI R8-R15
 * @param window the last bytes of the only data page
 */
record HostCase(byte[] code, long[] registers, long rflags, byte[] window) {
  static final long CODE = 0x2000_0000L;
  static final long DATA = 0x3000_0000L;
  static final int PAGE = 4096;
  static final int WINDOW = 256;

  /** Where the instruction stands. */
  static final long START = CODE + PAGE / 2;

  /** First byte of the window. */
  static final long WINDOW_AT = DATA + PAGE - WINDOW;

  static final int BYTES = 16 + 17 * 8 + WINDOW;

  void write(ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) code.length).put(code).put(new byte[15 - code.length]);
    for (long register : registers) {
      out.putLong(register);
    }
    out.putLong(rflags).put(window);
  }

  static HostCase read(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    byte[] code = new byte[in.get()];
    in.get(code);
    in.position(in.position() + 15 - code.length);
    long[] registers = new long[16];
    for (int i = 0; i < 16; i++) {
      registers[i] = in.getLong();
    }
    long rflags = in.getLong();
    byte[] window = new byte[WINDOW];
    in.get(window);
    return new HostCase(code, registers, rflags, window);
>>>>>>> bench
  }
}
