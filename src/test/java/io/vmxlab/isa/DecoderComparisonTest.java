package io.vmxlab.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Byte strings made from every row: length and mnemonic are those that objdump shows. */
@DisplayName("Decoder against objdump")
class DecoderComparisonTest {
  private static final String RECORDED = "objdump-recorded.txt.gz";
  private static final int MOST_SHOWN = 40;

  private final InstructionTable table = InstructionTable.of(TableTest.rows());
  private final Decoder decoder = TableTest.decoder();
  private final Differences differences;

  DecoderComparisonTest() throws IOException {
    differences = new Differences("objdump-differences.txt");
  }

  @Test
  @DisplayName("some strings for every row")
  void sample() throws IOException {
    assumeTrue(Objdump.installed(), "objdump is not installed");
    assertTrue(compare(3, 1) > 15_000);
  }

  @Test
  @Tag("slow")
  @DisplayName("at least 200,000 strings, times the scale")
  void all() throws IOException {
    assumeTrue(Objdump.installed(), "objdump is not installed");
    for (int round = 0; round < Scale.factor(); round++) {
      assertTrue(compare(40, 2 + round * 1000L) > 200_000);
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
        String[] columns = line.split(" ");
        CodeMode mode = CodeMode.valueOf("BITS" + columns[0]);
        byte[] code = HexFormat.of().parseHex(columns[1]);
        Objdump.Answer answer = new Objdump.Answer(Integer.parseInt(columns[2]), columns[3]);
        check(code, mode, answer, wrong);
        count++;
      }
    }
    report(wrong);
    assertTrue(count > 10_000);
  }

  private void check(byte[] code, CodeMode mode, Objdump.Answer answer, List<String> wrong) {
    Decoded decoded = decoder.decode(code, 0, code.length, mode);
    if (!(decoded instanceof Decoded.Valid)
        || !differences.agree(((Decoded.Valid) decoded).instruction(), answer)) {
      wrong.add(mode + " " + HexFormat.of().formatHex(code) + " " + answer + " " + name(decoded));
    }
  }

  private static String name(Decoded decoded) {
    return decoded instanceof Decoded.Valid
        ? ((Decoded.Valid) decoded).instruction().form.syntax()
        : decoded.toString();
  }

  private static void report(List<String> wrong) {
    assertEquals(
        0,
        wrong.size(),
        () -> String.join("\n", wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()))));
  }

  /** Returns how many strings were compared. */
  private int compare(int perRow, long seed) throws IOException {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (CodeMode mode : CodeMode.values()) {
      List<byte[]> strings = strings(mode, perRow, seed);
      Objdump.Answer[] answers = Objdump.ask(strings, mode);
      for (int i = 0; i < answers.length && wrong.size() < MOST_SHOWN; i++) {
        check(strings.get(i), mode, answers[i], wrong);
      }
      count += answers.length;
    }
    report(wrong);
    return count;
  }

  private List<byte[]> strings(CodeMode mode, int perRow, long seed) {
    ByteStrings generator = new ByteStrings(seed + mode.bits);
    List<byte[]> strings = new ArrayList<>();
    List<String> never = new ArrayList<>();
    for (Form form : table.forms()) {
      if (!ByteStrings.possible(form, mode)) {
        continue;
      }
      boolean made = false;
      for (int i = 0; i < perRow || !made && i < 100; i++) {
        byte[] code = generator.next(form, mode);
        if (legal(code, mode)) {
          strings.add(code);
          made = true;
        }
      }
      if (!made) {
        never.add(mode + " " + form.encoding() + " " + form.syntax());
      }
    }
    assertEquals(List.of(), never, "rows that no bytes were made for");
    return strings;
  }

  private boolean legal(byte[] code, CodeMode mode) {
    Decoded decoded = decoder.decode(code, 0, code.length, mode);
    return decoded instanceof Decoded.Valid
        && ((Decoded.Valid) decoded).instruction().length() == code.length;
  }

  /**
   * Records objdump's answers for machines without it.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException {
    DecoderComparisonTest test = new DecoderComparisonTest();
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[0]))),
            StandardCharsets.US_ASCII)) {
      for (CodeMode mode : CodeMode.values()) {
        List<byte[]> strings = test.strings(mode, 3, 3);
        Objdump.Answer[] answers = Objdump.ask(strings, mode);
        for (int i = 0; i < answers.length; i++) {
          String code = HexFormat.of().formatHex(strings.get(i));
          out.write(mode.bits + " " + code + " " + answers[i].length() + " ");
          out.write(answers[i].mnemonic() + "\n");
        }
      }
    }
  }
}
