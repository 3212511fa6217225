package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.arch.Feature;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.WrittenPrefixes;
import io.vmxlab.isa.WrittenValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Assembles Intel-syntax text with NASM's meaning; MASM's and GAS's spellings are accepted where
 * they mean the same, and refused where they mean something else. Every instruction gets its
 * shortest encoding. Passes are repeated until no address changes any more.
 */
public final class Assembler {
  private static final int PASSES = 100;

  /** Where linkers let a program begin. */
  private static final String START = "_start";

  /** From this pass on statements may only grow, so that an end is certain. */
  private static final int SETTLE = 20;

  private static final int MOST_MISTAKES = 20;

  private final InstructionTable table;
  private final Decoder decoder;
  private final String file;
  private final CodeMode startMode;
  private final long startOrigin;
  private final AsmDialect dialect;
  private final AsmLabels labels;
  private final AsmSections sections = new AsmSections();

  private List<Assembly.Line> listing;
  private List<AssemblyException.Mistake> mistakes;
  private CodeMode mode;
  private long origin;
  private boolean defaultRelative;

  /** Symbols that other files may use. */
  private final Set<String> globals = new HashSet<>();

  /** Where the text says that it begins, or null. */
  private WrittenValue entry;

  private boolean ended;

  /** Bytes of a data directive that have not been emitted yet. */
  private int items;

  private boolean last;
  private int pass;
  private int[] lengths = new int[0];
  private int statement;

  /**
   * Prepares an assembler.
   *
   * @param file name for messages
   * @param mode code size until {@code bits} says otherwise
   * @param origin address of the first byte until {@code org} says otherwise
   * @param predefined symbols that the text may use
   */
  public Assembler(
      InstructionTable table,
      String file,
      CodeMode mode,
      long origin,
      Map<String, Long> predefined) {
    this(table, file, mode, origin, predefined, Dialect.BY_TEXT);
  }

  /**
   * Prepares an assembler for one dialect.
   *
   * @param chosen whose meaning counts where assemblers differ
   */
  public Assembler(
      InstructionTable table,
      String file,
      CodeMode mode,
      long origin,
      Map<String, Long> predefined,
      Dialect chosen) {
    this.table = table;
    this.decoder = new Decoder(table, EnumSet.allOf(Feature.class));
    this.file = file;
    this.startMode = mode;
    this.startOrigin = origin;
    this.dialect = new AsmDialect(chosen);
    this.labels = new AsmLabels(Map.copyOf(predefined), dialect);
  }

  /**
   * Assembles a whole text.
   *
   * @throws AssemblyException with every mistake found
   */
  public Assembly assemble(String text) {
    String[] lines = text.split("\r\n|\r|\n", -1);
    boolean stable = false;
    for (pass = 1; !last; pass++) {
      last = stable || pass == PASSES;
      runPass(lines);
      if (!mistakes.isEmpty() && (last || pass > 1)) {
        throw new AssemblyException(mistakes);
      }
      stable = labels.settled() && sections.settled() && pass > 1;
    }
    Map<String, Long> values = labels.values();
    long begin = origin;
    if (entry != null) {
      begin = entry.number();
    } else if (globals.contains(START)) {
      begin = values.getOrDefault(START, origin);
    }
    return new Assembly(origin, begin, sections.bytes(), values, List.copyOf(listing));
  }

  private void runPass(String[] lines) {
    labels.beginPass();
    sections.beginPass();
    listing = new ArrayList<>();
    mistakes = new ArrayList<>();
    mode = startMode;
    origin = startOrigin;
    defaultRelative = false;
    ended = false;
    statement = 0;
    for (int i = 0; i < lines.length && mistakes.size() < MOST_MISTAKES && !ended; i++) {
      AsmSections.Place section = sections.place();
      int from = sections.here();
      try {
        AsmScanner in = new AsmScanner(lines[i], dialect);
        line(in);
        dialect.refuseSeparator(isStatement(in.commentWord()), in.commentColumn());
      } catch (AsmScanner.Complaint c) {
        mistakes.add(new AssemblyException.Mistake(file, i + 1, c.column, c.getMessage()));
      }
      int length = section.equals(sections.place()) ? sections.here() - from : 0;
      if (length > 0) {
        listing.add(new Assembly.Line(i + 1, origin + from, from, length, lines[i].strip()));
      }
    }
  }

  private final AsmExpression.Scope scope =
      new AsmExpression.Scope() {
        @Override
        public WrittenValue symbol(String name, int column) {
          return labels.find(name, pass == 1, here(), column);
        }

        @Override
        public long here() {
          return origin + sections.here();
        }

        @Override
        public long item() {
          return here() + items;
        }

        @Override
        public long origin() {
          return origin + sections.start();
        }

        @Override
        public AsmDialect dialect() {
          return dialect;
        }

        @Override
        public String nearest(String label, char direction) {
          return labels.nearest(label, direction);
        }
      };

  private void line(AsmScanner in) {
    while (!in.atEnd()) {
      int mark = in.mark();
      int column = in.column();
      if (in.accept("[")) {
        bracketed(in);
        return;
      }
      String word = in.atNumber() ? in.number(in.peekNumber()) : in.word();
      if (in.accept(":")) {
        in.accept(":"); // MASM's labels for the whole file have two
        label(word, column);
        continue;
      }
      in.requireName(word, mark);
      if (in.acceptWord("equ")) {
        constant(word, in, column);
        expectEnd(in);
        return;
      }
      if (isStatement(word)) {
        in.reset(mark);
        statement(in);
        return;
      }
      if (AsmDirective.named(this, word, in, column)) {
        expectEnd(in);
        return;
      }
      if (!AsmDirective.isData(in.peekWord())) {
        throw new AsmScanner.Complaint(column, AsmNames.unknown(table, word, in.atEnd()));
      }
      label(word, column);
      labels.variable(word);
    }
  }

