package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.RegisterName;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Statements in GAS's spelling that the assembler accepts mean what they mean to GNU as. The bytes
 * may differ where several encodings do the same: the instructions are compared, decoded.
 */
@DisplayName("Assembler against GNU as")
class GasComparisonTest {
  private static final String RECORDED = "gas-recorded.txt.gz";
  private static final int MOST_SHOWN = 40;

  private static final Pattern MOVE_64 = Pattern.compile("mov (r\\w+), 0x([0-9a-f]+)");

  private final InstructionTable table = InstructionTable.of(TableTest.rows());
  private final Decoder decoder = TableTest.decoder();
  private final Disassembler disassembler = new Disassembler(SymbolNames.NONE);

  private record Answer(String text, CodeMode mode, long address, byte[] bytes) {}

  @Test
  @DisplayName("fixed forms, and free statements")
  void sample() throws IOException {
    assumeTrue(Gas.installed(), "as and ld are not installed");
    assertTrue(compare(answers(3000, 1)) > 6000);
  }

  @Test
  @Tag("slow")
  @DisplayName("many free statements")
  void all() throws IOException {
    assumeTrue(Gas.installed(), "as and ld are not installed");
    assertTrue(compare(answers(40_000, 2)) > 80_000);
  }

  @Test
  @DisplayName("recorded answers")
  void recorded() throws IOException {
    List<Answer> answers = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream(RECORDED)),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split(" ", 4);
        byte[] bytes = columns[2].equals("-") ? null : HexFormat.of().parseHex(columns[2]);
        CodeMode mode = CodeMode.valueOf("BITS" + columns[0]);
        answers.add(new Answer(columns[3], mode, Long.parseLong(columns[1]), bytes));
      }
    }
    assertTrue(compare(answers) > 3000);
  }

  private static List<Answer> answers(int free, long seed) throws IOException {
    List<Answer> answers = new ArrayList<>();
    for (CodeMode mode : CodeMode.values()) {
      GasStatements writer = new GasStatements(seed + mode.bits);
      List<String> all = new ArrayList<>(Arrays.asList(GasStatements.fixed(mode)));
      for (int i = 0; i < free; i++) {
        all.add(writer.next(mode));
      }
      for (int from = 0; from < all.size(); from += Nasm.MOST) {
        List<String> some = all.subList(from, Math.min(from + Nasm.MOST, all.size()));
        byte[][] theirs = Gas.ask(some, mode);
        for (int i = 0; i < theirs.length; i++) {
          answers.add(new Answer(some.get(i), mode, Nasm.address(i), theirs[i]));
        }
      }
    }
    return answers;
  }

  /** Returns how many statements both accepted. */
  private int compare(List<Answer> answers) {
    List<String> wrong = new ArrayList<>();
    int accepted = 0;
    for (Answer a : answers) {
      byte[] ours = assemble(a);
      if (ours == null) {
        continue;
      }
      if (a.bytes == null
          || !meaning(ours, ours.length, a).equals(meaning(a.bytes, ours.length, a))) {
        HexFormat hex = HexFormat.of();
        String theirs = a.bytes == null ? "refused" : hex.formatHex(a.bytes);
        wrong.add(a.mode + " {" + a.text + "} ours " + hex.formatHex(ours) + " as " + theirs);
      }
      accepted++;
    }
    assertEquals(
        0,
        wrong.size(),
        () -> String.join("\n", wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()))));
    return accepted;
  }

  private byte[] assemble(Answer a) {
    Map<String, Long> symbols = Map.of("origin", (long) Nasm.ORIGIN);
    try {
      return new Assembler(table, "test", a.mode, a.address, symbols, Dialect.GAS)
          .assemble(a.text)
          .bytes();
    } catch (AssemblyException e) {
      return null;
    }
  }

  /** The first instruction, or the bytes of data. */
  private String meaning(byte[] code, int length, Answer a) {
    boolean data = a.text.startsWith(".");
    Decoded decoded = decoder.decode(code, 0, code.length, a.mode);
    if (data || length == 0 || !(decoded instanceof Decoded.Valid)) {
      return HexFormat.of().formatHex(code, 0, Math.min(length, code.length));
    }
    Instruction insn = ((Decoded.Valid) decoded).instruction();
    return narrow(disassembler.text(insn, a.address));
  }

  /** MOV of a number below 2^32 does the same to a 64-bit register and to its lower half. */
  private static String narrow(String text) {
    Matcher move = MOVE_64.matcher(text);
    if (!move.matches() || Long.parseUnsignedLong(move.group(2), 16) >>> 32 != 0) {
      return text;
    }
    RegisterName register = RegisterName.of(move.group(1));
    String name = RegisterName.general(register.number(), 32, false);
    return "mov " + name + ", 0x" + move.group(2);
  }

  /**
   * Records the answers of as for machines without it.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException {
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[0]))),
            StandardCharsets.US_ASCII)) {
      for (Answer a : answers(1500, 3)) {
        String bytes = a.bytes == null ? "-" : HexFormat.of().formatHex(a.bytes);
        out.write(a.mode.bits + " " + a.address + " " + bytes + " " + a.text + "\n");
      }
    }
  }
}
