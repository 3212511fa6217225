package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.explain.Style;
import io.vmxlab.lab.Sequence;
import io.vmxlab.model.CpuModels;
import io.vmxlab.platform.device.ExitPort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The run command, end to end. */
class RunCommandTest {
  @TempDir Path folder;

  private static Cli.Result assembly(String text, String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "run";
    args[1] = "-";
    System.arraycopy(more, 0, args, 2, more.length);
    return Cli.with(text.getBytes(StandardCharsets.UTF_8), args);
  }

  @ParameterizedTest
  @CsvSource({
    "enable-vmx,   unlocked,        1: TRUE,               outside VMX operation",
    "enable-vmx,   locked-on,       0: FALSE,              outside VMX operation",
    "enable-vmx,   locked-off,      0: FALSE,              outside VMX operation",
    "enter-vmx,    unlocked,        0: entered,            in VMX root operation",
    "enter-vmx,    locked-on,       0: entered,            in VMX root operation",
    "enter-vmx,    locked-off,      2: firmware forbids it, outside VMX operation",
    "enter-vmx,    locked-smx-only, 2: firmware forbids it, outside VMX operation",
    "vmxon-vmxoff, unlocked,        0: done,               outside VMX operation",
    "round-trip,   locked-on,       0: done,               outside VMX operation",
  })
  void sequences(String name, String firmware, String returned, String vmx) {
    Cli.Result result = Cli.run("run", name, "--firmware", firmware);
    assertEquals(Exit.OK, result.status(), result.err());
    assertTrue(result.out().matches("(?s).*returned +" + returned + ".*"), result.out());
    assertTrue(result.out().contains(vmx), result.out());
    assertEquals("", result.err());
  }

  @ParameterizedTest
  @EnumSource(Sequence.class)
  void sequencesRunOnEveryProcessor(Sequence sequence) {
    for (String cpu : CpuModels.names()) {
      Cli.Result result = Cli.run("run", sequence.id(), "--cpu", cpu);
      assertEquals(Exit.OK, result.status(), cpu + result.out() + result.err());
    }
  }

  @Test
  void roundTripLeavesCr4AsItWas() {
    Cli.Result result = Cli.run("run", "round-trip");
    assertFalse(result.out().contains("CR4"), result.out());
  }

  @ParameterizedTest
  @CsvSource({
    "nop,                            0",
    "hlt,                            0",
    "ud2,                            3",
    "l: jmp l,                       4",
  })
  void exitStatus(String code, int status) {
    assertEquals(status, assembly(code, "--max-instructions", "100000").status());
  }

  @Test
  void exitPortReportsFailure() {
    String port = "0x" + Long.toHexString(ExitPort.PORT);
    String code = "mov eax, 3\nmov dx, " + port + "\nout dx, eax\n";
    Cli.Result result = assembly(code);
    assertEquals(Exit.GUEST_FAILED, result.status(), result.out());
    assertTrue(result.out().contains("exit port"), result.out());
  }

  @Test
  void tripleFaultIsShutdown() {
    Cli.Result result = assembly("lidt [idt]\nud2\nidt: times 10 db 0\n");
    assertEquals(Exit.FAULT, result.status(), result.out());
    assertTrue(result.out().contains("shutdown (triple fault)"), result.out());
  }

  @Test
  void traceShowsEachInstruction() {
    Cli.Result result = Cli.run("run", "enable-cr4", "--trace");
    assertTrue(result.out().contains("mov rax, cr4"), result.out());
    assertTrue(result.out().contains("CR4=2020h"), result.out());
  }

  @Test
  void hexFromFile() throws Exception {
    Path file = Files.writeString(folder.resolve("vmxon.hex"), "F3 0F C7 30\n");
    Cli.Result result = Cli.run("run", file.toString());
    assertEquals(Exit.FAULT, result.status());
    assertTrue(result.out().contains("vmxon-cr4-vmxe"), result.out());
  }

  @Test
  void argumentsFromFile() throws Exception {
    Path file =
        Files.writeString(folder.resolve("args"), "run\nenable-vmx\n--firmware locked-on\n");
    Cli.Result result = Cli.run("@" + file);
    assertTrue(result.out().contains("0: FALSE"), result.out() + result.err());
  }

