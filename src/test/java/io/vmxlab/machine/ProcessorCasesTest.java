package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that once were told something false about a processor. */
class ProcessorCasesTest {
  private static final int INTEL = 0x756E_6547;

  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  static Program program(String file) throws IOException {
    try (InputStream in =
        ProcessorCasesTest.class.getResourceAsStream("/io/vmxlab/cases/processors/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return file.endsWith(".hex") ? Program.hex(file, text) : Program.assembly(file, text);
    }
  }

  private static Run run(String file, MachineBuilder machine) throws IOException {
    return machine.build().run(program(file));
  }

  private static MachineBuilder on(String cpu) {
    return Machine.builder().cpu(cpu);
  }

  private static String rule(Run run) {
    return run.outcome().fault().flatMap(GuestFault::rule).orElse("no fault");
  }

  @Test
  void hiddenMsr() throws IOException {
    Run run = run("hidden-msr.asm", on("skylake"));
    assertEquals("IA32_PERF_STATUS (MSR 198H)", ((Outcome.Unmodelled) run.outcome()).what());
  }

  @ParameterizedTest
  @CsvSource({"coffee-lake, 20005h", "skylake, 40005h", "sapphire-rapids, 100005h"})
  void firmwareWithSgxOrLocalMachineCheck(String cpu, String value) throws IOException {
    Run run = run("fc-sgx.asm", on(cpu).set("IA32_FEATURE_CONTROL", value));
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(Numbers.parse("", value), run.get(State.RAX));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tertiary-ctls3.asm", "exit-ctls2.asm"})
  void announcedControlsCanBeRead(String file) throws IOException {
    for (DumpedCpu model : CpuModels.list()) {
      Run run = run(file, Machine.builder().cpu(model));
      assertEquals(Outcome.Kind.COMPLETED, run.kind(), model.name());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void invpcidIsShownWhereItsControlIs(DumpedCpu model) throws IOException {
    if ((model.msr(0x482).orElse(0) & VmxCapability.MAY_SECONDARY) == 0) {
      return; // no secondary controls
    }
    Run run = run("lakefield.asm", Machine.builder().cpu(model));
    assertEquals(run.get(State.R8) >>> 10 & 1, run.get(State.RDX) >>> 12 & 1, "INVPCID");
    assertEquals(run.get(State.R10) >>> 3 & 1, run.get(State.RDX) >>> 20 & 1, "XSAVES");
    assertEquals(run.get(State.R11) >>> 27 & 1, run.get(State.RDX) >>> 3 & 1, "RDTSCP");
    assertEquals(run.get(State.R9) >>> 5 & 1, run.get(State.RDX) >>> 26 & 1, "WAITPKG");
  }

  @Test
  void defaultMemoryType() throws IOException {
    assertEquals("mtrr-memory-type-valid", rule(run("mtrr-def-type-2.asm", on("skylake"))));
  }

  /** SDM Vol. 2A "CPUID": SYSCALL is shown in 64-bit mode only. */
  @ParameterizedTest
  @MethodSource("models")
  void syscallIsShownIn64BitMode(DumpedCpu model) throws IOException {
    MachineBuilder wide = Machine.builder().cpu(model);
    assertEquals(Outcome.Kind.COMPLETED, run("cpuid-syscall-64.asm", wide).kind());
    if (model.cpuid(0, 0)[1] == INTEL) {
      Run narrow = run("cpuid-syscall-32bit.asm", Machine.builder().cpu(model).mode(32));
      assertEquals(0, narrow.get(State.RDX) >>> Feature.SYSCALL.bit & 1);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void dualMonitorTreatment(DumpedCpu model) throws IOException {
    long basic = model.msr(0x480).orElseThrow();
    Run run = run("smm-monitor-ctl.asm", Machine.builder().cpu(model));
    boolean supported = (basic & VmxCapability.BASIC_DUAL_MONITOR) != 0;
    assertEquals(supported ? "no fault" : "msr-is-implemented", rule(run));
  }

  @Test
  void reservedBitsOfSmmMonitorCtl() throws IOException {
    Run run = run("smm-monitor-ctl-reserved.asm", on("skylake").set("smm=1"));
    assertEquals("msr-reserved-bits-clear", rule(run));
  }

  @Test
  void writeOnly() throws IOException {
    assertEquals("msr-is-readable", rule(run("rdmsr-79h.asm", on("skylake"))));
  }

  @Test
  void executeDisableCanBeDisabled() throws IOException {
    Run run = run("misc-enable-xd.asm", on("skylake"));
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(0, run.get(State.RDX) >>> Feature.NX.bit & 1);
    assertEquals(1, run.get(State.RDX) >>> Feature.LM.bit & 1);
  }

  /** Instructions that these processors have and vmxlab does not model. */
  @ParameterizedTest
  @CsvSource({
    "cmpccxadd.hex,  lunar-lake, CMPOXADD",
    "padlock.hex,    via-isaiah, XSTORE",
  })
  void namedAndNotModelled(String file, String cpu, String name) throws IOException {
    Run run = run(file, on(cpu));
    String what = ((Outcome.Unmodelled) run.outcome()).what();
    assertEquals(name, what.split(" ")[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "rsm.hex,        in-smm",
    "cmpccxadd.hex,  instruction-present",
    "padlock.hex,    instruction-present",
  })
  void undefinedWhereTheProcessorLacksThem(String file, String rule) throws IOException {
    assertEquals(rule, rule(run(file, on("skylake"))));
  }

  /** SDM Vol. 4 "Architectural MSRs", IA32_MISC_ENABLE[22]. */
  @Test
  void limitedCpuidEndsWithLeaf2() {
    Machine machine = on("skylake").set("IA32_MISC_ENABLE.LIMIT_CPUID=1").build();
    Run run = machine.run(Program.assembly("limit.asm", "xor eax, eax\ncpuid"));
    assertEquals(2, run.get(State.RAX));
    assertInstanceOf(Outcome.Completed.class, run.outcome());
  }
}
