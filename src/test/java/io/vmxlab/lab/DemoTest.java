package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every demo shows its mistake when it is run, and its mended code works. */
class DemoTest {
  static List<String> names() {
    return Demo.names();
  }

  /**
   * Everything that goes wrong for people who enable VMX operation: what happens, at which
   * instruction, by which rule.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CR4.VMXE is clear                    | cr4-vmxe-clear                    | #UD    | VMXON  | vmxon-cr4-vmxe",
        "CR0.NE is clear                      | cr0-ne-clear                      | #GP(0) | VMXON  | vmxon-cr0-fixed-to-1",
        "another fixed bit is clear           | cr0-pg-clear                      | #GP(0) | VMXON  | vmxon-cr0-fixed-to-1",
        "IA32_FEATURE_CONTROL is zero         | feature-control-zero              | #GP(0) | VMXON  | vmxon-feature-control-locked",
        "IA32_FEATURE_CONTROL is unlocked     | feature-control-unlocked          | #GP(0) | VMXON  | vmxon-feature-control-locked",
        "IA32_FEATURE_CONTROL is locked off   | feature-control-locked-off        | #GP(0) | VMXON  | vmxon-outside-smx-enabled",
        "it is written although it is locked  | feature-control-write-when-locked | #GP(0) | WRMSR  | feature-control-unlocked",
        "the operand is a register            | register-operand                  | #UD    | VMXON  | operand-in-memory",
        "compatibility mode                   | compatibility-mode                | #UD    | VMXON  | vmxon-not-compatibility-mode",
        "a capability MSR that is not there   | true-controls-missing             | #GP(0) | RDMSR  | msr-is-implemented",
        "an error number after CF = 1         | error-number-after-cf             | CF     | VMREAD | current-vmcs-exists",
        "an error number outside VMX          | vmread-outside-vmx-operation      | #UD    | VMREAD | vmx-instruction-in-vmx-operation",
        "an unaligned region                  | region-unaligned                  | CF     | VMXON  | vmxon-region-aligned",
        "a region beyond MAXPHYADDR           | region-beyond-maxphyaddr          | CF     | VMXON  | vmxon-region-within-physical-width",
        "a wrong revision identifier          | revision-identifier-missing       | CF     | VMXON  | vmxon-revision-identifier",
        "bit 31 left set                      | revision-bit-31                   | CF     | VMXON  | vmxon-revision-bit-31-clear",
        "the VMCS as operand                  | vmcs-instead-of-vmxon-region      | CF     | VMXON  | vmxon-revision-identifier",
        "the region as operand                | region-instead-of-pointer         | CF     | VMXON  | vmxon-region-aligned",
        "a virtual address                    | virtual-address                   | CF     | VMXON  | vmxon-region-within-physical-width",
        "clearing CR4.VMXE in VMX operation   | clear-vmxe-in-vmx-operation       | #GP(0) | MOV    | cr4-vmx-fixed-to-1",
      })
  void everyEnablingMistakeHasADemo(
      String mistake, String name, String what, String at, String rule) {
    assertEquals(what + " at " + at + ": " + rule, last(run(Demo.named(name).shown())), mistake);
  }

  /** What went wrong last. */
  private static String last(Run run) {
    if (run.outcome().fault().isPresent()) {
      var fault = run.outcome().fault().get();
      return fault.title() + " at " + fault.code().mnemonic() + ": " + fault.rule().orElse("");
    }
    List<Event> events = run.events();
    Event.VmFailed failed = (Event.VmFailed) events.get(events.size() - 1);
    return (failed.error().isPresent() ? "ZF" : "CF")
        + " at "
        + failed.code().mnemonic()
        + ": "
        + failed.cause().orElseThrow().id();
  }

  private static Run run(Demo.Part part) {
    return part.run("demo").run();
  }

  @ParameterizedTest
  @MethodSource("names")
  void showsWhatItDeclares(String name) {
    assertEquals(List.of(), new DemoView(Demo.named(name)).differences());
  }

  /** Declared or not: the first run goes wrong and the mended one ends well. */
  @ParameterizedTest
  @MethodSource("names")
  void goesWrongAndIsMended(String name) {
    Demo demo = Demo.named(name);
    Run shown = run(demo.shown());
    assertTrue(shown.kind() == Outcome.Kind.FAULT || !shown.events().isEmpty(), name);
    Run mended = run(demo.mended());
    assertEquals(Outcome.Kind.COMPLETED, mended.kind(), name);
    assertTrue(mended.events().size() < Math.max(1, shown.events().size()), name);
    assertFalse(demo.shown().code().equals(demo.mended().code()), name);
  }

  @TestFactory
  Stream<DynamicTest> mendedCodeWorksOnEveryProcessor() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Demo demo : Demo.builtIn()) {
      Demo.Part part = demo.mended();
      if (!part.machine().cpu().name().equals(CpuModels.DEFAULT)) {
        continue; // it is about that processor
      }
      for (DumpedCpu cpu : CpuModels.list()) {
        tests.add(
            DynamicTest.dynamicTest(
                demo.name() + " on " + cpu.name(),
                () -> assertEquals(List.of(), part.end().differences(on(cpu, part)))));
      }
    }
    return tests.stream();
  }

  private static LessonRun on(DumpedCpu cpu, Demo.Part part) {
    LessonMachine m = part.machine();
    LessonMachine other =
        new LessonMachine(cpu, m.firmware(), m.mode(), m.settings(), m.launchReady(), m.before());
    return new Demo.Part(other, part.function(), part.code(), part.end()).run("demo");
  }

  @ParameterizedTest
  @MethodSource("names")
  void fitsATerminal(String name) {
    Sheet sheet = new Sheet(Style.PLAIN);
    for (Consumer<Sheet> page : new DemoView(Demo.named(name)).pages()) {
      page.accept(sheet);
    }
    for (String line : sheet.toString().split("\n")) {
      assertTrue(line.length() <= Sheet.WIDTH, line);
      assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7F), line);
    }
  }
}
