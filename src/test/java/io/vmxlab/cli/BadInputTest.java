package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.explain.Style;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Bad input: one clear line, the right exit status, never a stack trace. */
class BadInputTest {
  @TempDir Path folder;

  /** A command line, the exit status, and what the message has to hold. */
  private record Row(String line, int status, String... message) {}

  private static Row row(String line, int status, String... message) {
    return new Row(line, status, message);
  }

  // spotless:off
  private static final List<Row> ROWS = List.of(
      row("rnu x",                                        2, "unknown command", "did you mean \"run\""),
      row("run",                                          2, "INPUT"),
      row("run a b",                                      2, "b"),
      row("run enable-vmx --jsn",                         2, "unknown option --jsn", "--json"),
      row("run enable-vmx --cpu",                         2, "--cpu"),
      row("run enable-vmz",                               2, "enable-vmz", "did you mean \"enable-vmx\""),
      row("run DIR/none.asm",                             2, "none.asm", "no such file"),
      row("run DIR",                                      2, "directory"),
      row("run enable-vmx --cpu skylak",                  2, "skylak", "skylake"),
      row("run enable-vmx --firmware locked",             2, "locked", "locked-on"),
      row("run enable-vmx --set cr4.VMXX=1",              2, "VMXX", "VMXE"),
      row("run enable-vmx --set cr44=1",                  2, "cr44", "CR4"),
      row("run enable-vmx --set cr4.VMXE=2",              2, "CR4.VMXE", "1 bit"),
      row("run enable-vmx --set cr4.VMXE=yes",            2, "yes"),
      row("run enable-vmx --set cr4",                     2, "cr4", "cr4.VMXE=1"),
      row("run enable-vmx --set cr0=0x1000000080050033",  2, "CR0", "--force"),
      row("run enable-vmx --set cr4.15=1",                2, "CR4", "--force"),
      row("run enable-vmx --mode 48",                     2, "48", "64, 32 or 16"),
      row("run enable-vmx --memory 12X",                  2, "12X"),
      row("run enable-vmx --cpu nope",                    2, "unknown processor model \"nope\"; vmxlab cpus lists the models"),
      row("run enable-vmx --set nonsense=1",              2, "docs/machine-state.md"),
      row("run enable-vmx --set cs.l=0",                  2, "CS.rights.L"),
      row("run enable-vmx --set efer.LMA=0",              2, "IA32_EFER", "LMA is 0", "--force"),
      row("run DIR/blank.asm",                            2, "blank.asm", "no code"),
      row("run enable-vmx --arg buffer:99999999999",      2, "a buffer of 99999999999 bytes", "16777216"),
      row("run enable-vmx --mode 16",                     2, "64-bit code", "choose mode 64"),
      row("asm DIR/blank.asm",                            2, "blank.asm", "no code"),
      row("cpus show OBJECTS/language-O0.o",              2, "no text"),
      row("decode zz 5",                                  2, "zz", "docs/machine-state.md"),
      row("@DIR/none",                                    2, "cannot read the arguments in", "no such file"),
      row("-h run",                                       0),
      row("help decode",                                  0),
      row("run enable-vmx --dialect tasm",                2, "tasm", "nasm, masm or gas"),
      row("run OBJECTS/language-O0.o --call common", 2, "common is a variable, not a function; there are "),
      row("run enable-vmx --memory 9999999999999G",       2, "memory: 9999999999999G of memory", "64G"),
      row("run enable-vmx --memory 1",                    2, "memory", "2M"),
      row("run enable-vmx --max-instructions 0",          2, "limit"),
      row("run enable-vmx --max-instructions many",       2, "many"),
      row("run enable-vmx --seed x",                      2, "x"),
      row("run enable-vmx --abi fast",                    2, "fast", "sysv"),
      row("run enable-vmx --arg buffer:0",                2, "buffer"),
      row("run enable-vmx --call nowhere",                2, "nowhere"),
      row("run DIR/bad.asm",                              2, "bad.asm:2:"),
      row("run DIR/empty.asm",                            2, "empty.asm", "it is empty"),
      row("run DIR/odd.hex",                              2, "odd.hex:1:", "digit"),
      row("run DIR/text.hex",                             2, "text.hex:1:1", "hexadecimal"),
      row("run DIR/elf.o",                                2, "elf.o", "truncated"),
      row("run DIR/arm.o",                                2, "arm.o"),
      row("run DIR/pe.exe",                               2, "pe.exe", "PE"),
      row("run DIR/coff.obj",                             2, "coff.obj", "COFF"),
      row("run DIR/loop.asm --max-instructions 1000",     4),
      row("asm DIR/bad.asm",                              2, "bad.asm:2:"),
      row("asm DIR/none.asm",                             2, "no such file"),
      row("asm DIR/loop.asm --output DIR/no/where",       2, "cannot write", "no such folder"),
      row("disasm DIR/loop.asm",                          2, "assembly text"),
      row("decode",                                       2, "NAME"),
      row("decode cr44 1",                                2, "cr44", "CR4"),
      row("decode cr4 x",                                 2, "x"),
      row("cpus show",                                    2, "NAME"),
      row("cpus show pentium",                            2, "pentium", "vmxlab cpus lists the models"),
      row("cpus show DIR/bad.asm",                        2, "bad.asm"),
      row("sequences enable",                             2, "enable"),
      row("rules vmxon-cr4-vmx",                          2, "vmxon-cr4-vmx", "vmxon-cr4-vmxe"),
      row("demo cr4-vmxe-cler",                           2, "cr4-vmxe-cler", "cr4-vmxe-clear"),
      row("demo nothing-like-it",                         2, "no demo", "demo --list"),
      row("demo cr4-vmxe-clear --step --json",            2, "--step", "--json"),
      row("demo cr4-vmxe-clear extra",                    2, "extra"),
      row("demo DIR/none.yaml",                           2, "none.yaml", "no such file"),
      row("demo DIR/bad.yaml",                            2, "bad.yaml:2:"),
      row("exercise set-vmx",                             2, "set-vmx", "set-vmxe"),
      row("exercise DIR/bad.yaml",                        2, "bad.yaml:2:"),
      row("exercise set-vmxe --hint 4",                   2, "hints 1 to 3"),
      row("exercise set-vmxe --hint 0",                   2, "hints 1 to 3"),
      row("exercise set-vmxe --hint -1",                  2, "hint"),
      row("exercise set-vmxe --hint one",                 2, "one"),
      row("exercise set-vmxe --hints --json",             2, "--hints", "--json"),
      row("exercise set-vmxe --junit-xml x.xml",          2, "--junit-xml", "files"),
      row("exercise set-vmxe -o DIR/no/where",            2, "cannot write", "no such folder"),
      row("exercise set-vmxe DIR/none.asm",               2, "none.asm", "no such file"),
      row("exercise set-vmxe DIR/bad.asm",                2, "bad.asm:2:"),
      row("exercise set-vmxe DIR/empty.asm",              2, "empty.asm", "it is empty"),
      row("exercise set-vmxe DIR/pe.exe",                 2, "pe.exe", "PE"),
      row("exercise set-vmxe DIR",                        2, "directory"),
      row("conformance DIR/none",                         2, "no such file"),
      row("conformance DIR/bad.yaml",                     2, "bad.yaml:2:"),
      row("run enable-vmx --set cr9999=1",                2, "cr9999"),
      row("run enable-vmx --set msr[0x10000003a]=5",      2, "msr[0x10000003a]", "32 bits", "msr[0x3a]"),
      row("run enable-vmx --set msr[0x999]=5",            2, "no MSR of that number", "docs/machine-state.md"),
      row("decode 10000003Ah 5",                          2, "32 bits"),
      row("conformance --jobs 4294967297",                2, "--jobs is a number from 1 to 256", "4294967297"),
      row("run enable-vmx --cpu DIR/none.cpu",            2, "none.cpu: no such file"),
      row("run enable-vmx --cpu none.cpu",                2, "cannot read none.cpu: no such file"),
      row("run enable-vmx --cpu DIR",                     2, "directory"),
      row("run --tracee",                                 2, "unknown option --tracee", "--trace"),
      row("run --firmwre locked-on DIR/loop.asm",         2, "unknown option --firmwre", "--firmware"),
      row("decode --al cr4",                              2, "unknown option --al", "--all"),
      row("--trace run enable-vmx",                       2, "unknown option --trace", "option of run"),
      row("run enable-vmx --arg vmxon_regionn",           2, "vmxon_regionn", "vmxon_region,", "buffer:SIZE"),
      row("run DIR/f.c",                                  2, "f.c", "gcc", "-ffreestanding -c f.c -o f.o", "run f.o --call"),
      row("run DIR/f.CPP",                                2, "C++", "g++", "f.o"),
      row("run DIR/f.rs",                                 2, "Rust", "rustc", "--emit=obj"),
      row("run DIR/f.S",                                  2, "f.S:", "gcc -c f.S -o f.o"),
      row("run OBJECTS/names-O0.o",                       0),
      row("run OBJECTS/names-O0.o --call hv::start",      2, "hv::start is overloaded; name one of hv::start(), hv::start(int), "),
      row("run OBJECTS/names-O0.o --call hv::strat",      2, "did you mean hv::start"),
      row("run OBJECTS/names-O0.o --call hv::loud",       2, "unresolved symbol: report"),
      row("run OBJECTS/names-O0.o --call hv::use",        0),
      row("boot DIR/f.S --json --serial -",               2, "--json and --serial - both write to standard output"),
      row("conformance --rule vm-exit-htl",               2, "did you mean \"vm-exit-hlt\"?"),
      row("conformance --rule vmxon",                     2, "unknown rule"));
  // spotless:on

