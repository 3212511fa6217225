package io.vmxlab.asm;

import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.WrittenPrefixes;
import io.vmxlab.isa.WrittenValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads an instruction with its prefixes and operands, and emits its encoding. */
final class AsmStatement {
  /** Prefixes that one statement may have; no instruction can be longer. */
  private static final int MOST_PREFIXES = 14;

  private static final int MOST_OPERANDS = 8;
  private static final int SHORT_BRANCH = 2;
  private static final byte INT3 = (byte) 0xCC;

  /** What an instruction costs, compared with a line. */
  private static final int WORK = 4;

  private final Assembler to;
  private final AsmScanner in;
  private final ByteArrayOutputStream prefixes = new ByteArrayOutputStream();
  private int operandSize;
  private int addressSize;
  private int column;

  /** {@code {vex}} has been read. */
  private boolean vex;

  AsmStatement(Assembler to, AsmScanner in) {
    this.to = to;
    this.in = in;
    this.column = in.column();
  }

  /** Reads the statement once, and emits it so many times. */
  void emit(long times) {
    String word = prefixes(next());
    if (word.isEmpty()) {
      to.emit(prefixes.toByteArray(), times);
      return;
    }
    if (AsmDirective.isRepeatable(word)) {
      // nasm leaves prefixes of data out
      AsmDirective.repeatable(to, word.toLowerCase(Locale.ROOT), in, times);
      return;
    }
    if (word.equalsIgnoreCase("times")) {
      throw new AsmScanner.Complaint(column, "times stands before the prefixes of a statement");
    }
    boolean hasVex = hasVex(word);
    if (AsmNames.isMnemonic(to.table, word)) {
      Avx512.refuseChoice(word, vex, hasVex, column, to.dialect());
    } else if (vex) {
      throw new AsmScanner.Complaint(column, to.unknown(word, false));
    }
    List<AsmOperand> written = operands(word);
    if (hasVex) {
      Avx512.refuseMask(word, written, to.dialect());
    }
    AsmReader.expectEnd(in);
    if (AmdInstruction.is(word)) {
      prefixes.writeBytes(AmdInstruction.encode(word, written, to.mode(), column));
      to.emit(prefixes.toByteArray(), times);
      return;
    }
    AsmSpelling spelling = new AsmSpelling(to.mode(), word, written, to.dialect().mayBeNasm());
    if (AsmNames.isMnemonic(to.table, word)) {
      spelling.understand(to.table, operandSize);
    }
    word = spelling.word;
    if (!AsmNames.isMnemonic(to.table, word)) {
      throw new AsmScanner.Complaint(column, to.unknown(word, false));
    }
    List<AsmOperand> operands = spelling.operands;
    if (isBreakpoint(word, operands)) {
      prefixes.write(INT3);
      to.emit(prefixes.toByteArray(), times);
      return;
    }
    boolean branch = AsmNames.branches(to.table, word);
    operands.forEach(o -> to.dialect().refuseAddress(o, branch));
    operands.forEach(o -> o.cut = to.dialect().hasNasm());
    if (branch && !operands.isEmpty()) {
      // The distance to another section is not known before a linker places both.
      AsmOperand target = operands.get(operands.size() - 1);
      target.near |= target.kind == AsmOperand.Kind.VALUE && !target.value.isWithin(to.part());
    }
    boolean placed = branch || operands.stream().anyMatch(o -> o.relative);
    to.work(WORK * (placed ? times : 1));
    WrittenPrefixes all =
        new WrittenPrefixes(bytes(spelling.before), spelling.operandSize, addressSize);
    if (!placed) {
      byte[] code = encoded(word, operands, all);
      to.emit(code, times);
      if (times == 1 && !word.equalsIgnoreCase("int")) { // INT 3 differs once the text is GAS's
        to.remember(code);
      }
      return;
    }
    for (long i = 0; i < times; i++) {
      to.emit(encoded(word, operands, all), 1);
    }
  }

