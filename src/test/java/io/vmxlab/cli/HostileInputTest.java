package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.explain.Style;
import io.vmxlab.fuzz.WellFormed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs made to break the command line, and outputs that break by themselves. */
class HostileInputTest {
  private static final Path CASES = Path.of("src/test/resources/io/vmxlab/cases/robust");

  @TempDir Path folder;

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  /** Whether files can have such names here: in the locale C only ASCII can be. */
  private static boolean named(String name) {
    try {
      return !Path.of(name).toString().isEmpty();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Cli.Result refused(Cli.Result result, String... parts) {
    assertEquals(Exit.USAGE, result.status(), result.out() + result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().length() < 500, result.err());
    plain(result.err());
    for (String part : parts) {
      assertTrue(result.err().contains(part), part + " in: " + result.err());
    }
    return result;
  }

  private static void plain(String text) {
    assertTrue(text.codePoints().allMatch(c -> c == '\n' || !Character.isISOControl(c)), text);
  }

  /** Never ends, and counts what is taken of it. */
  private static final class Endless extends InputStream {
    private final byte what;
    private long taken;

    Endless(char what) {
      this.what = (byte) what;
    }

    @Override
    public int read() {
      taken++;
      return what;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      Arrays.fill(bytes, from, from + length, what);
      taken += length;
      return length;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run -", "asm -", "disasm -", "cpus import -", "exercise set-vmxe -"})
  void inputs_without_an_end_are_refused(String line) {
    Endless endless = new Endless('n');
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(endless, OutputStream.nullOutputStream(), err, Style.PLAIN, false);
    assertEquals(Exit.USAGE, Main.run(terminal, line.split(" ")));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("more than 64 MBytes"), err::toString);
    assertTrue(endless.taken <= 65 << 20, "took " + endless.taken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run /dev/zero",
        "asm /dev/zero",
        "disasm /dev/zero",
        "cpus import /dev/zero",
        "cpus show /dev/zero",
        "exercise set-vmxe /dev/zero",
        "conformance /dev/zero",
        "vectors /dev/zero",
        "@/dev/zero"
      })
  void devices_are_refused(String line) {
    if (Files.exists(Path.of("/dev/zero"))) {
      refused(Cli.run(line.split(" ")), "more than");
    }
  }

  @Test
  void a_lesson_waits_for_a_line_of_any_length_and_keeps_none() {
    InputStream line =
        new ByteArrayInputStream("x".repeat(1 << 22).getBytes(StandardCharsets.UTF_8));
    Terminal terminal =
        new Terminal(
            line,
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Style.PLAIN,
            false);
    assertEquals(Exit.OK, Main.run(terminal, "demo", "cr4-vmxe-clear", "--step"));
  }

  @Test
  void a_long_line_of_digits_is_hex() throws IOException {
    String digits = "90".repeat(2000);
    for (String text : List.of(digits, "90 ".repeat(2000), "0x90,".repeat(2000))) {
      assertEquals(Exit.OK, Cli.with(text.getBytes(StandardCharsets.UTF_8), "run", "-").status());
      assertEquals(
          Exit.OK, Cli.with(text.getBytes(StandardCharsets.UTF_8), "disasm", "-").status());
      assertEquals(Exit.OK, Cli.run("run", file("digits", text)).status());
    }
    assertEquals(Exit.OK, Cli.run("disasm", digits).status());
    refused(Cli.run("disasm", digits + "9"), "cannot read");
  }

  @Test
  void hex_without_bytes_is_empty() {
    for (String command : List.of("run", "disasm")) {
      refused(Cli.run(command, CASES.resolve("c.hex").toString()), "c.hex", "no bytes");
    }
  }

  @Test
  void names_that_no_file_can_have_are_only_unknown() throws IOException {
    refused(Cli.run("demo", CASES.resolve("nul.yaml").toString()), "a\\x00b");
    String arguments = file("arguments", "run enable-vmx --cpu a\u0001b");
    refused(Cli.run("@" + arguments), "unknown processor model \"a");
    refused(Cli.run("run", "enable-vmx", "--cpu", "a\0b"), "a\\x00b");
    refused(Cli.run("run", "a\0b"), "not a file name");
    refused(Cli.run("demo", "a\0b.yaml"), "not a file name");
    refused(Cli.run("exercise", "a\0b.yaml"), "not a file name");
    refused(Cli.run("cpus", "show", "a\0b"), "not a file name");
  }

  @ParameterizedTest
  @CsvSource({
    "VMX operation, 24, 0 to 2",
    "VMX operation, 3, 0 to 2",
    "SMX operation, 0xf1, 0 to 1",
    "activity, 4, 0 to 3",
    "INIT pending, 2, 0 to 1",
    "cpl, 4, 0 to 3"
  })
  void a_state_that_means_nothing_cannot_be_forced(String name, String value, String range) {
    refused(Cli.run("run", "enable-vmx", "--force", "--set", name + "=" + value), range);
  }

  @Test
  void numbers_are_refused_not_cut() {
    refused(Cli.run("conformance", "--jobs", "4294967297"), "--jobs", "1 to 256");
    refused(Cli.run("run", "enable-vmx", "--set", "msr[0x10000003a]=5"), "msr[0x10000003a]");
    refused(Cli.run("decode", "0x10000003a", "5"), "0x10000003a");
  }

  @ParameterizedTest
  @CsvSource({
    "first-fetch-32.bin, 32, CS.limit=0x3",
    "force-first-fetch.bin, 64, RIP=0x0",
    "nop.asm, 64, cr3=200000h"
  })
  void a_watched_first_fetch_may_fault(String name, String mode, String setting) {
    Cli.Result result =
        Cli.run(
            "run",
            CASES.resolve(name).toString(),
            "--mode",
            mode,
            "--trace",
            "--force",
            "--set",
            setting);
    assertTrue(result.status() == Exit.FAULT || result.status() == Exit.OK, result.err());
  }

  private static final class Failing extends OutputStream {
    private long left;

    Failing(long left) {
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      if (--left < 0) {
        throw new IOException("No space left on device");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run enable-vmx",
        "run enable-vmx --json",
        "run enable-vmx --trace",
        "run enable-vmx --trace --json",
        "run enable-vmx --all-cpus",
        "sequences",
        "sequences enable-vmx",
        "demo",
        "demo cr4-vmxe-clear",
        "demo cr4-vmxe-clear --step",
        "exercise set-vmxe",
        "exercise set-vmxe docs/examples/enable-cr4.asm",
        "conformance --rule vmxon-cr4-vmxe --cpu penryn",
        "vectors",
        "vectors export --rule vmxon-cr4-vmxe",
        "rules",
        "cpus",
        "cpus show skylake",
        "cpus compare skylake penryn",
        "decode cr4 1",
        "vmcs 4402h --cpu skylake",
        "asm docs/examples/enable-cr4.asm",
        "disasm 90",
        "completion",
        "man",
        "--help",
        "run --help",
        "--version"
      })
  void an_output_that_fails_is_no_success(String line) {
    for (int most : new int[] {0, 5}) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Terminal terminal =
          new Terminal(InputStream.nullInputStream(), new Failing(most), err, Style.PLAIN, false);
      assertEquals(Exit.USAGE, Main.run(terminal, line.split(" ")), line);
      String said = err.toString(StandardCharsets.UTF_8);
      assertTrue(said.contains("cannot write to standard output: No space left"), said);
      assertEquals(1, said.lines().count(), said);
    }
  }

  /** An endless program: the trace has to end because nobody takes it, not by the limit. */
  @Test
  void a_trace_ends_when_its_reader_has_gone() throws IOException {
    String loop = file("loop.asm", "l: jmp l\n");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(InputStream.nullInputStream(), new Failing(1000), err, Style.PLAIN, false);
    long start = System.nanoTime();
    assertEquals(Exit.USAGE, Main.run(terminal, "run", loop, "--trace"));
    assertTrue(System.nanoTime() - start < 60_000_000_000L, "a hundred million lines take longer");
  }

  @Test
  void symbols_are_shown_and_not_obeyed() {
    for (String line : List.of("disasm", "run --trace --call main", "run --call x")) {
      List<String> args = new ArrayList<>(List.of(line.split(" ")));
      args.add(1, CASES.resolve("e3.o").toString());
      Cli.Result result = Cli.run(args.toArray(new String[0]));
      plain(result.out() + result.err());
    }
  }

  @Test
  void titles_and_code_are_shown_and_not_obeyed() throws IOException {
    String demo = Files.readString(Path.of("docs/lessons/demos/cr4-vmxe-clear.yaml"));
    demo =
        demo.replaceFirst("title: \"", "title: \"\\\\e[31m")
            .replaceFirst("question: \"?", "question: \"\\\\e[2J\\\\a")
            .replaceFirst("code: \\|2\n", "code: |2\n          nop ; \u0085\n");
    String file = file("odd.yaml", demo);
    for (String option : List.of("--answer", "--json", "--code", "--mended")) {
      Cli.Result result = Cli.run("demo", file, option);
      plain(result.out() + result.err());
    }
  }

  @Test
  void json_is_utf_8_and_text_what_the_terminal_takes() throws IOException {
    assumeTrue(named("\u00E4\u20AC"), "this locale has no such file names");
    String name = file("\u00E4\u20AC.asm", "nop\n");
    for (String option : List.of("--json", "--force")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Terminal terminal =
          new Terminal(
              InputStream.nullInputStream(),
              out,
              out,
              StandardCharsets.US_ASCII,
              Style.PLAIN,
              false);
      assertEquals(Exit.OK, Main.run(terminal, "run", name, option));
      String expected = option.equals("--json") ? "\u00E4\u20AC.asm" : "\\u00E4\\u20AC.asm";
      assertTrue(out.toString(StandardCharsets.UTF_8).contains(expected), out::toString);
    }
  }

  /** A report is XML whatever the files are called and whatever is in them. */
  @Test
  void every_submission_is_graded_or_refused_by_itself() throws IOException {
    List<String> files =
        List.of(
            Files.copy(
                    CASES.resolve("ffff.asm"),
                    folder.resolve((named("\uFFFE") ? "a\uFFFE" : "a") + "\u0001&<\".asm"))
                .toString(),
            file("broken.asm", "\uFFFF\u0000 ]]> mov\n"),
            file("right.asm", "mov rax, cr4\nbts rax, 13\nmov cr4, rax\n"),
            file("endless.asm", "l: jmp l\n"),
            Files.write(folder.resolve("odd.o"), Files.readAllBytes(CASES.resolve("e3.o")))
                .toString(),
            Files.write(folder.resolve("e0.elf"), Files.readAllBytes(CASES.resolve("e0.elf")))
                .toString(),
            folder.toString(),
            "a\0b",
            file("empty.hex", "; nothing"));
    Path report = folder.resolve("report.xml");
    List<String> args = new ArrayList<>(List.of("exercise", "set-vmxe"));
    args.addAll(files);
    args.addAll(List.of("--junit-xml", report.toString()));
    Cli.Result result = Cli.run(args.toArray(new String[0]));
    assertTrue(result.status() == Exit.USAGE, result.err());
    assertTrue(result.out().contains("right.asm: right"), result.out());
    assertTrue(result.out().contains(files.size() + " submissions: 1 right"), result.out());
    plain(result.out() + result.err());
    String xml = Files.readString(report);
    WellFormed.xml(xml);
    assertEquals(files.size(), xml.split("<testsuite ").length - 1);
    args.add("--json");
    WellFormed.json(Cli.run(args.toArray(new String[0])).out());
  }

  @Test
  void a_newline_in_a_vector_never_becomes_code() throws IOException {
    Cli.Result result =
        Cli.run(
            "vectors",
            "export",
            CASES.resolve("inj.yaml").toString(),
            "--format",
            "asm",
            "--output",
            folder.toString());
    assertEquals(Exit.OK, result.status(), result.err());
    String source = Files.readString(folder.resolve("vmptrld-succeeds.asm"));
    List<String> code =
        source.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith(";")).toList();
    assertEquals(4, code.size(), source);
    assertTrue(code.get(0).startsWith("bits ") && code.get(1).startsWith("org "), source);
    assertTrue(code.get(2).startsWith("db 0xB9, 0x80, 0x04") && code.get(3).equals("hlt"), source);
  }

  @Test
  void the_code_of_an_exported_vector_is_its_bytes() throws IOException {
    Cli.run("vectors", "export", "--format", "asm", "--output", folder.toString());
    Path source = folder.resolve("vmxon-enters-vmx-operation.asm");
    assertTrue(Files.exists(source));
    assertFalse(Files.readString(source).contains("db 0x"));
    Cli.Result assembled = Cli.run("asm", source.toString(), "--hex");
    assertTrue(assembled.out().strip().endsWith("F4"), assembled.out());
  }

  @Test
  void arguments_come_from_files() throws IOException {
    String inner = file("inner", "--firmware 'locked-off' # a comment\n");
    String outer = file("outer", "run \"enter-vmx\"\n@" + inner + "\n");
    assertEquals(Cli.run("run", "enter-vmx", "--firmware", "locked-off"), Cli.run("@" + outer));
    refused(Cli.run("run", "@@none"), "@none");
    String itself = file("itself", "@" + folder.resolve("itself"));
    refused(Cli.run("@" + itself), "name one another");
  }

  @Test
  void a_reproducer_holds_standard_input_and_files_of_arguments() throws IOException {
    String arguments = file("arguments", "run -");
    InputStream broken =
        new InputStream() {
          private boolean again;

          @Override
          public int read() {
            throw new IllegalStateException("broken on purpose");
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            if (again) {
              return read();
            }
            again = true;
            bytes[from] = 'n';
            bytes[from + 1] = 'o';
            bytes[from + 2] = 'p';
            return 3;
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(new RecordedInput(broken), err, err, Style.PLAIN, false);
    assertEquals(Exit.DEFECT, Main.run(terminal, "@" + arguments));
    String text = err.toString(StandardCharsets.UTF_8);
    Path report = Path.of(text.substring(text.indexOf("reproducer") + 10).strip());
    String held = Files.readString(report);
    Files.delete(report);
    assertTrue(held.contains("base64 of standard input:\nbm9w"), held);
    assertTrue(held.contains("base64 of " + arguments), held);
  }

  @Test
  void output_does_not_overwrite_its_source() throws IOException {
    String source = file("x.asm", "nop\n");
    byte[] before = Files.readAllBytes(Path.of(source));
    refused(Cli.run("asm", source, "-o", source), "x.asm", "source");
    refused(
        Cli.run("asm", source, "-o", folder.resolve(".").resolve("x.asm").toString()), "source");
    String dump = file("dump.txt", "0x480: 0x00da040000000004\n");
    refused(Cli.run("cpus", "import", dump, "--base", "skylake", "--output", dump), "source");
    assertArrayEquals(before, Files.readAllBytes(Path.of(source)));
  }
}
