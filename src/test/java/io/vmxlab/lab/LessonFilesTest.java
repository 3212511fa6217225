package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vmxlab.machine.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of the files in {@code docs/lessons}, and what is said about files of another form. */
class LessonFilesTest {
  private static final Path FOLDER = Path.of("docs/lessons");

  private static final String DEMO =
      """
      title: t
      mistake: m
      text: one
      code: |2
              nop
      expect:
        exception: "#UD"
      mended:
        text: two
        code: |2
              nop
        expect:
          vmx: outside
      question: q
      answer: a
      """;

  @TempDir Path folder;

  static Stream<String> files() {
    return Stream.concat(
        Demo.names().stream().map(n -> "demos/" + n),
        Exercise.names().stream().map(n -> "exercises/" + n));
  }

  @ParameterizedTest
  @CsvSource({"demos", "exercises"})
  void theIndexListsEveryFile(String kind) throws IOException {
    List<String> listed = kind.equals("demos") ? Demo.names() : Exercise.names();
    try (Stream<Path> all = Files.list(FOLDER.resolve(kind))) {
      List<String> found =
          all.map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".yaml"))
              .map(f -> f.replace(".yaml", ""))
              .sorted()
              .toList();
      assertEquals(found, listed.stream().sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileFollowsTheSchema(String file) throws IOException {
    String schema = file.startsWith("demos") ? "demo" : "exercise";
    Schema s =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                Files.readString(FOLDER.resolve("schema/" + schema + ".schema.json")),
                InputFormat.JSON);
    String text = Files.readString(FOLDER.resolve(file + ".yaml"));
    assertEquals(List.of(), s.validate(text, InputFormat.YAML));
  }

  @Test
  void aDemoOfOnesOwnIsReadFromAFile() throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(file, DEMO);
    Demo demo = Demo.named(file.toString());
    assertEquals("own", demo.name());
    List<EndState.Difference> differences = new DemoView(demo).differences();
    assertEquals(1, differences.size());
    assertEquals("#UD", differences.get(0).expected());
    assertEquals("the program runs to its end", differences.get(0).found());
  }

  @Test
  void aModelBesideTheFileCanBeUsed() throws IOException {
    Files.copy(FOLDER.resolve("cpus/without-vmx.cpu"), folder.resolve("mine.cpu"));
    Path file = folder.resolve("own.yaml");
    Files.writeString(
        file,
        DEMO.replace(
            "code: |2\n        nop\nexp", "machine: {cpu: mine}\ncode: |2\n        vmxoff\nexp"));
    Demo demo = Demo.named(file.toString());
    assertEquals(List.of(), new DemoView(demo).differences());
    assertEquals("a processor without VMX", demo.shown().machine().cpu().title());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title: t             | titel: t             | own.yaml:1:8  | title",
        "'\"#UD\"'            | '\"#XX\"'            | own.yaml:7:14 | no exception",
        "vmx: outside         | vmx: inside          | own.yaml:13:10 | unknown value",
        "vmx: outside         | 'state: {cr4.VMXX: 1}' | own.yaml:13:23 | VMXE",
        "vmx: outside         | 'kept: [IA32_PAT]'   | own.yaml:13:12 | remembers",
        "'code: |2\n        nop\nexp' | 'machine: {cpu: skylak}\ncode: n\nexp' | own.yaml:4:16 | skylake",
        "'code: |2\n        nop\nexp' | 'machine: {set: [cr4.VMXE=7]}\ncode: n\nexp' | own.yaml:4:17 | 1 bit",
      })
  void mistakesAreSaidWithTheirPlace(String part, String wrong, String where, String message)
      throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(file, DEMO.replace(part, wrong));
    BadInputException e = assertThrows(BadInputException.class, () -> Demo.named(file.toString()));
    assertTrue(e.getMessage().contains(where), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
