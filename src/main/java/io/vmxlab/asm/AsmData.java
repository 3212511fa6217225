package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The values of data directives, alignment and space. */
final class AsmData {
  private static final int MOST = AsmLayout.MOST_BYTES;

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
  long count(int each) {
    int column = in.column();
    WrittenValue n = new AsmExpression(in, to.scope()).withoutWords().evaluate();
    return count(n, each, column);
  }

  private static long count(WrittenValue n, long each, int column) {
    if (!n.known()) {
      return 0;
    }
    if (n.number() < 0 || n.number() > MOST / Math.max(1, each)) {
      throw new AsmScanner.Complaint(column, "a count is 0 to 67108864 bytes, not " + n.number());
    }
    return n.number() * each;
  }

  /** Takes bytes, so many times. */
  private interface Taker {
    void take(byte[] bytes, long times);
  }

  /** Bytes that are to be repeated. */
  private static final class Gathered implements Taker {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final int column;

    Gathered(int column) {
      this.column = column;
    }

    @Override
    public void take(byte[] bytes, long times) {
      if (all.size() + bytes.length * times > MOST) {
        throw new AsmScanner.Complaint(column, AsmLayout.TOO_LARGE);
      }
      for (long i = 0; i < times; i++) {
        all.writeBytes(bytes);
      }
    }

    byte[] bytes() {
      return all.toByteArray();
    }
  }

  /** {@code db 1, 'text', 3 dup (0), ?}: whole items of a size in bytes. */
  void items(int size) {
    items(size, 1);
  }

  /** As {@link #items(int)}, so many times. */
  void items(int size, long times) {
    if (times == 1) {
      items(to::emit, size);
      return;
    }
    Gathered once = new Gathered(in.column());
    items(once, size);
    to.emit(once.bytes(), times);
  }

  private void items(Taker out, int size) {
    do {
      to.work(1);
      if (in.atEnd() && to.dialect().mayBeNasm()) {
        return; // NASM lets a list end with a comma
      }
      if (in.acceptWord("?")) {
        out.take(new byte[size], 1);
      } else if (!in.atString() && wide(in.peekWord()) == null || !text(out, size)) {
        item(out, size);
      }
    } while (in.accept(","));
  }

  /** A string that is not part of an expression. */
  private boolean text(Taker out, int size) {
    int column = in.column();
    int mark = in.mark();
    Charset charset = wide(in.peekWord());
    if (charset != null) {
      wideText(out, size, charset);
      return true;
    }
    byte[] text = in.string();
    if (!in.atEnd() && in.peek() != ',' && in.peek() != ')') {
      in.reset(mark);
      return false;
    }
    if (size > 1) {
      to.dialect().refuseCharacters(text.length, column);
    }
    out.take(Arrays.copyOf(text, (text.length + size - 1) / size * size), 1);
    return true;
  }

  /** What a word such as {@code __utf16__} makes of the string behind it; null for other words. */
  private static Charset wide(String word) {
    switch (word) {
      case "__utf16__", "__?utf16?__", "__utf16le__", "__?utf16le?__":
        return StandardCharsets.UTF_16LE;
      case "__utf16be__", "__?utf16be?__":
        return StandardCharsets.UTF_16BE;
      default:
        return null;
    }
  }

  private void wideText(Taker out, int size, Charset charset) {
    in.word();
    boolean parentheses = in.accept("(");
    if (!in.atString()) {
      throw in.complaint("expected a string, found " + in.found());
    }
    byte[] text = new String(in.string(), StandardCharsets.UTF_8).getBytes(charset);
    if (parentheses) {
      in.expect(")");
    }
    to.dialect().notMasm();
    out.take(Arrays.copyOf(text, (text.length + size - 1) / size * size), 1);
  }

  private void item(Taker out, int size) {
    int column = in.column();
    if (fraction(out, size)) {
      return;
    }
    WrittenValue value = value();
    if (in.acceptWord("dup")) {
      repeated(out, size, value, column);
      return;
    }
    long n = value.number();
    boolean cut = value.relocatable() && to.dialect().mayBeNasm(); // of an address, as nasm does
    boolean fits = cut || size >= 8 || n >= least(size) && n < 1L << (8 * size);
    if (!fits && to.lastPass()) {
      throw new AsmScanner.Complaint(column, n + " does not fit in " + 8 * size + " bits");
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (n >> Math.min(8 * i, Long.SIZE - 1));
    }
    out.take(bytes, 1);
  }

  /** What is subtracted from nothing counts modulo the field's size, but in MASM's text. */
  private long least(int size) {
    return to.dialect().isMasm() ? -(1L << (8 * size - 1)) : 1 - (1L << (8 * size));
  }

  /** {@code dd 1.5}, {@code dq -0.1}. */
  private boolean fraction(Taker out, int size) {
    int mark = in.mark();
    int column = in.column();
    boolean minus = in.accept("-");
    String text = in.fraction();
    if (text.isEmpty()) {
      in.reset(mark);
      return false;
    }
    in.number(text);
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    if (size == Float.BYTES) {
      bytes.putFloat(minus ? -Float.parseFloat(text) : Float.parseFloat(text));
    } else if (size == Double.BYTES) {
      bytes.putDouble(minus ? -Double.parseDouble(text) : Double.parseDouble(text));
    } else {
      throw new AsmScanner.Complaint(
          column,
          "a fraction has 4 or 8 bytes (dd, dq): write the bytes of other sizes as numbers");
    }
    out.take(bytes.array(), 1);
    return true;
  }

  private void repeated(Taker out, int size, WrittenValue n, int column) {
    boolean list = in.accept("(");
    in.deeper();
    Gathered once = new Gathered(column);
    if (list) {
      items(once, size);
      in.expect(")");
    } else {
      item(once, size);
    }
    in.shallower();
    byte[] bytes = once.bytes();
    long total = count(n, bytes.length, column);
    if (bytes.length > 0 && total > 0) {
      out.take(bytes, total / bytes.length);
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
    int padding = to.sections().padding(alignment(multiple, column));
    int with = filling;
    if (in.accept(",") && !in.atEnd() && in.peek() != ',') {
      if (AsmDirective.isSpace(in.peekWord())) {
        in.word();
        value();
        with = 0;
      } else if (in.acceptWord("nop")) {
        with = 0x90;
      } else {
        in.acceptWord("db");
        with = (int) value().number();
      }
    }
    to.emit(new byte[] {(byte) with}, padding);
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
    long count = count(1);
    byte[] filling = new byte[1];
    if (in.accept(",")) {
      filling[0] = (byte) value().number();
    }
    to.emit(filling, count);
  }

  /** {@code .ascii "a\n", "b"}. */
  void strings(boolean terminated) {
    do {
      if (!in.atString()) {
        throw in.complaint("expected a string, found " + in.found());
      }
      to.emit(in.string(true), 1);
      if (terminated) {
        to.emit(new byte[1], 1);
      }
    } while (in.accept(","));
  }
}
