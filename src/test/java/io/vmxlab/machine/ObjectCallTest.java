package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.State;
import io.vmxlab.platform.Objects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions of objects by the names that their sources have: {@code names.cpp}, as g++ compiles it.
 * Constructors run first, and what is undefined matters only where it can be reached.
 */
class ObjectCallTest {
  private static final Path SOURCE = Path.of("src/test/resources/io/vmxlab/objects/names.cpp");
  private static final List<String> RECORDED = List.of("names-O0.o", "names-O2.o", "names-32.o");

  @TempDir Path folder;

  static Stream<Program> recorded() {
    return RECORDED.stream().map(n -> Program.elf(n, Objects.read(n)));
  }

  private static Run run(Program program) {
    int bits = program.mode().orElseThrow().bits;
    return Machine.builder().mode(bits).build().run(program);
  }

  private static void check(Program program) {
    returns(42, program.call("hv::start()"));
    returns(47, program.call("hv::start(int)").argument(5));
    returns(43, program.call("hv::use"));
    returns(14, program.call("hv::twice<int>").argument(7));
    returns(43, program.call("hv::pick").argument(3));
    returns(123, program.call("in_order"));
    assertRefused(
        program.call("hv::start"), "overloaded", "hv::start(), hv::start(int), hv::start(");
    assertRefused(program.call("hv::twice"), "overloaded", "hv::twice<long>(long)");
    assertRefused(program.call("hv::strat"), "no function", "did you mean hv::start");
    assertRefused(program.call("hv::global"), "variable");
    for (String reaching :
        List.of(
            "hv::loud", "hv::choose", "hv::by_table", "hv::start(char const*, unsigned long)")) {
      assertRefused(program.call(reaching).argument(2), "unresolved symbol: report");
    }
  }

  private static void returns(long value, Program program) {
    Run run = run(program);
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), program.function() + " " + run.outcome());
    assertEquals(OptionalLong.of(value), run.returnValue(), program.function().orElse(""));
  }

  private static void assertRefused(Program program, String... parts) {
    BadInputException e = assertThrows(BadInputException.class, () -> run(program));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void recordedObjects(Program program) {
    check(program);
  }

  static Stream<Arguments> options() {
    List<Arguments> all = new ArrayList<>();
    for (String level : List.of("-O0", "-O1", "-O2", "-O3", "-Os")) {
      for (String more :
          List.of("-fno-pic", "-fPIC", "-mcmodel=large", "-ffunction-sections", "-m32")) {
        all.add(Arguments.of(level, more));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "g++ {0} {1}")
  @MethodSource("options")
  void objectsOfTheCompilerHere(String level, String more) throws Exception {
    Path object = folder.resolve("names.o");
    List<String> all = List.of(level, more, "-fno-exceptions", "-fno-rtti");
    assumeTrue(Gcc.compile(SOURCE, object, folder, all), "no g++");
    check(Program.elf("names.o", Files.readAllBytes(object)));
  }

  /** Constructors leave arguments, stack and return address to the function. */
  @ParameterizedTest
  @MethodSource("recorded")
  void aFunctionFindsWhatItWouldFindWithoutConstructors(Program program) {
    Run run = run(program.call("hv::start(int)").argument(5));
    Run plain = run(program.call("in_order"));
    assertEquals(plain.get(State.RSP), run.get(State.RSP));
    assertEquals(OptionalLong.of(47), run.returnValue());
  }

  /** A main without a call is one too; _start sets up everything itself. */
  @ParameterizedTest
  @MethodSource("recorded")
  void mainComesAfterConstructors(Program program) {
    assertEquals(42, run(program).get(State.RAX));
  }

  /** A linked executable has its constructors in a list of the same kind. */
  @Test
  void aCallIntoAnExecutable() throws Exception {
    Path source = folder.resolve("exe.c");
    Files.writeString(
        source,
        """
        static int made;
        __attribute__((constructor)) static void make(void) { made = 6; }
        int get(void) { return made; }
        void _start(void) { for (;;) __asm__ volatile("hlt"); }
        """);
    Path object = folder.resolve("exe.o");
    assumeTrue(Gcc.compile(source, object, folder, List.of("-O1")), "no gcc");
    Path exe = folder.resolve("exe.elf");
    Process link =
        new ProcessBuilder(
                "gcc", "-static", "-no-pie", "-nostdlib", "-o", exe.toString(), object.toString())
            .inheritIO()
            .start();
    assumeTrue(link.waitFor() == 0, "no linker");
    returns(6, Program.elf("exe.elf", Files.readAllBytes(exe)).call("get"));
  }

  /** Labels of assemblers have no sizes: the flow from one of them counts. */
  @Test
  void labelsWithoutSizes() {
    Program program = Program.elf("labels.o", Objects.read("labels.o"));
    returns(7, program.call("alone"));
    assertRefused(program.call("onward"), "unresolved symbol: absent");
    assertRefused(program.call("pointer"), "unresolved symbol: absent");
  }

  /** A fault in a constructor is a fault of the run, at its place. */
  @Test
  void aConstructorThatFaults() throws Exception {
    Path source = folder.resolve("bad.c");
    Files.writeString(
        source,
        "__attribute__((constructor)) static void bad(void) { __builtin_trap(); }\n"
            + "int f(void) { return 1; }\n");
    Path object = folder.resolve("bad.o");
    assumeTrue(Gcc.compile(source, object, folder, List.of("-O1")), "no gcc");
    Run run = run(Program.elf("bad.o", Files.readAllBytes(object)).call("f"));
    GuestFault fault = run.outcome().fault().orElseThrow();
    assertEquals("#UD", fault.title());
    assertTrue(fault.code().symbol().orElse("").startsWith("bad"), fault.code().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vmxon_region", "vmxon_pointer", "thread_area", "program_exit", "stack_top"})
  void argumentsTakeTheNamesOfPlaces(String name) {
    assertEquals(
        new Argument.Value(MemoryMap.places().get(name)),
        Argument.parse(name.toUpperCase(java.util.Locale.ROOT)));
    BadInputException e = assertThrows(BadInputException.class, () -> Argument.parse(name + "s"));
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0FFh", "face_h", "feh", "-1", "buffer:1"})
  void numbersStayNumbers(String text) {
    assertTrue(Argument.parse(text) != null);
  }
}
