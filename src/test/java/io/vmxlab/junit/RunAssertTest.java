package io.vmxlab.junit;

import static io.vmxlab.arch.Vector.GP;
import static io.vmxlab.arch.Vector.UD;
import static io.vmxlab.junit.VmxlabAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Vector;
import io.vmxlab.lab.Sequence;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;

class RunAssertTest {
  private static final String ENABLE = "mov rax, cr4\nor eax, 2000h\nmov cr4, rax\n";

  private static final Run ENTERED = Machine.create().run(Sequence.ENTER_VMX.program());
  private static final Run LOCKED_OFF =
      Machine.builder()
          .firmware(Firmware.LOCKED_OFF)
          .build()
          .run(Program.assembly(ENABLE + "vmxon [vmxon_pointer]"));
  private static final Run NO_VMXE = run("vmxon [vmxon_pointer]");
  private static final Run TWICE =
      Machine.builder()
          .firmware(Firmware.LOCKED_ON)
          .build()
          .run(Program.assembly(ENABLE + "vmxon [vmxon_pointer]\nvmptrld [zero]\nret\nzero: dq 1"));
  private static final Run HANDLED =
      run(
          """
              mov     rdi, 0x2000 + 6 * 16
              lea     rax, [rel handler]
              mov     [rdi], ax
              shr     rax, 16
              mov     [rdi + 6], ax
              shr     rax, 16
              mov     [rdi + 8], eax
              ud2
          handler:
              mov     al, 'H'
              out     0xE9, al
              mov     eax, 0
              out     0xF4, eax
          """);
  private static final Run HALTED = run("hlt\nnop");
  private static final Run SHUTDOWN = run("lidt [none]\nud2\nnone: dw 0\ndq 0");
  private static final Run ENDLESS =
      Machine.builder().limit(100).build().run(Program.assembly("again: jmp again"));

  private static Run run(String assembly) {
    return Machine.create().run(Program.assembly(assembly));
  }

  /** An assertion that holds of a run, and one that does not, with the beginning of its message. */
  private record Pair(
      String name, Run run, Consumer<RunAssert> holds, Consumer<RunAssert> fails, String message) {}