  /** The primitive form of a directive: {@code [bits 64]}. */
  private void bracketed(AsmScanner in) {
    AsmDirective.run(this, in.word().toLowerCase(Locale.ROOT), in);
    in.expect("]");
    expectEnd(in);
  }

  private boolean isStatement(String word) {
    return AsmDirective.isDirective(word)
        || AsmDirective.isPrefix(word)
        || !AsmNames.forms(table, word).isEmpty();
  }

  private static void expectEnd(AsmScanner in) {
    if (!in.atEnd()) {
      throw in.complaint("expected the end of the line, found " + in.found());
    }
  }

  /** Gives a name the value of the expression that follows. */
  void constant(String name, AsmScanner in, int column) {
    labels.beginDefinition(name);
    labels.define(name, new AsmExpression(in, scope).evaluate(), column);
  }

  void label(String name, int column) {
    if (name.startsWith(".")) {
      dialect.notMasm();
    }
    if (Character.isDigit(name.charAt(0))) {
      dialect.gas();
    }
    labels.label(name, scope.here(), column);
  }

  private void statement(AsmScanner in) {
    int column = in.column();
    String word = in.peekWord();
    if (AsmDirective.isDirective(word)) {
      in.word();
      AsmDirective.run(this, word.toLowerCase(Locale.ROOT), in);
      expectEnd(in);
      return;
    }
    instruction(in, column);
  }

  private void instruction(AsmScanner in, int column) {
    ByteArrayOutputStream prefixes = new ByteArrayOutputStream();
    int operandSize = 0;
    int addressSize = 0;
    String word = in.word();
    while (AsmDirective.isPrefix(word)) {
      int prefix = AsmDirective.prefix(word);
      if (prefix < 0) {
        int size = -prefix;
        if (word.charAt(0) == 'o' || word.charAt(0) == 'O') {
          operandSize = size;
        } else {
          addressSize = size;
        }
      } else {
        prefixes.write(prefix);
      }
      if (in.atEnd()) {
        sections.emit(prefixes.toByteArray());
        return;
      }
      column = in.column();
      word = in.word();
    }
    List<AsmOperand> operands = new ArrayList<>();
    if (!in.atEnd() && takesNothing(word)) {
      throw in.complaint(word.toUpperCase(Locale.ROOT) + " takes no operands, found " + in.found());
    }
    if (!in.atEnd()) {
      AsmOperandParser parser = new AsmOperandParser(in, scope, defaultRelative);
      do {
        operands.add(parser.operand());
      } while (in.accept(","));
    }
    expectEnd(in);
    AsmNames.spell(word, operands);
    boolean branch = AsmNames.branches(table, word);
    operands.forEach(o -> dialect.refuseAddress(o, branch));
    AsmSelection selection = new AsmSelection(table, decoder, mode, scope.here(), column);
    WrittenPrefixes all = new WrittenPrefixes(prefixes.toByteArray(), operandSize, addressSize);
    emitSettled(selection.best(word, operands, all));
  }

  private boolean takesNothing(String word) {
    List<Form> forms = AsmNames.forms(table, word);
    return !forms.isEmpty() && forms.stream().allMatch(f -> f.operands().isEmpty());
  }

  /** Keeps a statement from shrinking in late passes, by NOPs; this never happens in practice. */
  private void emitSettled(byte[] code) {
    if (statement >= lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.max(64, lengths.length * 2));
    }
    byte[] emitted = code;
    if (pass > SETTLE && code.length < lengths[statement]) {
      emitted = Arrays.copyOf(code, lengths[statement]);
      Arrays.fill(emitted, code.length, emitted.length, (byte) 0x90);
    }
    lengths[statement++] = emitted.length;
    emit(emitted);
  }

  void emit(byte[] data) {
    items = 0;
    sections.emit(data);
  }

  /** {@code end start}: nothing behind it counts. */
  void end(AsmScanner in) {
    ended = true;
    entry = in.atEnd() ? null : new AsmExpression(in, scope).evaluate();
  }

  /** {@code global a, b}. */
  void global(AsmScanner in) {
    do {
      globals.add(in.word());
    } while (in.accept(","));
  }

  /** Tells how many bytes of a data directive stand before the item that is read next. */
  void items(int bytes) {
    items = bytes;
  }

  AsmDialect dialect() {
    return dialect;
  }

  AsmLabels labels() {
    return labels;
  }

  AsmSections sections() {
    return sections;
  }

  /** The address of the next byte. */
  WrittenValue here() {
    return new WrittenValue(scope.here(), true, true);
  }

  AsmExpression.Scope scope() {
    return scope;
  }

  boolean lastPass() {
    return last;
  }

  void mode(CodeMode newMode) {
    mode = newMode;
  }

  void origin(long newOrigin) {
    origin = newOrigin;
  }

  void defaultRelative(boolean relative) {
    defaultRelative = relative;
  }

  /** Assembles the rest of a line again and again ({@code times}). */
  void repeat(AsmScanner in, long count) {
    int mark = in.mark();
    for (long i = 0; i < count; i++) {
      in.reset(mark);
      statement(in);
    }
    if (count == 0) {
      while (!in.atEnd()) {
        in.reset(in.mark() + 1);
      }
    }
  }
}
