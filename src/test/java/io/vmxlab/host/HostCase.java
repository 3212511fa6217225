package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import java.util.HexFormat;

/**
 * One instruction and the state it starts in.
 *
 * @param code the instruction's bytes
 * @param mode 64-bit mode, or compatibility mode with 32-bit or 16-bit segments
 * @param repeated a string instruction with a repeat prefix, which runs to its end
 * @param rflags status flags and DF
 * @param gpr in the order of the encoding
 * @param pokeAt offset in the data page of bytes that differ from the pattern
 * @param vectors {@link VectorState#NONE} if the instruction does not know them
 */
record HostCase(
    byte[] code,
    CodeMode mode,
    boolean repeated,
    long rflags,
    long[] gpr,
    int pokeAt,
    byte[] poke,
    VectorState vectors) {

  HostCase(
      byte[] code,
      CodeMode mode,
      boolean repeated,
      long rflags,
      long[] gpr,
      int pokeAt,
      byte[] poke) {
    this(code, mode, repeated, rflags, gpr, pokeAt, poke, VectorState.NONE);
  }

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
        .append(vectors)
        .toString();
  }
}