  // spotless:off
  private static final List<Pair> PAIRS = List.of(
      new Pair("completed", ENTERED, RunAssert::completed, RunAssert::halted,
          "expected outcome halted, found outcome completed"),
      new Pair("halted", HALTED, RunAssert::halted, RunAssert::completed,
          "expected outcome completed, found outcome halted"),
      new Pair("shutDown", SHUTDOWN, RunAssert::shutDown, a -> a.faultedWith(UD),
          "expected an unhandled #UD, found outcome shutdown"),
      new Pair("reachedLimit", ENDLESS, RunAssert::reachedLimit, RunAssert::shutDown,
          "expected outcome shutdown, found outcome limit"),
      new Pair("returned", ENTERED, a -> a.returned(0), a -> a.returned(1),
          "expected the function to return 1, found it returned 0"),
      new Pair("returned nothing", HALTED, RunAssert::halted, a -> a.returned(0),
          "expected the function to return 0, found outcome halted"),
      new Pair("returned without a call", HANDLED, RunAssert::completed, a -> a.returned(0),
          "expected the function to return 0, found no function was called"),
      new Pair("reported", HANDLED, a -> a.reported(0), a -> a.reported(3),
          "expected the value 3 on the exit port, found the value 0"),
      new Pair("faultedWith", LOCKED_OFF, a -> a.faultedWith(GP), a -> a.faultedWith(UD),
          "expected an unhandled #UD, found an unhandled #GP(0) at VMXON"),
      new Pair("faultedWith code", LOCKED_OFF, a -> a.faultedWith(GP, 0), a -> a.faultedWith(GP, 0x2B),
          "expected an unhandled #GP(2Bh), found an unhandled #GP(0) at VMXON"),
      new Pair("faultedWith after the end", ENTERED, RunAssert::completed, a -> a.faultedWith(GP, 0),
          "expected an unhandled #GP(0), found outcome completed"),
      new Pair("handled", HANDLED, a -> a.handled(UD).at("UD2"), a -> a.handled(GP, 0),
          "expected #GP(0) in a handler of the program, found a handled #UD"),
      new Pair("failedInvalid", TWICE, a -> a.failedInvalid().at("VMPTRLD"), a -> a.failedValid(9),
          "expected VMfailValid(9), found VMfailInvalid of VMPTRLD"),
      new Pair("nothingFailed", ENTERED, RunAssert::nothingFailed, a -> a.handled(Vector.PF),
          "expected #PF in a handler of the program, found nothing failed"),
      new Pair("something failed", LOCKED_OFF, a -> a.at("vmxon"), RunAssert::nothingFailed,
          "expected no exception and no failed VMX instruction, found an unhandled #GP(0) at VMXON"),
      new Pair("at", LOCKED_OFF, a -> a.at("VMXON"), a -> a.at("VMXOFF"),
          "expected a failure of VMXOFF, found #GP(0), general protection, at VMXON"),
      new Pair("violated", LOCKED_OFF,
          a -> a.violated("vmxon-outside-smx-enabled"), a -> a.violated("vmxon-feature-control-locked"),
          "expected a violation of vmxon-feature-control-locked, found a violation of vmxon-outside-smx-enabled"),
      new Pair("violated by its alias", LOCKED_OFF,
          a -> a.violated("vmxon.gp.nosmx"), a -> a.violated("VMXON.GP.LOCK"),
          "expected a violation of vmxon-feature-control-locked, found"),
      new Pair("violated by a section", HANDLED, a -> a.violated("sdm-ud"), a -> a.violated("sdm-vmxon"),
          "expected a violation of sdm-vmxon, found a violation of sdm-ud"),
      new Pair("violated nothing", ENTERED, RunAssert::completed, a -> a.violated("vmxon-cr4-vmxe"),
          "expected a violation of vmxon-cr4-vmxe, found no rule was violated"),
      new Pair("satisfied", LOCKED_OFF,
          a -> a.satisfied("vmxon-feature-control-locked"), a -> a.satisfied("vmxon-outside-smx-enabled"),
          "expected vmxon-outside-smx-enabled to be satisfied, found its result is \"FAIL\""),
      new Pair("not checked", LOCKED_OFF, a -> a.satisfied("vmxon-cr4-vmxe"), a -> a.satisfied("cr0-pg-requires-pe"),
          "expected cr0-pg-requires-pe to be satisfied, found it was not checked"),
      new Pair("enteredVmx", ENTERED, RunAssert::enteredVmx, RunAssert::endedOutsideVmx,
          "expected an end outside VMX operation, found in root"),
      new Pair("endedOutsideVmx", NO_VMXE, RunAssert::endedOutsideVmx, RunAssert::enteredVmx,
          "expected VMX root operation to be entered, found VMX operation outside before, outside after"),
      new Pair("hasCr4", ENTERED, a -> a.hasCr4(Cr4.VMXE | Cr4.PAE), a -> a.hasCr4(Cr4.VMXE | Cr4.SMEP),
          "expected CR4.SMEP = 1, found CR4.SMEP = 0"),
      new Pair("lacksCr4", NO_VMXE, a -> a.lacksCr4(Cr4.VMXE), a -> a.lacksCr4(Cr4.PAE | Cr4.VMXE),
          "expected CR4.PAE = 0, found CR4.PAE = 1"),
      new Pair("hasCr0", ENTERED, a -> a.hasCr0(Cr0.NE | Cr0.PG), a -> a.hasCr0(Cr0.NE | Cr0.CD | 1L << 7),
          "expected CR0.7 = 1, CR0.CD = 1, found CR0.7 = 0, CR0.CD = 0"),
      new Pair("lacksCr0", ENTERED, a -> a.lacksCr0(Cr0.CD), a -> a.lacksCr0(Cr0.PG),
          "expected CR0.PG = 0, found CR0.PG = 1"),
      new Pair("has", ENTERED, a -> a.has("cr4.vmxe", 1).has("rax", 0), a -> a.has("feature_ctl.lock", 0),
          "expected IA32_FEATURE_CONTROL.LOCK = 0, found IA32_FEATURE_CONTROL.LOCK = 1"),
      new Pair("unchanged", ENTERED, a -> a.unchanged("cr3").unchanged("cr4.PAE"), a -> a.unchanged("cr4"),
          "expected CR4 to stay 20h, found CR4 = 2020h"),
      new Pair("wrote", HANDLED, a -> a.wrote("H"), a -> a.wrote(""),
          "expected output \"\", found output \"H\""));
  // spotless:on

