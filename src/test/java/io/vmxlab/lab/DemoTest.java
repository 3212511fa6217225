package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.VmTransition;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

  /** Everything that goes wrong for people who launch and enter guests. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VMCLEAR of the current VMCS          | vmclear-after-vmptrld      | CF       | VMLAUNCH | current-vmcs-exists",
        "a VMCS without revision identifier   | vmcs-revision-identifier   | error 11 | VMPTRLD  | vmptrld-revision-identifier",
        "allowed 0-settings                   | control-must-be-1          | error 7  | VMLAUNCH | pin-based-controls-allowed",
        "allowed 1-settings                   | control-cannot-be-1        | error 7  | VMLAUNCH | secondary-controls-allowed",
        "CR3-target count above 4             | cr3-target-count           | error 7  | VMLAUNCH | cr3-target-count-supported",
        "the EPTP's memory type               | eptp-memory-type           | error 7  | VMLAUNCH | vm-entry-eptp-memory-type",
        "the EPTP's walk length               | eptp-walk-length           | error 7  | VMLAUNCH | vm-entry-eptp-page-walk-length",
        "the EPTP's accessed and dirty flags  | eptp-accessed-dirty        | error 7  | VMLAUNCH | vm-entry-eptp-accessed-dirty-supported",
        "an unaligned MSR-load area           | msr-load-unaligned         | error 7  | VMLAUNCH | vm-entry-msr-load-address-valid",
        "host address-space size              | host-address-space-size    | error 8  | VMLAUNCH | 64-bit-host-in-ia32e-mode",
        "host EFER against address-space size | host-efer-not-written      | error 8  | VMLAUNCH | host-efer-agrees-with-address-space",
        "a null TR of the host                | host-tr-null               | error 8  | VMLAUNCH | host-tr-not-null",
        "a missing TSS                        | host-tss-missing           | error 8  | VMLAUNCH | host-tr-not-null",
        "VMRESUME first                       | vmresume-first             | error 5  | VMRESUME | vmresume-vmcs-launched",
        "VMLAUNCH twice                       | vmlaunch-twice             | error 4  | VMLAUNCH | vmlaunch-vmcs-clear",
        "VMREAD of a field that is not there  | vmread-field-missing       | error 12 | VMREAD   | vmcs-field-supported",
        "VMREAD after VMXOFF                  | vmread-after-vmxoff        | #UD      | VMREAD   | vmx-instruction-in-vmx-operation",
        "VMCS link pointer not all ones       | link-pointer-zero          | reason 33 | VMLAUNCH | linked-vmcs-revision-identifier",
        "fixed bits of CR0                    | guest-cr0-ne-clear         | reason 33 | VMLAUNCH | guest-cr0-fixed",
        "fixed bits of CR4                    | guest-cr4-vmxe-clear       | reason 33 | VMLAUNCH | guest-cr4-fixed",
        "EFER.LMA against the entry control   | efer-lma-missing           | reason 33 | VMLAUNCH | guest-efer-lma-agrees",
        "IA-32e mode guest                    | ia32e-mode-guest-clear     | reason 33 | VMLAUNCH | guest-pdpte0-reserved",
        "access rights in another layout      | access-rights-not-shifted  | reason 33 | VMLAUNCH | guest-ds-type",
        "a null segment that is usable        | null-segment-usable        | reason 33 | VMLAUNCH | guest-ldtr-type",
        "a limit against granularity          | limit-without-granularity  | reason 33 | VMLAUNCH | guest-ds-granularity-fits-limit",
        "CS.L and CS.D                        | cs-l-and-d                 | reason 33 | VMLAUNCH | guest-cs-default-size-clear-in-64-bit-mode",
        "an unusable TR                       | guest-tr-unusable          | reason 33 | VMLAUNCH | guest-tr-type",
        "a TR that is not busy                | guest-tr-available         | reason 33 | VMLAUNCH | guest-tr-type",
        "reserved bits of RFLAGS              | rflags-zero                | reason 33 | VMLAUNCH | guest-rflags-reserved",
        "a RIP that is not canonical          | guest-rip-not-canonical    | reason 33 | VMLAUNCH | guest-rip-canonical",
        "RFLAGS.IF against injection          | interrupt-with-if-clear    | reason 33 | VMLAUNCH | injected-interrupt-requires-if",
        "blocking by STI                      | sti-blocking-with-if-clear | reason 33 | VMLAUNCH | guest-blocking-by-sti-requires-if",
        "an activity state                    | activity-state             | reason 33 | VMLAUNCH | guest-activity-state-supported",
        "PDPTEs                               | pdpte-writable             | reason 33 | VMLAUNCH | guest-pdpte0-reserved",
        "MSR-load count                       | msr-load-count             | reason 34 | VMLAUNCH | msr-area-entry-loadable",
        "an MSR that no area loads            | msr-load-fs-base           | reason 34 | VMLAUNCH | msr-area-entry-loadable",
        "RDTSCP without its control           | rdtscp-not-enabled         | #UD      | RDTSCP   | enabled-for-guest",
        "INVPCID without its control          | invpcid-not-enabled        | #UD      | INVPCID  | enabled-for-guest",
        "XSAVES without its control           | xsaves-not-enabled         | #UD      | XSAVES   | enabled-for-guest",
        "a triple fault in the guest          | guest-triple-fault         | reason 2 | INT      | idt-entry-within-limit",
        "EPT and the guest's page tables      | ept-page-tables-not-mapped | reason 48 | (bad)   | ept-allows-access",
        "a misaligned host RSP                | host-rsp-misaligned        | #GP(0)   | MOVAPS   | vector-operand-is-aligned",
        "an interrupt that is lost            | interrupt-lost             | reason 1 | VMRESUME | acknowledged-interrupt-handled",
      })
  void everyGuestMistakeHasADemo(String mistake, String name, String what, String at, String rule) {
    assertEquals(what + " at " + at + ": " + rule, last(run(Demo.named(name).shown())), mistake);
  }

  /** An EPT violation that nobody mends, and an instruction that nobody steps over. */
  @ParameterizedTest
  @CsvSource({"ept-violation-loop, EPT_VIOLATION", "rip-not-advanced, CPUID"})
  void aGuestThatNeverGoesOnEndsAtTheLimit(String name, ExitReason reason) {
    LessonRun lesson = Demo.named(name).shown().run("demo");
    assertEquals(Outcome.Kind.LIMIT, lesson.run().kind());
    assertEquals(List.of(reason), lesson.exits().rows().stream().map(r -> r.reason()).toList());
  }

  /** With no TSS loaded there is no selector that would be right. */
  @Test
  void aNullTrOfTheProcessorIsNoSelectorForTheHost() {
    Event failed = run(Demo.named("host-tss-missing").shown()).events().get(0);
    assertEquals(List.of(), Explain.event(failed).mend().orElseThrow().code());
    Event written = run(Demo.named("host-tr-null").shown()).events().get(0);
    String code = String.join("\n", Explain.event(written).mend().orElseThrow().code());
    assertTrue(code.contains("or rcx, 38h"), code);
  }

  /** MSRs are loaded after the guest's RIP, and the guest has not begun. */
  @Test
  void aFailureToLoadMsrsIsOneOfVmlaunch() {
    LessonRun lesson = Demo.named("msr-load-count").shown().run("demo");
    VmTransition.Place place = lesson.exits().rows().get(0).last().place();
    assertEquals("VMLAUNCH", place.code().get().mnemonic());
  }

  /** Of the rules of a VM entry only those are shown that do not hold. */
  @Test
  void aLongChecklistIsShort() {
    Sheet sheet = new Sheet(Style.PLAIN);
    new DemoView(Demo.named("eptp-memory-type")).pages().forEach(p -> p.accept(sheet));
    String text = sheet.toString();
    assertTrue(text.contains("FAIL  vm-entry-eptp-page-walk-length"), text);
    assertTrue(text.contains(" others, which --json lists"), text);
    assertFalse(text.contains("vmlaunch-vmcs-clear"), text);
  }

  @Test
  void limitsOfTheTablesAfterAnExitAreADemoThatReturnsSo() {
    Demo demo = Demo.named("gdt-limit-after-exit");
    assertEquals(0, run(demo.shown()).returnValue().orElseThrow());
    assertEquals(1, run(demo.mended()).returnValue().orElseThrow());
  }

  /** What went wrong last. */
  private static String last(Run run) {
    if (run.outcome().fault().isPresent()) {
      var fault = run.outcome().fault().get();
      return fault.title() + " at " + fault.code().mnemonic() + ": " + fault.rule().orElse("");
    }
    Event event = run.events().get(run.events().size() - 1);
    Explanation words = Explain.event(event);
    String at = words.code().orElseThrow().mnemonic();
    return what(event) + " at " + at + ": " + words.rule();
  }

  private static String what(Event event) {
    if (event instanceof Event.VmFailed failed) {
      return failed.error().isPresent() ? "error " + failed.error().getAsInt() : "CF";
    }
    if (event instanceof Event.EntryFailed failed) {
      return "reason " + (failed.exitReason() & 0xFFFF);
    }
    if (event instanceof Event.MsrLoadFailed) {
      return "reason " + ExitReason.MSR_LOADING.number;
    }
    if (event instanceof Event.TripleFault) {
      return "reason " + ExitReason.TRIPLE_FAULT.number;
    }
    return "reason "
        + (event instanceof Event.InterruptLost
                ? ExitReason.EXTERNAL_INTERRUPT
                : ExitReason.EPT_VIOLATION)
            .number;
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
    boolean wrongly = demo.shown().end().returns().isPresent();
    assertTrue(
        shown.kind() != Outcome.Kind.COMPLETED || wrongly || !shown.events().isEmpty(), name);
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
