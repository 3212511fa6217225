package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Vector;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.platform.Objects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The mission's routine, {@code docs/examples/enable-vmx.c}, as gcc compiles it at every level,
 * with and without position independence, on every processor model. SDM Vol. 3C "Enabling and
 * Entering VMX Operation" and "Restrictions on VMX Operation".
 */
class GccMatrixTest {
  private static final Path OBJECTS = Path.of("src/test/resources/io/vmxlab/objects");
  private static final Path EXAMPLES = Path.of("docs/examples");
  private static final List<String> LEVELS = List.of("-O0", "-O1", "-O2", "-O3", "-Os");
  private static final List<List<String>> RELOCATION =
      List.of(
          List.of(),
          List.of("-fno-pic"),
          List.of("-fPIC"),
          List.of("-fno-pic", "-mcmodel=kernel", "-mno-red-zone"),
          List.of("-mcmodel=large"),
          List.of("-fstack-protector-all"),
          List.of("-masm=intel"));

  @TempDir Path folder;

  static Stream<Arguments> recorded() {
    List<Arguments> all = new ArrayList<>();
    for (String model : CpuModels.reference().stream().map(DumpedCpu::name).toList()) {
      for (String level : LEVELS) {
        all.add(Arguments.of(model, "matrix" + level + ".o"));
        all.add(Arguments.of(model, "matrix" + level + "-no-pic.o"));
      }
    }
    return all.stream();
  }

  static Stream<Arguments> compiled() {
    List<Arguments> all = new ArrayList<>();
    for (List<String> options : RELOCATION) {
      for (String level : LEVELS) {
        List<String> with = new ArrayList<>(options);
        with.add(level);
        all.add(Arguments.of(with));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("recorded")
  void recordedObjects(String model, String file) {
    check(model, Program.elf(file, Objects.read(file)));
  }

  @ParameterizedTest(name = "gcc {0}")
  @MethodSource("compiled")
  void objectsOfTheCompilerHere(List<String> options) throws IOException, InterruptedException {
    Path object = folder.resolve("matrix.o");
    assumeTrue(Gcc.compile(OBJECTS.resolve("matrix.c"), object, EXAMPLES, options), "no gcc");
    check(CpuModels.DEFAULT, Program.elf("matrix.o", Files.readAllBytes(object)));
  }

  private static Run run(String model, Firmware firmware, Program program, String function) {
    Machine machine = Machine.builder().cpu(model).firmware(firmware).build();
    return machine.run(program.call(function));
  }

  private static void check(String model, Program program) {
    returns(1, Vmx.OUTSIDE, run(model, Firmware.UNLOCKED, program, "enable_vmx_operation"));
    returns(0, Vmx.OUTSIDE, run(model, Firmware.LOCKED_ON, program, "enable_vmx_operation"));
    returns(0, Vmx.OUTSIDE, run(model, Firmware.LOCKED_OFF, program, "enable_vmx_operation"));

    returns(0, Vmx.ROOT, run(model, Firmware.UNLOCKED, program, "enter_vmx_operation"));
    returns(0, Vmx.ROOT, run(model, Firmware.LOCKED_ON, program, "enter_vmx_operation"));
    faults(
        "VMXON",
        "vmxon-outside-smx-enabled",
        run(model, Firmware.LOCKED_OFF, program, "enter_vmx_operation"));

    for (Firmware on : List.of(Firmware.UNLOCKED, Firmware.LOCKED_ON)) {
      faults("MOV", "cr0-vmx-fixed-to-1", run(model, on, program, "clear_paging_in_vmx_operation"));
      faults("MOV", "cr4-vmx-fixed-to-1", run(model, on, program, "clear_vmxe_in_vmx_operation"));
    }
  }

  private static void returns(long value, Vmx vmx, Run run) {
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(OptionalLong.of(value), run.returnValue());
    assertEquals(vmx, run.vmx());
    assertEquals(List.of(), run.events());
  }

  private static void faults(String mnemonic, String rule, Run run) {
    assertEquals(Outcome.Kind.FAULT, run.kind(), run.outcome().toString());
    GuestFault fault = run.outcome().fault().orElseThrow();
    assertEquals(Optional.of(Vector.GP), fault.vector());
    assertEquals("#GP(0)", fault.title());
    assertEquals(mnemonic, fault.code().mnemonic());
    assertEquals(Optional.of(rule), fault.rule());
  }
}
