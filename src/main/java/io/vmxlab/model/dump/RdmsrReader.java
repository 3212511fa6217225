package io.vmxlab.model.dump;

import java.util.Locale;

/**
 * {@code rdmsr} of msr-tools: a command line that names the index, then the bare value, with {@code
 * -a} one of each processor, or {@code rdmsr: CPU 0 cannot read MSR 0x00000491}.
 */
final class RdmsrReader implements DumpReader {
  private static final int DECIMAL = 10;
  private static final int OCTAL = 8;
  private static final int HEX = 16;
  private static final String FAILURE = "rdmsr: CPU ";
  private static final String OLD_FAILURE = "rdmsr:pread:";
  private final Dump dump;

  /** The last command's index; -1 if its values have ended. */
  private int index = -1;

  /** The processor of the next value; -1 if the command does not say. */
  private int processor;

  private boolean all;
  private int radix;

  RdmsrReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "rdmsr";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return line.text().startsWith(FAILURE)
        || line.text().startsWith(OLD_FAILURE)
        || command(line) >= 0
        || index >= 0 && value(line);
  }

  /** Where the text begins behind the command's name as a word, and white space; -1 if nowhere. */
  private static int command(DumpLine line) {
    String text = line.text();
    int at = text.indexOf("rdmsr ");
    boolean begins = at == 0 || at > 0 && " \t$#>%/;'`".indexOf(text.charAt(at - 1)) >= 0;
    return begins ? at + "rdmsr ".length() : -1;
  }

  /** A number alone, or {@code CPU 19:} and a number. */
  private static boolean value(DumpLine line) {
    Cursor c = line.cursor();
    if (c.take("CPU ")) {
      return !c.decimals().isEmpty()
          && c.take(":")
          && c.blanks()
          && !c.word().isEmpty()
          && c.atEnd();
    }
    c.take("-");
    String word = c.word();
    return c.atEnd() && !word.isEmpty() && Character.digit(word.charAt(0), HEX) >= 0;
  }

  @Override
  public void otherLine() {
    index = -1;
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    if (line.text().startsWith(FAILURE)) {
      failure(line);
    } else if (line.text().startsWith(OLD_FAILURE)) {
      dump.denied(processor, index, line);
      index = -1;
    } else if (command(line) >= 0) {
      command(line, command(line));
    } else {
      value(line, line.cursor());
    }
  }

  private void failure(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    c.take(FAILURE);
    int failed = Cursor.small(c.decimals());
    if (failed >= 0 && c.take(" cannot read MSR 0x")) {
      int which = Cursor.number32(c.digits());
      boolean one = index >= 0 && processor < 0 && !all;
      dump.denied(one ? -1 : failed, which, line);
      processor += all && index >= 0 ? 1 : 0;
    }
  }

  private void command(DumpLine line, int start) throws NotUnderstood {
    index = -1;
    processor = -1;
    all = false;
    radix = HEX;
    Cursor c = line.cursor();
    c.goTo(start);
    c.blanks();
    boolean part = false;
    while (c.take("-")) {
      part |= option(c);
      c.blanks();
    }
    c.any("$'\"`");
    boolean prefixed = c.take("0x");
    String word = c.word();
    if (word.endsWith("h") || word.endsWith("H")) {
      word = word.substring(0, word.length() - 1);
    }
    if (!Cursor.isHex(word)) {
      throw new NotUnderstood(
          Cursor.shown(c.position() == 0 ? "" : word) + " is no index of an MSR");
    }
    int number = Cursor.number32(word);
    int decimal = prefixed ? -1 : Cursor.small(word);
    index = MsrNames.isIndex(decimal) ? decimal : number;
    if (part && MsrNames.isIndex(index)) {
      index = -1;
      throw new NotUnderstood("with -f it prints only some bits; read all of them");
    }
    processor = all ? 0 : processor;
    c.any(" \t=:>'\"`)");
    if (!c.atEnd()) {
      sameLine(c, line);
    }
  }

  /** An option, and its argument; true if the value is only a part. */
  private boolean option(Cursor c) {
    c.take("-");
    String name = c.word();
    String letter = name.isEmpty() ? "" : name.substring(0, 1);
    switch (name.length() > 2 && !letter.equals("p") && !letter.equals("f") ? name : letter) {
      case "a":
      case "all":
        all = true;
        return false;
      case "d":
      case "u":
      case "decimal":
      case "unsigned":
        radix = DECIMAL;
        return false;
      case "o":
      case "octal":
        radix = OCTAL;
        return false;
      case "p":
        processor = Cursor.small(argument(c, name, "processor"));
        return false;
      case "f":
        argument(c, name, "bitfield");
        return true;
      default:
        return false;
    }
  }

  private static String argument(Cursor c, String name, String longName) {
    String attached = name.equals(longName) ? "" : name.substring(1);
    if (attached.isEmpty()) {
      c.any(" \t=");
      attached = c.word();
    }
    if (c.take(":")) {
      c.word();
    }
    return attached;
  }

  /** {@code rdmsr 0x480: da040000000004}; other text behind a command says nothing. */
  private void sameLine(Cursor c, DumpLine line) throws NotUnderstood {
    int start = c.position();
    c.take("0x");
    boolean number = Cursor.isHex(c.word());
    c.blanks();
    if (number && c.atEnd()) {
      c.goTo(start);
      value(line, c);
      index = -1;
    }
  }

  private void value(DumpLine line, Cursor c) throws NotUnderstood {
    int of = processor;
    if (c.take("CPU ")) {
      of = Cursor.small(c.decimals());
      c.any(": \t");
    }
    int which = index;
    processor += all ? 1 : 0;
    index = all ? index : -1;
    dump.msr(of, which, number(c), line);
  }

  private long number(Cursor c) throws NotUnderstood {
    boolean negative = c.take("-");
    if (c.take("0x") || radix == HEX && !negative) {
      return Cursor.number(c.word());
    }
    String digits = c.word();
    try {
      return negative ? Long.parseLong("-" + digits, radix) : Long.parseUnsignedLong(digits, radix);
    } catch (NumberFormatException e) {
      throw new NotUnderstood(
          String.format(Locale.ROOT, "%s is no number of 64 bits", Cursor.shown(digits)));
    }
  }
}
