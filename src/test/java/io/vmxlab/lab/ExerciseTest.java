package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.Hex;
import io.vmxlab.lab.Grade.Graded;
import io.vmxlab.lab.Grade.Result;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Grades tell right from nearly right, and cannot be had by a trick. */
class ExerciseTest {
  private static final Path ANSWERS = Path.of("src/test/resources/exercises");

  static List<String> names() {
    return Exercise.names();
  }

  /**
   * The last exercise asks for the built-in sequence; a line of it is left out to be nearly right.
   */
  private static String answer(String exercise, String quality) throws IOException {
    if (exercise.equals("enter-vmx") && !quality.equals("wrong")) {
      String right = Sequence.ENTER_VMX.assembly();
      return quality.equals("right") ? right : right.replaceFirst(" +or +rbx, rax\n", "");
    }
    return Files.readString(ANSWERS.resolve(exercise).resolve(quality + ".asm"));
  }

  private static Grade grade(String exercise, Program submission) {
    return Grade.of(Exercise.named(exercise), submission.name(), submission);
  }

  private static Grade text(String exercise, String assembly) {
    return grade(exercise, Program.assembly("mine.asm", assembly));
  }

  /** What a wrong submission is told first. */
  private static String first(Grade grade) {
    Graded wrong =
        grade.runs().stream().filter(r -> !r.differences().isEmpty()).findFirst().orElseThrow();
    EndState.Difference d = wrong.differences().get(0);
    return "expected " + d.expected() + ", found " + d.found();
  }

  @Test
  void thereAreTwentyFive() {
    assertEquals(25, Exercise.builtIn().size());
  }

  @ParameterizedTest
  @MethodSource("names")
  void rightIsRight(String name) throws IOException {
    Grade grade = text(name, answer(name, "right"));
    assertEquals(Result.RIGHT, grade.result(), () -> first(grade));
  }

