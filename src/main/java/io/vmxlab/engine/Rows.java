package io.vmxlab.engine;

import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.RowIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The instruction table, read from the index that the build makes of all pages. */
final class Rows {
  static final String RESOURCE = "rows.bin";
  private static final InstructionTable TABLE = read();

  private Rows() {}

  static InstructionTable table() {
    return TABLE;
  }

  private static InstructionTable read() {
    try (InputStream in = Rows.class.getResourceAsStream(RESOURCE)) {
      return RowIndex.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
