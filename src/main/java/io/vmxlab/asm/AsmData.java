package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The values of data directives, alignment and space. */
final class AsmData {
  private static final int MOST = 1 << 26;

  private final Assembler to;
  private final AsmScanner in;

  AsmData(Assembler to, AsmScanner in) {
    this.to = to;
    this.in = in;
  }

  WrittenValue value() {
    return new AsmExpression(in, to.scope()).evaluate();
  }

  /** A count of things of some bytes each, in bytes. */
  int count(int each) {
    int column = in.column();
    WrittenValue n = new AsmExpression(in, to.scope()).withoutWords().evaluate();
    if (n.number() < 0 || n.number() > MOST / each) {
      if (!n.known()) {
        return 0;
      }
      throw new AsmScanner.Complaint(column, "a count is 0 to 67108864 bytes, not " + n.number());
    }
    return (int) n.number() * each;
  }

  /** {@code db 1, 'text', 3 dup (0), ?}: whole items of a size in bytes. */
  void items(int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    items(out, size);
    to.emit(out.toByteArray());
  }

  private void items(ByteArrayOutputStream out, int size) {
    do {
      to.items(out.size());
      if (out.size() > MOST) {
        throw in.complaint("the program has more than 64 MBytes");
      }
      if (in.acceptWord("?")) {
        out.writeBytes(new byte[size]);
      } else if (!in.atString() || !text(out, size)) {
        item(out, size);
      }
    } while (in.accept(","));
  }

  /** A string that is not part of an expression. */
  private boolean text(ByteArrayOutputStream out, int size) {
    int column = in.column();
    int mark = in.mark();
    byte[] text = in.string();
    if (!in.atEnd() && in.peek() != ',' && in.peek() != ')') {
      in.reset(mark);
      return false;
    }
    if (size > 1) {
      to.dialect().refuseCharacters(text.length, column);
    }
    out.writeBytes(Arrays.copyOf(text, (text.length + size - 1) / size * size));
    return true;
  }

  private void item(ByteArrayOutputStream out, int size) {
    int column = in.column();
    WrittenValue value = value();
    if (in.acceptWord("dup")) {
      repeated(out, size, value, column);
      return;
    }
    long n = value.number();
    boolean fits = size == 8 || n >= -(1L << (8 * size - 1)) && n < 1L << (8 * size);
    if (!fits && to.lastPass()) {
      throw new AsmScanner.Complaint(column, n + " does not fit in " + 8 * size + " bits");
    }
    for (int i = 0; i < size; i++) {
      out.write((int) (n >>> (8 * i)));
    }
  }

  private void repeated(ByteArrayOutputStream out, int size, WrittenValue n, int column) {
    in.expect("(");
    ByteArrayOutputStream once = new ByteArrayOutputStream();
    items(once, size);
    in.expect(")");
    if (n.number() < 0 || n.number() > MOST / Math.max(1, once.size())) {
      throw new AsmScanner.Complaint(column, "a count is 0 to 67108864 bytes, not " + n.number());
    }
    for (long i = 0; i < n.number(); i++) {
      out.writeBytes(once.toByteArray());
    }
  }

  /**
   * Bytes up to a multiple.
   *
   * @param filling unless the text says another
   */
  void align(int filling) {
    int column = in.column();
    alignTo(value().number(), filling, column);
  }

  /** As {@link #align}, for a number that has been read. */
  void alignTo(long multiple, int filling, int column) {
    byte[] pad = new byte[to.sections().padding(alignment(multiple, column))];
    Arrays.fill(pad, (byte) filling);
    if (in.accept(",") && !in.atEnd() && in.peek() != ',') {
      in.acceptWord("db");
      Arrays.fill(pad, (byte) value().number());
    }
    to.emit(pad);
  }

  /** A number of bytes that things can be aligned to. */
  static int alignment(long multiple, int column) {
    if (Long.bitCount(multiple) != 1 || multiple > 1 << 20 || multiple < 0) {
      throw new AsmScanner.Complaint(column, "an alignment is a power of two up to 1048576");
    }
    return (int) multiple;
  }

  /** {@code .zero 8}, {@code .skip 8, 0xCC}. */
  void space() {
    byte[] space = new byte[count(1)];
    if (in.accept(",")) {
      Arrays.fill(space, (byte) value().number());
    }
    to.emit(space);
  }

  /** {@code .ascii "a\n", "b"}. */
  void strings(boolean terminated) {
    do {
      if (!in.atString()) {
        throw in.complaint("expected a string, found " + in.found());
      }
      to.emit(in.string(true));
      if (terminated) {
        to.emit(new byte[1]);
      }
    } while (in.accept(","));
  }
}
