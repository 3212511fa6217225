package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.model.CpuModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpusCommandTest {
  @TempDir Path folder;

  private static final String TRUE_CONTROLS = "mov ecx, 0x48D\nrdmsr\n";

  private static Cli.Result assembly(String text, String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "run";
    args[1] = "-";
    System.arraycopy(more, 0, args, 2, more.length);
    return Cli.with(text.getBytes(StandardCharsets.UTF_8), args);
  }

  @Test
  void everyModelIsListed() {
    String out = Cli.run("cpus").out();
    CpuModels.names().forEach(n -> assertTrue(out.contains("  " + n + " "), n));
  }

  @Test
  void comparisonSaysWhatBreaks() {
    String out = Cli.run("cpus", "compare", "skylake", "skylake-sp").out();
    String expected =
        "  IA32_VMX_PROCBASED_CTLS2.MAY_USE_TSC_SCALING: 0, 1\n"
            + "      USE_TSC_SCALING = 1: VM entry fails with error 7 on skylake\n";
    assertTrue(out.contains(expected), out);
    assertTrue(out.contains("MOV to CR4 with PKE = 1 is #GP(0) on skylake"), out);
    assertTrue(
        Cli.run("cpus", "compare", "penryn", "skylake")
            .out()
            .contains("RDMSR is #GP(0) on penryn"));
    assertTrue(Cli.run("cpus", "compare", "skylake", "skylake").out().contains("no differences"));
  }

  @Test
  void aProgramOnAllModels() {
    Cli.Result good = Cli.run("run", "enter-vmx", "--all-cpus");
    assertEquals(Exit.OK, good.status());
    assertTrue(
        good.out().endsWith("processor models\n\ncompleted, returned 0, on all\n"), good.out());
    Cli.Result bad = assembly(TRUE_CONTROLS, "--all-cpus");
    assertEquals(Exit.FAULT, bad.status());
    assertTrue(
        bad.out().contains("#GP(0), on 3\n    at rdmsr\n    rule msr-is-implemented"), bad.out());
    assertTrue(bad.out().contains("on  merom, penryn, bonnell\n"), bad.out());
  }

  /** A state that some models cannot be in is a row of the report, not the end of it. */
  @Test
  void modelsThatCannotBeginAreNamed() {
    Cli.Result result = assembly("nop\n", "--all-cpus", "--set", "cr4.PKE=1");
    assertEquals(Exit.USAGE, result.status());
    assertTrue(result.out().contains("completed, on 30\n"), result.out());
    assertTrue(
        result.out().contains("cannot begin, on 36\n    CR4: bits that are reserved there are set"),
        result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run enter-vmx --all-cpus --cpu penryn | vmxlab: --all-cpus goes neither with --cpu nor with --trace",
        "cpus import no-such-file              | vmxlab: cannot read no-such-file: no such file",
        "cpus import pom.xml                   | vmxlab: pom.xml: no line says anything of a processor in the form of rdmsr, cpuid -r, AIDA64, InstLatx64, VirtualBox, vmxcap, libcpuid, FreeBSD's cpuid and cpucontrol, /proc/cpuinfo, or a table of MSRs",
        "cpus import pom.xml --name a/b        | vmxlab: a model's name has letters, digits, dots and hyphens, not \"a/b\"",
        "cpus compare skylake skylark          | vmxlab: unknown processor model \"skylark\"; did you mean \"skylake\"? vmxlab cpus lists the models",
      })
  void badInput(String line, String message) {
    Cli.Result result = Cli.run(line.strip().split(" +"));
    assertEquals(Exit.USAGE, result.status());
    assertEquals(message + "\n", result.err());
  }

  @Test
  void anImportedModelRuns() throws Exception {
    Path model = folder.resolve("mine.cpu");
    String dump = "src/test/resources/io/vmxlab/model/dumps/aida64.txt";
    Cli.Result imported = Cli.run("cpus", "import", dump, "--output", model.toString());
    assertEquals(Exit.OK, imported.status(), imported.err());
    assertTrue(Files.size(model) > 1000);
    Cli.Result run = Cli.run("run", "enter-vmx", "--cpu", model.toString());
    assertEquals(Exit.OK, run.status(), run.err());
    Cli.Result same = Cli.run("cpus", "compare", "kaby-lake", model.toString());
    assertTrue(same.out().contains("no differences"), same.out());
  }

  /** Lines that are not understood are reported on standard error; the rest makes a model. */
  @Test
  void whatIsNotUnderstoodIsReported() {
    byte[] dump =
        "0x481: 0x7f00000016\nIA32_VMX_BASIC = 0x12345678901234567\n"
            .getBytes(StandardCharsets.UTF_8);
    Cli.Result result = Cli.with(dump, "cpus", "import", "-");
    assertEquals(Exit.OK, result.status());
    assertEquals(
        "vmxlab: standard input:2: looks like a table, but \"12345678901234567\" is no hexadecimal"
            + " number of at most 16 digits\n"
            + "vmxlab: standard input: the dump lacks CPUID and 17 MSRs; taken from skylake, the"
            + " nearest model (its values of the MSRs that are given are the same)\n",
        result.err());
    assertTrue(result.out().contains("MSR 00000481: 0000-007F-0000-0016\n"), result.out());
  }

  @Test
  void processorsThatDifferHaveToBeChosen() {
    byte[] dump = "rdmsr -a 0x481\n7f00000016\nff00000016\n".getBytes(StandardCharsets.UTF_8);
    Cli.Result asked = Cli.with(dump, "cpus", "import", "-");
    assertEquals(Exit.USAGE, asked.status());
    assertEquals(
        "vmxlab: standard input: the processors differ: IA32_VMX_PINBASED_CTLS is 7F00000016 on 0,"
            + " FF00000016 on 1; choose one with --processor N\n",
        asked.err());
    Cli.Result chosen = Cli.with(dump, "cpus", "import", "-", "--processor", "1");
    assertEquals(Exit.OK, chosen.status());
    assertTrue(chosen.out().contains("MSR 00000481: 0000-00FF-0000-0016\n"), chosen.out());
    for (String number : new String[] {"2", "-1", "x", "4294967296", ""}) {
      Cli.Result bad = Cli.with(dump, "cpus", "import", "-", "--processor", number);
      assertEquals(Exit.USAGE, bad.status(), number);
      assertEquals(1, bad.err().lines().count(), bad.err());
    }
  }

  /** Windows shells write what a program prints into a file as UTF-16. */
  @Test
  void utf16() {
    byte[] dump = "\uFEFF0x481: 0x7f00000016\r\n".getBytes(StandardCharsets.UTF_16LE);
    assertEquals(Exit.OK, Cli.with(dump, "cpus", "import", "-").status());
  }
}
