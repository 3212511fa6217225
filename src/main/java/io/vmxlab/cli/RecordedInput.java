package io.vmxlab.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An input that remembers what has been read of it, for the reproducer of a defect. */
final class RecordedInput extends FilterInputStream {
  private static final int MOST = 4 << 20;

  private final ByteArrayOutputStream record = new ByteArrayOutputStream();

  RecordedInput(InputStream in) {
    super(in);
  }

  /** What has been read, at most the first 4 MBytes of it. */
  byte[] record() {
    return record.toByteArray();
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0 && record.size() < MOST) {
      record.write(b);
    }
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    if (count > 0) {
      record.write(bytes, offset, Math.min(count, MOST - record.size()));
    }
    return count;
  }
}
