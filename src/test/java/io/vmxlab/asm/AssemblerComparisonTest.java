package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.ByteStrings;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.SymbolNames;
import io.vmxlab.isa.TableTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Statements made from every row and freely written ones: the bytes are those of nasm. */
@DisplayName("Assembler against nasm")
class AssemblerComparisonTest {
  private static final String RECORDED = "nasm-recorded.txt.gz";
  private static final int MOST_SHOWN = 40;
  private static final Form FREE = null;

  private final InstructionTable table = InstructionTable.of(TableTest.rows());
  private final Decoder decoder = TableTest.decoder();
  private final Disassembler disassembler = new Disassembler(SymbolNames.NONE);
  private final RowDifferences differences;

  /** A statement, and the row it was made from, if any. */
  private record Statement(String text, Form form) {}

  AssemblerComparisonTest() throws IOException {
    differences = new RowDifferences("nasm-differences.txt");
  }

  @Test
  @DisplayName("some statements for every row, and free ones")
  void sample() throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    assertTrue(compare(2, 3000, 1) > 15_000);
  }

  @Test
  @Tag("slow")
  @DisplayName("at least 200,000 statements, times the scale")
  void all() throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    for (int round = 0; round < Scale.factor(); round++) {
      assertTrue(compare(40, 40_000, 2 + round * 1000L) > 200_000);
    }
  }

  @Test
  @DisplayName("recorded answers")
  void recorded() throws IOException {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream(RECORDED)),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split(" ", 4);
        CodeMode mode = CodeMode.valueOf("BITS" + columns[0]);
        byte[] theirs = HexFormat.of().parseHex(columns[2]);
        byte[] ours = assemble(columns[3], mode, Long.parseLong(columns[1]));
        if (ours == null || !Arrays.equals(ours, theirs)) {
          wrong.add(line + " ours " + hex(ours));
        }
        count++;
      }
    }
    report(wrong);
    assertTrue(count > 10_000);
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "refused" : HexFormat.of().formatHex(bytes);
  }

  private static void report(List<String> wrong) {
    assertEquals(
        0,
        wrong.size(),
        () -> String.join("\n", wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()))));
  }

  /** Returns how many statements were compared. */
  private int compare(int perRow, int free, long seed) throws IOException {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (CodeMode mode : CodeMode.values()) {
      List<Statement> all = statements(mode, perRow, free, seed);
      for (int from = 0; from < all.size(); from += Nasm.MOST) {
        List<Statement> some = all.subList(from, Math.min(from + Nasm.MOST, all.size()));
        List<String> texts = texts(some, mode);
        byte[][] theirs = Nasm.ask(texts, mode);
        for (int i = 0; i < theirs.length; i++) {
          check(texts.get(i), some.get(i).form, mode, Nasm.address(i), theirs[i], wrong);
        }
        count += theirs.length;
      }
    }
    report(wrong);
    return count;
  }

  private void check(
      String text, Form form, CodeMode mode, long address, byte[] theirs, List<String> wrong) {
    byte[] ours = assemble(text, mode, address);
    boolean same = ours == null ? theirs == null : theirs != null && same(ours, theirs);
    if (!same && !(form != null && differences.contains(theirs == null, form))) {
      String row = form == null ? "" : " row " + form.syntax();
      wrong.add(mode + " {" + text + "} ours " + hex(ours) + " nasm " + hex(theirs) + row);
    }
  }

  /** Their bytes are filled up to the slot's end. */
  private static boolean same(byte[] ours, byte[] theirs) {
    byte[] filled = Arrays.copyOf(ours, Nasm.SLOT);
    Arrays.fill(filled, ours.length, Nasm.SLOT, (byte) 0x90);
    return Arrays.equals(filled, theirs);
  }

  private byte[] assemble(String text, CodeMode mode, long address) {
    Map<String, Long> symbols = Map.of("origin", (long) Nasm.ORIGIN);
    try {
      return new Assembler(table, "test", mode, address, symbols).assemble(text).bytes();
    } catch (AssemblyException e) {
      return null;
    }
  }

  private List<Statement> statements(CodeMode mode, int perRow, int free, long seed) {
    ByteStrings generator = new ByteStrings(seed + mode.bits);
    List<Statement> statements = new ArrayList<>();
    for (Form form : table.forms()) {
      boolean usable = ByteStrings.possible(form, mode) && !form.mnemonic().startsWith("EVEX");
      for (int i = 0; i < perRow && usable; i++) {
        byte[] code = generator.next(form, mode);
        Decoded decoded = decoder.decode(code, 0, code.length, mode);
        if (decoded instanceof Decoded.Valid) {
          Instruction insn = ((Decoded.Valid) decoded).instruction();
          if (!farBranch(insn)) {
            statements.add(new Statement(HexFormat.of().formatHex(insn.bytes), insn.form));
          }
        }
      }
    }
    Statements writer = new Statements(seed + mode.bits);
    for (int i = 0; i < free; i++) {
      statements.add(new Statement(writer.next(mode), FREE));
    }
    return statements;
  }

  /**
   * A branch over almost 2 GBytes, for which nasm wraps around without a word, or one so far that
   * the encodings with and without a size prefix differ in reach.
   */
  private static boolean farBranch(Instruction insn) {
    List<Operand> operands = insn.form.operands();
    boolean branch = !operands.isEmpty() && operands.get(0).kind() == Operand.Kind.RELATIVE;
    long most = operands.isEmpty() || operands.get(0).width() == 8 ? 0x70 : 0x7FFF_0000L;
    return branch && Math.abs(insn.immediate) > most;
  }

  /** Texts of statements that stand where {@link Nasm} puts them. */
  private List<String> texts(List<Statement> some, CodeMode mode) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      Statement s = some.get(i);
      if (s.form == FREE) {
        texts.add(s.text);
        continue;
      }
      byte[] code = HexFormat.of().parseHex(s.text);
      Decoded decoded = decoder.decode(code, 0, code.length, mode);
      Instruction insn = ((Decoded.Valid) decoded).instruction();
      texts.add(anchor(disassembler.text(insn, Nasm.address(i)), insn));
    }
    return texts;
  }

  /** A plain number is no address within the program for nasm: writes it as a distance. */
  private static String anchor(String text, Instruction insn) {
    int relative = text.indexOf("rel 0x");
    int at = relative < 0 ? -1 : relative + 4;
    for (Operand o : insn.form.operands()) {
      at = o.kind() == Operand.Kind.RELATIVE ? text.lastIndexOf("0x") : at;
    }
    return at < 0 ? text : text.substring(0, at) + "origin-0x1000+" + text.substring(at);
  }

  /**
   * Records nasm's answers for machines without it.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException {
    AssemblerComparisonTest test = new AssemblerComparisonTest();
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[0]))),
            StandardCharsets.US_ASCII)) {
      for (CodeMode mode : CodeMode.values()) {
        List<Statement> all = test.statements(mode, 2, 1500, 3);
        for (int from = 0; from < all.size(); from += Nasm.MOST) {
          test.record(all.subList(from, Math.min(from + Nasm.MOST, all.size())), mode, out);
        }
      }
    }
  }

  private void record(List<Statement> some, CodeMode mode, Writer out) throws IOException {
    List<String> texts = texts(some, mode);
    byte[][] theirs = Nasm.ask(texts, mode);
    for (int i = 0; i < theirs.length; i++) {
      byte[] ours = assemble(texts.get(i), mode, Nasm.address(i));
      // Listed differences are left out; unlisted ones are for the live comparison to show.
      if (theirs[i] != null && ours != null && same(ours, theirs[i])) {
        out.write(mode.bits + " " + Nasm.address(i) + " " + hex(ours) + " " + texts.get(i) + "\n");
      }
    }
  }
}