  /** {@code int 3}: MASM and GAS mean INT3 by it, NASM the INT n of two bytes. */
  private boolean isBreakpoint(String word, List<AsmOperand> operands) {
    if (!word.equalsIgnoreCase("int") || operands.size() != 1 || to.dialect().mayBeNasm()) {
      return false;
    }
    WrittenValue number = operands.get(0).value;
    return number.known() && !number.relocatable() && number.number() == 3;
  }

  private byte[] bytes(int before) {
    byte[] written = prefixes.toByteArray();
    if (before == 0) {
      return written;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(before);
    all.writeBytes(written);
    return all.toByteArray();
  }

  private byte[] encoded(String word, List<AsmOperand> operands, WrittenPrefixes all) {
    long here = to.sections().here();
    AsmSelection selection = new AsmSelection(to.table, to.decoder, to.mode(), here, column);
    byte[] code = selection.best(word, operands, all);
    return to.isBefore386() && operands.size() == 1 ? around(word, code, operands) : code;
  }

  /** Processors before the 386 have short conditional branches only: around a jump that is near. */
  private byte[] around(String word, byte[] code, List<AsmOperand> operands) {
    boolean near = code.length == 4 && code[0] == 0x0F && (code[1] & 0xF0) == 0x80;
    if (Character.toLowerCase(word.charAt(0)) != 'j' || !near) {
      return code;
    }
    AsmSelection behind =
        new AsmSelection(
            to.table, to.decoder, to.mode(), to.sections().here() + SHORT_BRANCH, column);
    operands.get(0).near = true;
    byte[] jump = behind.best("jmp", operands, new WrittenPrefixes(new byte[0], 0, 0));
    byte[] both = new byte[SHORT_BRANCH + jump.length];
    both[0] = (byte) (0x70 | (code[1] & 15) ^ 1);
    both[1] = (byte) jump.length;
    System.arraycopy(jump, 0, both, SHORT_BRANCH, jump.length);
    return both;
  }

  /** The next word, behind {@code {vex}}. */
  private String next() {
    if (!Avx512.acceptVex(in)) {
      return in.word();
    }
    vex = true;
    column = in.column();
    String word = in.word();
    if (word.isEmpty()) {
      throw in.complaint("expected an instruction, found " + in.found());
    }
    return word;
  }

  /** Reads prefix words; returns the word behind them, or an empty string. */
  private String prefixes(String first) {
    String word = first;
    for (int n = 1; AsmDirective.isPrefix(word); n++) {
      int prefix = AsmDirective.prefix(word);
      if (prefix >= 0) {
        prefixes.write(prefix);
      } else if (Character.toLowerCase(word.charAt(0)) == 'o') {
        operandSize = -prefix;
      } else {
        addressSize = -prefix;
      }
      if (in.atEnd()) {
        return "";
      }
      column = in.column();
      word = next();
      if (n > MOST_PREFIXES) {
        throw new AsmScanner.Complaint(column, "an instruction has at most 15 bytes");
      }
      if (word.isEmpty()) {
        throw in.complaint("expected an instruction, found " + in.found());
      }
    }
    return word;
  }

  private List<AsmOperand> operands(String word) {
    List<AsmOperand> operands = new ArrayList<>();
    if (in.atEnd()) {
      return operands;
    }
    if (takesNothing(word)) {
      throw in.complaint(
          AsmScanner.clip(word.toUpperCase(Locale.ROOT))
              + " takes no operands, found "
              + in.found());
    }
    AsmOperandParser parser = new AsmOperandParser(in, to.scope(), to.mode(), to.defaultRelative());
    do {
      if (operands.size() == MOST_OPERANDS) {
        throw in.complaint("no instruction takes so many operands");
      }
      operands.add(parser.operand());
    } while (in.accept(",") && !(in.atEnd() && to.dialect().mayBeNasm()));
    return operands;
  }

  private boolean hasVex(String word) {
    return AsmNames.forms(to.table, word).stream()
        .anyMatch(f -> f.pattern().space() == Encoding.Space.VEX);
  }

  private boolean takesNothing(String word) {
    List<Form> forms = AsmNames.forms(to.table, word);
    return !forms.isEmpty() && forms.stream().allMatch(f -> f.operands().isEmpty());
  }
}
