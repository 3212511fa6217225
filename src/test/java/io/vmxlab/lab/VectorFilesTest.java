package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.engine.Engine;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.MemoryMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of the vector files. */
class VectorFilesTest {
  private static final Path FOLDER = Path.of("test-vectors");

  static List<String> files() {
    return Vectors.builtInFiles();
  }

  static List<TestVector> vectors() {
    return Vectors.builtIn();
  }

  @Test
  void theIndexListsEveryFile() throws IOException {
    try (Stream<Path> all = Files.walk(FOLDER)) {
      List<String> found =
          all.filter(f -> f.toString().endsWith(".yaml"))
              .map(f -> FOLDER.relativize(f).toString().replace('\\', '/'))
              .sorted()
              .toList();
      assertEquals(found, Vectors.builtInFiles());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileFollowsTheSchema(String file) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(FOLDER.resolve("schema/vector.schema.json")));
    assertEquals(
        List.of(), schema.validate(Files.readString(FOLDER.resolve(file)), InputFormat.YAML));
  }

  /** The bytes are what others run; the assembly is what people read. */
  @ParameterizedTest
  @MethodSource("vectors")
  void assemblyAndBytesAgree(TestVector vector) {
    CodeMode mode = CodeMode.valueOf("BITS" + vector.mode());
    long usual = vector.mode() == 16 ? MemoryMap.PROGRAM_16 : MemoryMap.PROGRAM;
    Assembly result =
        new Assembler(Engine.table(), vector.id(), mode, vector.origin().orElse(usual), Map.of())
            .assemble(vector.code().assembly());
    assertArrayEquals(vector.code().bytes(), result.bytes(), vector.id());
    assertEquals(
        vector.origin().orElse(usual) + vector.code().test(), result.symbols().get("test"));
  }

  private static final String GOOD =
      """
      title: one
      vectors:
      - id: one
        about: a test
        rule: vmxon-cr4-vmxe
        citation: none
        satisfies: []
        violates: [vmxon-cr4-vmxe]
        processors: all
        firmware: locked-on
        mode: 64
        initial: {CR4.VMXE: 0}
        code: {assembly: "test: vmxon [0x5000]", bytes: F3 0F C7 34 25 00 50 00 00, test: 0}
        expect: {outcome: fault, vector: "#UD"}
      """;

  @Test
  void aGoodFileIsRead() {
    TestVector vector = VectorFile.parse("good.yaml", GOOD).get(0);
    assertEquals("one", vector.id());
    assertEquals("good.yaml:3:3", vector.where());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id: one             | idd: one             | bad.yaml:3:8: unknown key \"idd\"; did you mean \"id\"?",
        "mode: 64            | mode: 65             | bad.yaml:11:9: expected a number from 0 to 64, found 65",
        "mode: 64            | mode: 63             | bad.yaml:11:9: there is no 63-bit mode; give 64, 32 or 16",
        "firmware: locked-on | firmware: on         | bad.yaml:10:13: unknown value \"on\"; expected one of [unlocked, locked-on, locked-off, locked-smx-only]",
        "CR4.VMXE: 0         | CR4.VMXF: 0          | bad.yaml:12:23: CR4.VMXF: CR4 has no field of that name; did you mean VMXE",
        "F3 0F               | F3 F                 | bad.yaml:13:51: expected bytes as pairs of hexadecimal digits",
        "outcome: fault,     | outcome: completed,  | bad.yaml:14:40: \"vector\" does not go with this outcome",
        "processors: all     | processors: some     | bad.yaml:9:15: unknown value \"some\"; write all, or a mapping of only, with, without",
        "violates: [v        | violates: [[v        | bad.yaml:9:",
        "about: a test       | rule: twice          | bad.yaml:5:3: \"rule\" was given before",
        "test: 0}            | test: 9}             | bad.yaml:13:85: expected a number from 0 to 8, found 9",
        "id: one             | id: One              | bad.yaml:3:7: \"One\" is no id; write lower-case words joined by hyphens",
        "title: one          | vectors: []          | bad.yaml:2:1: \"vectors\" was given before",
      })
  void aBadFileIsNamedByLineAndColumn(String good, String bad, String message) {
    BadInputException e =
        assertThrows(
            BadInputException.class, () -> VectorFile.parse("bad.yaml", GOOD.replace(good, bad)));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void idsAreUniqueAmongFiles(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("a.yaml"), GOOD);
    Files.writeString(folder.resolve("b.yaml"), GOOD);
    BadInputException e =
        assertThrows(BadInputException.class, () -> Vectors.read(List.of(folder)));
    assertTrue(e.what().contains("was given at"), e.getMessage());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    BadInputException e =
        assertThrows(
            BadInputException.class, () -> Vectors.read(List.of(Path.of("no", "such.yaml"))));
    assertEquals("there is no such file", e.what());
  }
}
