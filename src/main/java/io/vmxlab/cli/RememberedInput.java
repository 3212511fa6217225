package io.vmxlab.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Standard input, of which the beginning is kept for the report of a defect. */
final class RememberedInput extends FilterInputStream {
  private static final int MOST = 4 << 20;

  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  RememberedInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0 && seen.size() < MOST) {
      seen.write(b);
    }
    return b;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = super.read(bytes, from, length);
    if (read > 0) {
      seen.write(bytes, from, Math.min(read, MOST - seen.size()));
    }
    return read;
  }

  /** What was read so far, but for what is beyond the first 4 MBytes. */
  byte[] seen() {
    return seen.toByteArray();
  }
}
