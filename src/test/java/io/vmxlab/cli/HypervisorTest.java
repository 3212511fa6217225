package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/examples/hypervisor.c}, as an object and as an image. */
class HypervisorTest {
  private static final Path EXAMPLES = Path.of("docs/examples");
  private static final int VMCS_FAILED = 2;

  @TempDir Path folder;

  private Path compile(String source, String... options) throws Exception {
    Path object = folder.resolve(source + ".o");
    assumeTrue(
        Gcc.compile(EXAMPLES.resolve(source), object, EXAMPLES, List.of(options)),
        "no gcc for x86-64");
    return object;
  }

  /** On a processor without EPT the first field of it that is missing stands in the way. */
  @ParameterizedTest
  @ValueSource(strings = {"-O0", "-O2"})
  void theObjectRunsWhereThereIsEpt(String level) throws Exception {
    byte[] object = Files.readAllBytes(compile("hypervisor.c", level));
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

  /** The image reports what the object returns. */
  @Test
  void theImageBootsWhereThereIsEpt() throws Exception {
    byte[] image = Files.readAllBytes(image());
    for (DumpedCpu cpu : CpuModels.list()) {
      BootRun run = Board.builder().cpu(cpu).build().boot("image", image);
      assertEquals(Ending.EXIT_PORT, run.ending(), cpu.name());
      assertEquals(OptionalInt.of(hasEpt(cpu) ? 0 : VMCS_FAILED), run.reported(), cpu.name());
    }
  }

  @Test
  void theImageBoots() throws Exception {
    Cli.Result result = Cli.run("boot", image().toString());
    assertEquals(Exit.OK, result.status(), result.out() + result.err());
  }

  private Path image() throws Exception {
    Path code = compile("hypervisor.c", "-O2", "-fno-pic", "-mno-red-zone");
    Path boot = compile("hypervisor_boot.S");
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
