package io.vmxlab.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a line: labels, constants, and a directive or an instruction. */
final class AsmReader {
  /** A label without a colon, as it is written and as others name it. */
  private record Orphan(AsmSource.Line line, int column, String word, String name, boolean alone) {}

  private final Assembler to;
  private final List<Orphan> orphans = new ArrayList<>();

  AsmReader(Assembler to) {
    this.to = to;
  }

  void beginPass() {
    orphans.clear();
  }

  /** NASM's labels need no colon, so that a mistyped mnemonic would be one. */
  void endPass() {
    for (Orphan o : orphans) {
      boolean dot = o.word.startsWith("."); // as no mnemonic does
      if (!dot
          && !to.labels().isNamed(o.name)
          && !AsmNames.nearest(to.mnemonics(), o.word).isEmpty()) {
        String message = to.unknown(o.word, o.alone);
        to.mistake(o.line, new AsmScanner.Complaint(o.column, message));
      }
    }
  }

  void read(AsmSource.Line line) {
    if (line.problem() != null) {
      throw new AsmScanner.Complaint(1, line.problem());
    }
    AsmScanner in = new AsmScanner(line.text(), to.dialect());
    line(in);
    int column = in.commentColumn();
    if (column > 0 && to.dialect().isGas()) {
      to.dialect().refuseSeparator(isStatement(in.commentWord()), column);
    }
  }

  private void line(AsmScanner in) {
    while (!in.atEnd()) {
      int mark = in.mark();
      int column = in.column();
      if (in.accept("[")) {
        bracketed(in);
        return;
      }
      if (in.peek() == '{') {
        statement(in);
        return;
      }
      boolean escaped = in.acceptEscape();
      to.labels().escaped(escaped);
      String word = !escaped && in.atNumber() ? in.number(in.peekNumber()) : in.word();
      if (!word.isEmpty() && in.accept(":")) {
        boolean whole = in.accept(":"); // MASM's labels for the whole file have two
        if (in.acceptWord("equ")) {
          constant(word, in, column);
          expectEnd(in);
          return;
        }
        boolean repeated = Character.isDigit(word.charAt(0)) || word.startsWith("@@");
        boolean inProcedure = !whole && !repeated && !word.startsWith(".");
        String name = inProcedure ? to.labels().inProcedure(word) : word;
        if (AsmDirective.isData(in.peekWord())) {
          to.labels().marked(name);
        }
        label(name, column);
        continue;
      }
      in.requireName(word, mark);
      if (in.acceptWord("equ")) {
        constant(word, in, column);
        expectEnd(in);
        return;
      }
      boolean dot = word.startsWith(".");
      boolean ambiguous = dot || MasmDirective.is(word.toLowerCase(Locale.ROOT));
      String next = in.peekWord();
      // NASM's .end ret: a label, for no directive of GAS is followed by an instruction
      boolean local = dot && to.dialect().mayBeNasm() && AsmNames.isMnemonic(to.table, next);
      boolean member = local || ambiguous && AsmDirective.isData(next);
      if (isStatement(word) && !escaped && !member) {
        in.reset(mark);
        statement(in);
        return;
      }
      if (MasmDirective.named(to, word, in, column)) {
        expectEnd(in);
        return;
      }
      if (unmarked(word, in, column, escaped)) {
        return;
      }
    }
  }

  /** A label without a colon, if the word can be one. True if it was a whole line of MASM's. */
  private boolean unmarked(String word, AsmScanner in, int column, boolean escaped) {
    String next = in.peekWord();
    boolean data = AsmDirective.isData(next);
    boolean alone = in.atEnd();
    if (!data && !escaped) {
      boolean nasm = to.dialect().mayBeNasm() && (alone || isStatement(next));
      boolean member = to.labels().hasGlobal() || to.labels().isNamed(word);
      if (!nasm || word.startsWith(".") && !member) {
        if (MasmDirective.unlessLabel(to, word, in, column)) {
          return true;
        }
        throw new AsmScanner.Complaint(column, to.unknown(word, alone));
      }
      orphans.add(new Orphan(to.line(), column, word, to.labels().full(word), alone));
    }
    label(word, column);
    if (data) {
      to.labels().variable(word);
    }
    return false;
  }

  /** The primitive form of a directive: {@code [bits 64]}. */
  private void bracketed(AsmScanner in) {
    in.bracketed();
    String word = in.word();
    AsmDirective.primitive(to, word.toLowerCase(Locale.ROOT), in);
    expectEnd(in);
    in.unbracketed();
    in.expect("]");
    expectEnd(in);
  }

  boolean isStatement(String word) {
    return AsmDirective.isDirective(word)
        || AsmDirective.isPrefix(word)
        || AsmNames.isMnemonic(to.table, word);
  }

  static void expectEnd(AsmScanner in) {
    if (!in.atEnd()) {
      Avx512.refuseBraces(in);
      throw in.complaint("expected the end of the line, found " + in.found());
    }
  }

  /** Gives a name the value of the expression that follows, once for the text. */
  void constant(String name, AsmScanner in, int column) {
    if (in.peek() == '[' || in.peek() == '<') {
      throw in.complaint(
          "an equ that stands for text is not supported: write what it stands for where it is"
              + " used");
    }
    int mark = in.mark();
    to.labels().beginDefinition(name);
    to.labels().watch();
    to.labels().define(name, new AsmExpression(in, to.scope()).evaluate(), column);
    if (to.labels().metAhead()) {
      to.constants().add(name, to.line(), in, mark, to.scope(), column);
    }
  }

  /** Gives a name the value of the expression that follows, until it gets another one. */
  void variable(String name, AsmScanner in, int column) {
    if (!to.labels().isDefined(name)) {
      to.labels().beginDefinition(name);
    }
    to.labels().redefine(name, new AsmExpression(in, to.scope()).evaluate(), column);
  }

  void label(String name, int column) {
    if (name.startsWith(".")) {
      to.dialect().notMasm();
    }
    if (Character.isDigit(name.charAt(0))) {
      to.dialect().gas();
    }
    to.labels().label(name, to.here(), column);
    to.statement();
  }

  private void statement(AsmScanner in) {
    String word = in.peekWord();
    byte[] code = to.remembered();
    if (code != null) {
      to.emit(code, 1);
      in.skipRest();
    } else if (AsmDirective.isDirective(word)) {
      in.word();
      AsmDirective.run(to, word.toLowerCase(Locale.ROOT), in);
    } else {
      new AsmStatement(to, in).emit(1);
    }
    expectEnd(in);
  }

  /** {@code times}: the statement that follows, so many times. */
  void repeat(AsmScanner in, long count) {
    String word = in.peekWord();
    if (word.equalsIgnoreCase("times")) {
      throw in.complaint("times stands once before a statement: give the product of the numbers");
    }
    if (in.atEnd()) {
      return;
    }
    if (!AsmDirective.isDirective(word)) {
      new AsmStatement(to, in).emit(count);
      return;
    }
    if (!AsmDirective.isRepeatable(word)) {
      throw in.complaint("times repeats data and instructions, not " + in.found());
    }
    in.word();
    AsmDirective.repeatable(to, word.toLowerCase(Locale.ROOT), in, count);
  }
}
