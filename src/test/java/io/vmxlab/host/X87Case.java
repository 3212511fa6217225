package io.vmxlab.host;

import io.vmxlab.isa.Form;
import java.util.HexFormat;

/**
 * One x87 instruction and the state it starts in.
 *
 * @param memory what RDI points to, 128 bytes
 */
record X87Case(Form form, byte[] code, X87State state, byte[] memory, long flags) {
  static final int MEMORY = 128;

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return String.format(
        "%s (%s) flags %X %s%n  memory %s",
        form.syntax(), hex.formatHex(code), flags, state, hex.formatHex(memory, 0, 32));
  }
}
