package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.explain.Explain;
import io.vmxlab.machine.Board;
import io.vmxlab.machine.BootRun;
import io.vmxlab.machine.Ending;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Gcc;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/examples/hypervisor.c}, as an object and as an image. */
class HypervisorTest {
  private static final Path EXAMPLES = Path.of("docs/examples");
  private static final Path HYPERVISOR = EXAMPLES.resolve("hypervisor.c");
  private static final int VMCS_FAILED = 2;

  @TempDir Path folder;

  private Path compile(Path source, String... options) throws Exception {
    Path object = folder.resolve(source.getFileName() + ".o");
    assumeTrue(Gcc.compile(source, object, EXAMPLES, List.of(options)), "no gcc for x86-64");
    return object;
  }

  /** On a processor without EPT the first field of it that is missing stands in the way. */
  @ParameterizedTest
  @ValueSource(strings = {"-O0", "-O2"})
  void theObjectRunsWhereThereIsEpt(String level) throws Exception {
    byte[] object = Files.readAllBytes(compile(HYPERVISOR, level));
    for (DumpedCpu cpu : CpuModels.list()) {
      Run run =
          Machine.builder().cpu(cpu).build().run(Program.elf("hv.o", object).call("hypervisor"));
      boolean ept = hasEpt(cpu);
      assertEquals(OptionalLong.of(ept ? 0 : VMCS_FAILED), run.returnValue(), cpu.name());
      assertEquals(Vmx.OUTSIDE, run.vmx(), cpu.name());
      assertEquals(ept ? List.of() : List.of("vmcs-field-supported"), rules(run), cpu.name());
    }
  }

  private static List<String> rules(Run run) {
    return run.events().stream()
        .map(e -> ((Event.VmFailed) e).cause().orElseThrow().id())
        .distinct()
        .toList();
  }

  /** The image reports what the object returns, and the board names the same rule. */
  @Test
  void theImageBootsWhereThereIsEpt() throws Exception {
    byte[] image = Files.readAllBytes(image(HYPERVISOR));
    for (DumpedCpu cpu : CpuModels.list()) {
      BootRun run = Board.builder().cpu(cpu).build().boot("image", image);
      boolean ept = hasEpt(cpu);
      assertEquals(Ending.EXIT_PORT, run.ending(), cpu.name());
      assertEquals(OptionalInt.of(ept ? 0 : VMCS_FAILED), run.reported(), cpu.name());
      assertEquals(ept ? "" : "vmcs-field-supported", failed(run), cpu.name());
    }
  }

  private static String failed(BootRun run) {
    return run.processor().failure().map(e -> Explain.event(e).rule()).orElse("");
  }

  /** But for what depends on the compiler, {@code docs/guests.md} has the same lines. */
  @Test
  void theDocumentShowsWhatIsPrinted() throws Exception {
    String page = Files.readString(Path.of("docs/guests.md"), StandardCharsets.UTF_8);
    int from = page.indexOf("a failure of VMX\n");
    String shown = page.substring(from, page.indexOf("  ...", from));
    String out = Cli.run("boot", image(HYPERVISOR).toString(), "--cpu", "penryn").out();
    for (String line : shown.lines().filter(l -> !l.matches("  (at|code)  .*")).toList()) {
      assertTrue(out.lines().anyMatch(line::equals), line);
    }
  }

  @Test
  void theImageBoots() throws Exception {
    Cli.Result result = Cli.run("boot", image(HYPERVISOR).toString());
    assertEquals(Exit.OK, result.status(), result.out() + result.err());
  }

  /** What a board tells of a monitor that does something else in place of a line. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "write(VMCS_LINK_POINTER, ~0ull); | write(VMCS_LINK_POINTER, 1);"
            + "| link-pointer-address-valid | invalid guest state",
        "write(VMCS_LINK_POINTER, ~0ull);"
            + "| static u64 area[2] __attribute__((aligned(16))) = {0xC0000100};"
            + " write(VMCS_LINK_POINTER, ~0ull); write(0x4014, 1); write(0x200A, (u64)area);"
            + "| msr-area-entry-loadable | MSR loading",
        "__cpuid(leaf, 0x40000000); | __asm__ volatile(\"ud2\");"
            + "| sdm-ud | triple fault is a VM exit",
        "write(0x0C0C, 0x18); | | host-tr-not-null | VMLAUNCH failed",
      })
  void aBoardNamesTheRule(String line, String instead, String rule, String words) throws Exception {
    String source = Files.readString(HYPERVISOR, StandardCharsets.US_ASCII);
    assertTrue(source.contains(line), line);
    Path changed = folder.resolve("changed.c");
    Files.writeString(changed, source.replace(line, instead == null ? "" : instead));
    Path image = image(changed);
    BootRun run = Board.builder().build().boot("image", Files.readAllBytes(image));
    assertEquals(rule, failed(run));
    assertEquals(1, run.processor().failures());
    Cli.Result result = Cli.run("boot", image.toString());
    assertEquals(Exit.GUEST_FAILED, result.status());
    assertTrue(result.out().contains(words), result.out());
    Cli.Result json = Cli.run("boot", image.toString(), "--json");
    assertTrue(json.out().contains("\"vmxFailures\": 1"), json.out());
  }

  private Path image(Path source) throws Exception {
    Path code = compile(source, "-O2", "-fno-pic", "-mno-red-zone");
    Path boot = compile(EXAMPLES.resolve("hypervisor_boot.S"));
    Path wide = folder.resolve("image64");
    Path image = folder.resolve("image");
    tool(
        "ld",
        "-n",
        "-Ttext=0x101000",
        "--section-start=.multiboot=0x100000",
        "-o",
        wide.toString(),
        boot.toString(),
        code.toString());
    tool("objcopy", "-O", "elf32-i386", wide.toString(), image.toString());
    return image;
  }

  private static boolean hasEpt(DumpedCpu cpu) {
    long controls = cpu.real().msr(Msr.IA32_VMX_PROCBASED_CTLS2.index).orElse(0);
    return (controls & VmxCapability.MAY_EPT) != 0;
  }

  private static void tool(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      assertEquals(0, process.waitFor(), command[0]);
    } catch (IOException none) {
      assumeTrue(false, "no " + command[0]);
    }
  }
}