  @Test
  void sameRunSameText() {
    String code = "rdrand rax\nrdtsc\n";
    assertEquals(assembly(code, "--trace").out(), assembly(code, "--trace").out());
  }

  @Test
  void textIsPlainAndNarrow() {
    for (String line :
        Cli.run("run", "vmxon-vmxoff", "--firmware", "locked-off").out().lines().toList()) {
      assertTrue(line.length() <= 80, line);
      assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 127), line);
    }
  }

  @Test
  void capabilityMsrsAreShownBitByBit() {
    String shown = Cli.run("cpus", "show", "skylake").out();
    assertTrue(shown.contains("TRUE_CONTROLS"), shown);
    assertTrue(shown.contains("PAGE_WALK_4"), shown);
    String decoded = Cli.run("decode", "IA32_VMX_BASIC", "0xDA040000000004").out();
    assertTrue(decoded.contains("REGION_SIZE"), decoded);
    assertTrue(!decoded.contains("reserved"), decoded);
  }

  @Test
  void helpEverywhere() {
    for (String name : Commands.NAMES) {
      Cli.Result result = Cli.run(name, "--help");
      assertEquals(Exit.OK, result.status());
      assertTrue(result.out().startsWith("Usage: vmxlab " + name), result.out());
      result.out().lines().forEach(l -> assertTrue(l.length() <= 80, l));
    }
    assertTrue(Cli.run("cpus", "show", "--help").out().contains("NAME"));
    assertTrue(Cli.run("--version").out().startsWith("vmxlab"));
  }

  /** What is read without picocli is read as picocli reads it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run enable-vmx",
        "run enable-vmx --firmware=locked-on --cpu haswell",
        "run --json enable-vmx --set cr4.VMXE=1 --set rax=5",
        "run - --mode 32",
        "decode cr4 0x2020 --all",
        "cpus show penryn",
        "rules vmxon-cr4-vmxe --json",
      })
  void quickReadingIsPicoclisReading(String line) throws Exception {
    String[] args = line.split(" ");
    byte[] input = "nop".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(new ByteArrayInputStream(input), print, print, Style.PLAIN, false);
    assertTrue(QuickLine.read(args) != null, line);
    PicocliLine.execute(terminal, args);
    assertArrayEquals(
        Cli.with(input, args).out().lines().toArray(),
        out.toString(StandardCharsets.UTF_8).lines().toArray());
  }

  @Test
  void strictRefusesAFailureThatWasNotLookedAt() {
    String twice =
        "mov rax, cr4\nor eax, 2000h\nmov cr4, rax\n" + "vmxon [vmxon_pointer]\n".repeat(2);
    String[] options = {"--firmware", "locked-on", "--strict"};
    assertEquals(Exit.FAULT, assembly(twice, options).status());
    assertEquals(Exit.OK, assembly(twice + "jc done\ndone: ret", options).status());
    Cli.Result plain = assembly(twice, "--firmware", "locked-on");
    assertEquals(Exit.OK, plain.status());
    assertTrue(plain.out().contains("the program did not look at CF"), plain.out());
  }

  /** The library speaks of its methods, the command line of its options. */
  @Test
  void messagesAreInTheWordsOfTheCommandLine() {
    Cli.Result result = Cli.run("run", "enable-vmx", "--set", "cr4.15=1");
    assertTrue(result.err().contains("--force"), result.err());
    assertFalse(result.err().contains("MachineBuilder"), result.err());
  }

  /** Compilers use AVX registers when told to. */
  @ParameterizedTest
  @CsvSource({
    "'C5 F8 28 C1',     VMOVAPS, true",
    "'0F AE 20',        XSAVE,   false",
    "'0F 01 D4',        VMFUNC,  false",
  })
  void aStopAtAnInstructionOfCompilersSaysHowToCompile(String bytes, String name, boolean hint) {
    Cli.Result result =
        Cli.with(bytes.getBytes(StandardCharsets.UTF_8), "run", "-", "--set", "cr4.OSFXSR=1");
    assertEquals(hint, result.out().contains("-mavx"), name + ": " + result.out());
  }
}