  @ParameterizedTest
  @MethodSource("names")
  void wrongIsWrong(String name) throws IOException {
    assertEquals(Result.WRONG, text(name, answer(name, "wrong")).result());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "set-vmxe             | CR4 keeps its other bits        | TSD = 0, DE = 0, PGE = 0",
        "ask-cpuid            | RBX keeps its value             | RBX",
        "lock-feature-control | IA32_FEATURE_CONTROL is 7       | IA32_FEATURE_CONTROL is 5",
        "respect-the-lock     | EAX is 1                        | EAX is 0",
        "fixed-bits           | the program runs to its end     | vmxon-cr4-fixed-to-1",
        "align-region         | no VMX instruction fails        | vmxon-revision-identifier",
        "revision-identifier  | no VMX instruction fails        | vmxon-revision-identifier",
        "physical-address     | no VMX instruction fails        | vmxon-region-aligned",
        "check-the-flags      | EAX is 2                        | EAX is 1",
        "true-controls        | RAX is 0F7F9FFFE0401E172h       | RAX is 401E172h",
        "leave-vmx-operation  | CR4.VMXE is 0                   | CR4.VMXE is 1",
        "enter-vmx            | the program runs to its end     | vmxon-cr0-fixed-to-1",
        "hlt-exiting          | the program runs to its end     | HLT, from which nothing can wake",
        "ept-if-there-is      | Primary processor-based VM-execution controls.ACTIVATE_SECONDARY_CONTROLS is 1 | is 0",
        "host-selectors       | no VMX instruction fails        | host-ds-rpl-and-ti-clear",
        "both-in-64-bit-mode  | every VM entry succeeds         | guest-pdpte0-reserved",
        "link-pointer         | every VM entry succeeds         | link-pointer-address-valid",
        "inject-an-interrupt  | Primary processor-based VM-execution controls.INTERRUPT_WINDOW_EXITING is 1 | is 0",
        "guest-access-rights  | every VM entry succeeds         | guest-fs-type",
        "msr-load-area        | every VM entry succeeds         | msr-area-entry-loadable",
        "enable-rdtscp        | no VMX instruction fails        | primary-controls-allowed",
        "map-the-page         | the program runs to its end     | not ended after 100000 instructions",
        "launch-then-resume   | no VMX instruction fails        | vmresume-vmcs-launched",
        "step-over            | the program runs to its end     | #UD",
        "report-the-reason    | EAX is 10                       | EAX is 0",
      })
  void nearlyRightIsToldWhatIsMissing(String name, String expected, String found)
      throws IOException {
    Grade grade = text(name, answer(name, "nearly"));
    assertEquals(Result.WRONG, grade.result());
    assertTrue(first(grade).contains("expected " + expected), first(grade));
    assertTrue(first(grade).contains(found), first(grade));
  }

  /** The learner is given a program that is graded as wrong, and that assembles. */
  @ParameterizedTest
  @MethodSource("names")
  void theBrokenProgramIsBroken(String name) {
    assertEquals(Result.WRONG, text(name, Exercise.named(name).code()).result());
  }

  @TestFactory
  Stream<DynamicTest> rightInEveryForm() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : names()) {
      byte[] code =
          Listing.assemble(
                  name, answer(name, "right"), CodeMode.BITS64, MemoryMap.PROGRAM, Dialect.BY_TEXT)
              .bytes();
      for (Program p :
          List.of(
              Program.file("mine.bin", code),
              Program.file("mine.hex", Hex.bytes(code).getBytes()))) {
        tests.add(
            DynamicTest.dynamicTest(
                name + " as " + p.name(),
                () -> assertEquals(Result.RIGHT, grade(name, p).result())));
      }
    }
    return tests.stream();
  }

  @ParameterizedTest
  @CsvSource({
    "ask-cpuid, answers.o, RIGHT",
    "respect-the-lock, answers.o, RIGHT",
    "true-controls, answers.o, RIGHT",
    "check-the-flags, answers.o, RIGHT",
    "enter-vmx, enter-vmx/right.o, RIGHT",
    "enter-vmx, answers.o, UNREADABLE",
    "set-vmxe, answers.o, UNREADABLE",
  })
  void objectsOfACompiler(String name, String file, Result result) throws IOException {
    Grade grade = grade(name, Program.file(file, Files.readAllBytes(ANSWERS.resolve(file))));
    assertEquals(result, grade.result(), grade.message());
    assertEquals(result == Result.UNREADABLE, grade.message().contains("there is no function"));
  }

  @TestFactory
  Stream<DynamicTest> tricksDoNotWork() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Exercise e : Exercise.builtIn()) {
      String label = e.function().isEmpty() ? "" : e.function() + ":\n";
      for (int value = 0; value < 4; value++) {
        tests.add(trick(e, "returns " + value, label + " mov eax, " + value + "\n ret"));
      }
      tests.add(trick(e, "exit port", label + " xor eax, eax\n out 0F4h, eax"));
      tests.add(trick(e, "endless loop", label + "again: jmp again"));
      tests.add(trick(e, "HLT", label + " hlt"));
    }
    return tests.stream();
  }

  private static DynamicTest trick(Exercise e, String name, String code) {
    return DynamicTest.dynamicTest(
        e.name() + ": " + name,
        () -> assertEquals(Result.WRONG, text(e.name(), code).result(), name));
  }

  /** Skips whatever faults: the state at the end is right, but exceptions were swallowed. */
  @Test
  void aHandlerThatSwallowsExceptionsDoesNotHelp() throws IOException {
    String swallow =
        """
                push    rax
                lea     rax, [rel handler]
                mov     [2000h + 13 * 16], ax
                shr     rax, 16
                mov     [2000h + 13 * 16 + 6], ax
                pop     rax
                jmp     begin
        handler:
                add     qword [rsp + 8], 2      ; WRMSR has two bytes
                add     rsp, 8
                iretq
        begin:
        """;
    String blind =
        """
        allow_vmx:
        SWALLOW
                mov     ecx, 3Ah
                rdmsr
                or      eax, 5
                wrmsr
                rdmsr
                shr     eax, 2
                and     eax, 1
                ret
        """
            .replace("SWALLOW\n", swallow);
    Grade grade = text("respect-the-lock", blind);
    assertEquals(Result.WRONG, grade.result());
    assertTrue(first(grade).contains("a handler was given #GP(0) at WRMSR"), first(grade));
  }

  /** The right answer to the last exercise with one step undone each. */
  @TestFactory
  Stream<DynamicTest> everyStepCounts() throws IOException {
    String right = answer("enter-vmx", "right");
    // spotless:off
    return Stream.of(
            List.of("or      rbx, rax",               "nop"),
            List.of("push    rbx",                    "sub rsp, 8"),
            List.of("VMX_OUTSIDE_SMX | LOCK_BIT",     "LOCK_BIT"),
            List.of("bt      ecx, 5",                 "stc"),
            List.of("jnz     .locked",                "nop"),
            List.of("jz      .done",                  "nop"),
            List.of("jbe     .done",                  "nop"),
            List.of("mov     eax, 2",                 "mov eax, 3"),
            List.of("align   4096",                   "db 0"),
            List.of("and     eax, 7FFFFFFFh",         "mov eax, 4"),
            List.of("mov     cr4, rbx",               "nop"))
        // spotless:on
        .map(step -> undone(right, step.get(0), step.get(1)));
  }

  private static DynamicTest undone(String right, String step, String instead) {
    assertTrue(right.contains(step), step);
    String program = right.replaceFirst(Pattern.quote(step), instead);
    return DynamicTest.dynamicTest(
        "without " + step,
        () -> assertEquals(Result.WRONG, text("enter-vmx", program).result(), step));
  }

  @Test
  void leavingMeansVmxoff() {
    String pretending = "mov rax, cr4\n and rax, ~2000h\n";
    assertEquals(Result.WRONG, text("leave-vmx-operation", pretending).result());
  }

  @Test
  void reportsAreTheSameForTheSameSubmission() throws IOException {
    String nearly = answer("enter-vmx", "nearly");
    assertEquals(
        Grade.junitXml(List.of(text("enter-vmx", nearly))),
        Grade.junitXml(List.of(text("enter-vmx", nearly))));
  }
}
