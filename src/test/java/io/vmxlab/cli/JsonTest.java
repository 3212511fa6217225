package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vmxlab.machine.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every JSON document is as its schema in {@code docs/schema} says. */
class JsonTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(JsonTest::schema));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run       | run enable-vmx",
        "run       | run enter-vmx --firmware locked-off",
        "run       | run vmxon-vmxoff --firmware locked-off",
        "run       | run enable-cr4 --trace",
        "run       | run enable-vmx --max-instructions 3",
        "decode    | decode cr4 0x2020",
        "decode    | decode cr4.VMXE 1",
        "decode    | decode rax 5",
        "sequences | sequences",
        "cpus      | cpus",
        "cpu       | cpus show penryn",
        "cpu       | cpus show rocket-lake-e-2356g",
        "cpu-comparison | cpus compare penryn alder-lake",
        "run-all   | run enter-vmx --all-cpus --firmware locked-off",
        "run-all   | run enable-cr4 --all-cpus --set cr4.PKE=1",
        "cpu       | cpus show ice-lake-sp",
        "instructions | instructions --unmodelled",
        "instructions | instructions xsave64",
        "rules     | rules",
        "rules     | rules vmxon-outside-smx-enabled",
        "rules     | rules page-is-present",
        "disasm    | disasm F30FC730",
        "conformance | conformance --rule vmxon-cr4-vmxe",
        "conformance | conformance --rule vm-exit-hlt",
        "conformance | conformance --rule vmxon-cr4-vmxe --shard 2/5 --jobs 2",
        "vector-list | vectors",
        "demos     | demo",
        "demos     | demo --list launch",
        "demo      | demo host-tr-null",
        "demo      | demo rip-not-advanced",
        "run       | run src/test/resources/exercises/step-over/right.asm --call run_guest --launch-ready --stats",
        "demo      | demo cr4-vmxe-clear",
        "demo      | demo feature-control-locked-off",
        "demo      | demo error-number-after-cf",
        "check-dump | check-dump src/test/resources/io/vmxlab/lab/dumps/kvm.txt",
        "check-dump | check-dump src/test/resources/io/vmxlab/lab/dumps/haxm.txt --cpu haswell",
        "run       | run src/test/resources/io/vmxlab/cli/stale.asm --watch stale",
        "run       | run src/test/resources/io/vmxlab/cli/guest.asm --trace-vmx --stats --show-vmcs",
        "controls  | controls",
        "control-list | controls --list",
        "controls  | controls --cpu penryn --want EPT,exit.LOAD_IA32_PAT",
        "controls  | controls --all-cpus --want EPT,unrestricted-guest,EPT-violation-VE",
        "vmcs      | vmcs",
        "vmcs      | vmcs 6800h --cpu skylake",
        "exercises | exercise --list",
        "exercise  | exercise enter-vmx",
        "exercise  | exercise set-vmxe --hint 1",
        "grades    | exercise set-vmxe EXERCISES/set-vmxe/right.asm EXERCISES/set-vmxe/nearly.asm none.asm",
      })
  void documents(String schema, String line) throws Exception {
    String[] args =
        (line.strip().replace("EXERCISES", "src/test/resources/exercises") + " --json").split(" ");
    validate(schema.strip(), Cli.run(args).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ud2",
        "mov rax, 0x123456789000; mov [rax], rbx",
        "lidt [idt]; ud2; idt: times 10 db 0",
        "l: jmp l",
        "vmxon [rax]",
        "mov rax, cr4; or eax, 0x2000; mov cr4, rax; mov ecx, 0x3a; mov eax, 5; xor edx, edx; wrmsr;"
            + " vmxon [vmxon_pointer]; vmxon [vmxon_pointer]; mov rax, cr0; btr rax, 31; mov cr0, rax",
      })
  void endings(String code) throws Exception {
    byte[] input = code.replace(";", "\n").getBytes(StandardCharsets.UTF_8);
    validate("run", Cli.with(input, "run", "-", "--json", "--max-instructions", "1000").out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov esi, text\ncall print\nmov al, 3\njmp exit\ntext: db 'PASS: a', 10, 27, 0",
        "ud2",
        "hlt",
        "movaps xmm0, xmm1",
        "mov al, 0xFE\nout 0x64, al"
      })
  void boots(String code) throws Exception {
    byte[] image = Images.multiboot(code);
    validate("boot", Cli.with(image, "boot", "-", "--json", "--max-instructions", "1000").out());
  }

  @Test
  void exportedVectors() throws Exception {
    validate("vectors", Cli.run("vectors", "export").out());
  }

  @Test
  void assembled() throws Exception {
    byte[] input = "l: jmp l\n".getBytes(StandardCharsets.UTF_8);
    validate("asm", Cli.with(input, "asm", "-", "--json").out());
  }

  /** Whoever adds a command with JSON adds it to the documents above, and here. */
  @Test
  void everyCommandWithJsonIsAmongThem() {
    Set<String> named = new TreeSet<>();
    collect(Commands.all(), named);
    assertEquals(
        Set.of(
            "asm",
            "boot",
            "check-dump",
            "compare",
            "conformance",
            "controls",
            "cpus",
            "decode",
            "demo",
            "disasm",
            "exercise",
            "instructions",
            "rules",
            "run",
            "sequences",
            "show",
            "vectors",
            "vmcs"),
        named);
  }

  private static void collect(List<Command> commands, Set<String> named) {
    for (Command c : commands) {
      if (c.options().stream().anyMatch(o -> o.name().equals("--json"))) {
        named.add(c.name());
      }
      collect(c.subcommands(), named);
    }
  }

  /** The text of a schema that another one refers to. */
  private static String schema(String id) {
    try {
      return Files.readString(Path.of("docs/schema", id.substring(id.lastIndexOf('/') + 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void validate(String name, String document) throws Exception {
    String text = Files.readString(Path.of("docs/schema/" + name + ".schema.json"));
    Schema schema = REGISTRY.getSchema(text, InputFormat.JSON);
    List<Error> errors = schema.validate(document, InputFormat.JSON);
    assertEquals(List.of(), errors, document);
    assertTrue(document.contains("\"schema\": \"vmxlab/" + name + "\""), document);
  }
}
