package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Assembles text with NASM's meaning: Intel syntax, labels and local labels, {@code equ}, data,
 * {@code times}, {@code align}, {@code org}, {@code bits}, expressions. Every instruction gets its
 * shortest encoding. Passes are repeated until no address changes any more.
 */
public final class Assembler {
  private static final int PASSES = 100;

  /** From this pass on statements may only grow, so that an end is certain. */
  private static final int SETTLE = 20;

  private static final int MOST_BYTES = 1 << 26;
  private static final int MOST_MISTAKES = 20;

  private final InstructionTable table;
  private final Decoder decoder;
  private final String file;
  private final CodeMode startMode;
  private final long startOrigin;
  private final Map<String, Long> predefined;

  /** All state of one pass. */
  private Map<String, AsmExpression.Value> old = new LinkedHashMap<>();

  private Map<String, AsmExpression.Value> symbols = new LinkedHashMap<>();
  private ByteArrayOutputStream bytes;
  private List<Assembly.Line> listing;
  private List<AssemblyException.Mistake> mistakes;
  private CodeMode mode;
  private long origin;
  private boolean defaultRelative;

  /** Labels of data without a colon, as MASM defines variables; kept from pass to pass. */
  private final Set<String> variables = new HashSet<>();

  /** A word of MASM's has been met. */
  private boolean masm;

  private String global;
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
    this.table = table;
    this.decoder = new Decoder(table, EnumSet.allOf(Feature.class));
    this.file = file;
    this.startMode = mode;
    this.startOrigin = origin;
    this.predefined = Map.copyOf(predefined);
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
      stable = symbols.equals(old) && pass > 1;
      old = symbols;
    }
    Map<String, Long> values = new LinkedHashMap<>();
    symbols.forEach((name, value) -> values.put(name, value.number()));
    return new Assembly(origin, bytes.toByteArray(), values, List.copyOf(listing));
  }

  private void runPass(String[] lines) {
    symbols = new LinkedHashMap<>();
    bytes = new ByteArrayOutputStream();
    listing = new ArrayList<>();
    mistakes = new ArrayList<>();
    mode = startMode;
    origin = startOrigin;
    defaultRelative = false;
    global = "";
    statement = 0;
    for (int i = 0; i < lines.length && mistakes.size() < MOST_MISTAKES; i++) {
      int from = bytes.size();
      try {
        line(new AsmScanner(lines[i]));
      } catch (AsmScanner.Complaint c) {
        mistakes.add(new AssemblyException.Mistake(file, i + 1, c.column, c.getMessage()));
      }
      if (bytes.size() > from) {
        listing.add(
            new Assembly.Line(i + 1, origin + from, from, bytes.size() - from, lines[i].strip()));
      }
    }
  }

  private final AsmExpression.Scope scope =
      new AsmExpression.Scope() {
        @Override
        public AsmExpression.Value symbol(String name) {
          return find(name);
        }

        @Override
        public long here() {
          return origin + bytes.size();
        }

        @Override
        public long origin() {
          return origin;
        }
      };

  private String full(String name) {
    return name.startsWith(".") && !name.startsWith("..") ? global + name : name;
  }

  private AsmExpression.Value find(String written) {
    String name = full(written);
    AsmExpression.Value now = symbols.get(name);
    if (now != null) {
      return now;
    }
    AsmExpression.Value before = old.get(name);
    if (before != null) {
      return before;
    }
    Long given = predefined.get(name);
    if (given != null) {
      return new AsmExpression.Value(given, true, true);
    }
    return pass == 1 ? new AsmExpression.Value(scope.here(), true, false) : null;
  }

  private void line(AsmScanner in) {
    while (!in.atEnd()) {
      int mark = in.mark();
      int column = in.column();
      String word = in.peekWord();
      if (word.isEmpty()) {
        if (in.accept("[")) {
          bracketed(in);
          return;
        }
        throw in.complaint("expected a label, an instruction or a directive, found " + in.found());
      }
      in.word();
      if (in.accept(":")) {
        label(word, column);
        continue;
      }
      if (in.acceptWord("equ")) {
        define(word, new AsmExpression(in, scope).evaluate(), column);
        end(in);
        return;
      }
      if (AsmDirective.isData(in.peekWord()) && !isStatement(word)) {
        label(word, column);
        variables.add(full(word));
        continue;
      }
      if (!isStatement(word)) {
        if (isStatement(in.peekWord())) {
          label(word, column);
          continue;
        }
        String hint = in.atEnd() ? "; a label ends with ':'" : "";
        throw new AsmScanner.Complaint(
            column, "'" + word + "' is no instruction" + AsmNames.nearest(table, word) + hint);
      }
      in.reset(mark);
      statement(in);
      return;
    }
  }

  /** The primitive form of a directive: {@code [bits 64]}. */
  private void bracketed(AsmScanner in) {
    AsmDirective.run(this, in.word().toLowerCase(Locale.ROOT), in);
    in.expect("]");
    end(in);
  }

  private boolean isStatement(String word) {
    return AsmDirective.isDirective(word)
        || AsmDirective.isPrefix(word)
        || !AsmNames.forms(table, word).isEmpty();
  }

  static void end(AsmScanner in) {
    if (!in.atEnd()) {
      throw in.complaint("expected the end of the line, found " + in.found());
    }
  }

  private void label(String name, int column) {
    define(name, new AsmExpression.Value(scope.here(), true, true), column);
    if (!name.startsWith(".")) {
      global = name;
    }
  }

  private void define(String written, AsmExpression.Value value, int column) {
    String name = full(written);
    if (RegisterName.of(name) != null) {
      throw new AsmScanner.Complaint(column, "'" + name + "' is a register");
    }
    if (symbols.put(name, value) != null) {
      throw new AsmScanner.Complaint(column, "'" + name + "' is defined twice");
    }
  }

  private void statement(AsmScanner in) {
    int column = in.column();
    String word = in.peekWord();
    if (AsmDirective.isDirective(word)) {
      in.word();
      AsmDirective.run(this, word.toLowerCase(Locale.ROOT), in);
      end(in);
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
        bytes.writeBytes(prefixes.toByteArray());
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
    end(in);
    refuseVariables(word, operands);
    AsmSelection selection = new AsmSelection(table, decoder, mode, scope.here(), column);
    AsmPrefixes all = new AsmPrefixes(prefixes.toByteArray(), operandSize, addressSize);
    emitSettled(selection.best(word, operands, all));
  }

  private boolean takesNothing(String word) {
    List<Form> forms = AsmNames.forms(table, word);
    return !forms.isEmpty() && forms.stream().allMatch(f -> f.operands().isEmpty());
  }

  /**
   * In a text that has MASM's words, a variable's bare name means what it holds; in NASM's language
   * its address. Neither is guessed.
   */
  private void refuseVariables(String word, List<AsmOperand> operands) {
    boolean branch = AsmNames.branches(table, word);
    for (AsmOperand o : operands) {
      masm |= o.masm;
      if (masm && !branch && o.bareSymbol != null && variables.contains(full(o.bareSymbol))) {
        String name = o.bareSymbol;
        throw new AsmScanner.Complaint(
            o.column,
            "'"
                + name
                + "' is what the variable holds in MASM, its address in NASM: write ["
                + name
                + "] for what it holds, offset "
                + name
                + " for its address");
      }
    }
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
    if (bytes.size() + (long) data.length > MOST_BYTES) {
      throw new AsmScanner.Complaint(1, "the program has more than 64 MBytes");
    }
    bytes.writeBytes(data);
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
