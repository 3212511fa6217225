package io.vmxlab.isa;

/** Reads bytes up to a limit; beyond it bytes are zero and {@link #overrun} is set. */
final class ByteCursor {
  final byte[] code;
  final int from;
  int at;
  boolean overrun;
  private final int limit;

  ByteCursor(byte[] code, int from, int limit) {
    this.code = code;
    this.from = from;
    this.limit = limit;
    at = from;
  }

  int next() {
    if (at >= limit) {
      overrun = true;
      return 0;
    }
    return code[at++] & 0xFF;
  }

  /** The byte that {@link #next} would give, or -1 beyond the limit. */
  int peek() {
    return at < limit ? code[at] & 0xFF : -1;
  }

  long unsigned(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  long signed(int size) {
    int unused = 64 - 8 * size;
    return unsigned(size) << unused >> unused;
  }
}