  private void files() throws IOException {
    Files.writeString(folder.resolve("bad.asm"), "nop\n  movv eax, 1\n");
    Files.writeString(folder.resolve("empty.asm"), "");
    Files.writeString(folder.resolve("blank.asm"), "; nothing\nn equ 5\n");
    Files.writeString(folder.resolve("odd.hex"), "F3 0\n");
    Files.writeString(folder.resolve("text.hex"), "xyz\n");
    Files.writeString(folder.resolve("loop.asm"), "l: jmp l\n");
    Files.writeString(folder.resolve("f.c"), "int f(void) { return 1; }\n");
    Files.writeString(folder.resolve("f.CPP"), "int f() { return 1; }\n");
    Files.writeString(folder.resolve("f.rs"), "pub extern \"C\" fn f() {}\n");
    Files.writeString(folder.resolve("f.S"), "f: movq %rax, %rbx\n");
    Files.writeString(folder.resolve("bad.yaml"), "vectors:\n  - id: ]\n");
    Files.write(folder.resolve("elf.o"), new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0});
    byte[] arm = new byte[64];
    System.arraycopy(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}, 0, arm, 0, 7);
    arm[16] = 1;
    arm[18] = (byte) 0xB7;
    arm[20] = 1;
    arm[52] = 64;
    Files.write(folder.resolve("arm.o"), arm);
    byte[] pe = new byte[128];
    pe[0] = 'M';
    pe[1] = 'Z';
    pe[0x3C] = 0x40;
    pe[0x40] = 'P';
    pe[0x41] = 'E';
    Files.write(folder.resolve("pe.exe"), pe);
    byte[] coff = new byte[80];
    coff[0] = 0x64;
    coff[1] = (byte) 0x86;
    coff[2] = 1;
    Files.write(folder.resolve("coff.obj"), coff);
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return ROWS.stream().map(r -> DynamicTest.dynamicTest(r.line, () -> check(r)));
  }

  private void check(Row row) throws IOException {
    files();
    String[] args =
        row.line
            .replace("DIR", folder.toString())
            .replace("OBJECTS", "src/test/resources/io/vmxlab/objects")
            .split(" ");
    Cli.Result result = Cli.run(args);
    List<Executable> checks = new ArrayList<>();
    checks.add(() -> assertEquals(row.status, result.status(), result.out() + result.err()));
    checks.add(() -> assertFalse(result.err().contains("\tat "), result.err()));
    if (row.status == Exit.USAGE) {
      checks.add(() -> assertEquals(1, result.err().lines().count(), result.err()));
      checks.add(() -> assertEquals("", result.out()));
    }
    for (String part : row.message) {
      checks.add(() -> assertTrue(result.err().contains(part), part + " in: " + result.err()));
    }
    assertAll(checks);
  }

  @Test
  void forcedSettingsAreSaid() {
    Cli.Result result = Cli.run("run", "enable-cr4", "--set", "cr4.15=1", "--force");
    assertTrue(result.err().contains("forced"), result.err());
    assertTrue(result.err().contains("CR4"), result.err());
  }

  @Test
  void defectLeavesReproducer() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("broken on purpose");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(broken, out, out, Style.PLAIN, false);
    assertEquals(Exit.DEFECT, Main.run(terminal, "run", "-"));
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("version") && text.contains("vmxlab run -"), text);
    assertFalse(text.contains("\tat "), text);
    String file = text.substring(text.indexOf("reproducer") + 10).strip();
    assertTrue(Files.readString(Path.of(file)).contains("broken on purpose"));
    Files.delete(Path.of(file));
  }

  /** Standard input, files behind {@code =} and files that an argument file names. */
  @Test
  void aReproducerHoldsAllThatWasRead() throws IOException {
    Path named = Files.writeString(folder.resolve("named.asm"), "nop ; of the argument file\n");
    Path model = Files.writeString(folder.resolve("my.cpu"), "of the option");
    Path arguments = Files.writeString(folder.resolve("args"), "run \"" + named + "\" -v");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
    RecordedInput input =
        new RecordedInput(
            new ByteArrayInputStream("nop ; typed\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals("nop ; typed\n", new String(input.readAllBytes(), StandardCharsets.UTF_8));
    Terminal terminal = new Terminal(input, out, out, Style.PLAIN, false);
    String[] args = {"run", "-", "--cpu=" + model, "@" + arguments};
    assertEquals(Exit.DEFECT, Defect.report(terminal, args, new IllegalStateException("oh")));
    String text = err.toString(StandardCharsets.UTF_8);
    Path file = Path.of(text.substring(text.indexOf("reproducer") + 10).strip());
    String reproducer = Files.readString(file);
    Files.delete(file);
    for (String part :
        List.of(
            "nop ; typed\n", "of the option", "nop ; of the argument file\n", "run \"" + named)) {
      String digits =
          Base64.getEncoder()
              .withoutPadding()
              .encodeToString(part.getBytes(StandardCharsets.UTF_8));
      assertTrue(
          reproducer.replaceAll("\\s", "").contains(digits.substring(0, digits.length() - 4)),
          part + " in " + reproducer);
    }
  }
}