  @TestFactory
  Stream<DynamicTest> holds() {
    return PAIRS.stream().map(p -> dynamicTest(p.name, () -> p.holds.accept(assertThat(p.run))));
  }

  @TestFactory
  Stream<DynamicTest> failsWithWhatWasFound() {
    return PAIRS.stream()
        .map(
            p ->
                dynamicTest(
                    p.name,
                    () -> {
                      String message = message(p.run, p.fails);
                      assertTrue(message.startsWith("run: " + p.message), message);
                    }));
  }

  private static String message(Run run, Consumer<RunAssert> assertion) {
    RunAssert subject = assertThat(run);
    return assertThrows(AssertionFailedError.class, () -> assertion.accept(subject)).getMessage();
  }

  @Test
  void messageShowsTheChecklistOfTheFault() {
    String message = message(LOCKED_OFF, a -> a.as("enable").completed());
    assertEquals(
        "enable: expected outcome completed, found an unhandled #GP(0) at VMXON",
        message.lines().findFirst().orElseThrow());
    assertEquals(
        1, count(message, "FAIL  vmxon-outside-smx-enabled           <-- this one"), message);
    assertEquals(1, count(message, "pass  vmxon-feature-control-locked"), message);
    assertEquals(
        1, count(message, "mend      no program can change IA32_FEATURE_CONTROL"), message);
  }

  @Test
  void messageShowsTheChecklistOfAFailedVmxInstructionOnce() {
    String message = message(TWICE, a -> a.failedInvalid().violated("vmxon-region-aligned"));
    assertEquals(1, count(message, "VMfailInvalid: there is no error number"), message);
  }

  @Test
  void messageExplainsAHandledExceptionThatTheAssertionIsAbout() {
    String message = message(HANDLED, a -> a.handled(UD).at("VMXON"));
    assertEquals(1, count(message, "\n#UD, invalid opcode, at UD2\n"), message);
    assertEquals(1, count(message, "handled by the program: #UD at ud2"), message);
  }

  @Test
  void messageShowsTheBitsThatAreNotAsExpected() {
    String message = message(HALTED, a -> a.hasCr4(Cr4.VMXE));
    assertEquals(1, count(message, "13  VMXE  0   1  <--"), message);
  }

  @Test
  void expectedAndFoundAreThereForDevelopmentEnvironments() {
    AssertionFailedError error =
        assertThrows(AssertionFailedError.class, () -> assertThat(HALTED).completed());
    assertEquals("outcome completed", error.getExpected().getValue());
    assertEquals("outcome halted", error.getActual().getValue());
  }

  @Test
  void unknownNamesAreErrorsAndNoFailures() {
    assertEquals(
        "rule: there is no \"vmxon-cr4-vmx\"; did you mean \"vmxon-cr4-vmxe\"?",
        assertThrows(BadInputException.class, () -> assertThat(NO_VMXE).violated("vmxon-cr4-vmx"))
            .getMessage());
    assertThrows(BadInputException.class, () -> assertThat(NO_VMXE).has("cr9", 0));
    assertEquals(
        "IA32_VMX_BASIC: a run does not record IA32_VMX_BASIC; ask Machine.get afterwards",
        assertThrows(BadInputException.class, () -> assertThat(NO_VMXE).has("IA32_VMX_BASIC", 0))
            .getMessage());
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
