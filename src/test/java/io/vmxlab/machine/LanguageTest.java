package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Vector;
import io.vmxlab.platform.Objects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ordinary C programs behave as in C, whatever sections and relocations the compiler chose. */
class LanguageTest {
  private static final Path OBJECTS = Path.of("src/test/resources/io/vmxlab/objects");
  private static final List<List<String>> MODELS =
      List.of(
          List.of(),
          List.of("-fno-pic", "-fcommon"),
          List.of("-fPIC", "-fno-plt", "-fstack-protector-all"),
          List.of("-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"),
          List.of("-fno-pic", "-mcmodel=kernel", "-fstack-protector-all"),
          List.of("-fno-pic", "-mcmodel=large"),
          List.of("-fPIC", "-mcmodel=large"),
          List.of("-fno-pic", "-mcmodel=medium", "-mlarge-data-threshold=8"));

  @TempDir Path folder;

  static Stream<List<String>> options() {
    List<List<String>> all = new ArrayList<>();
    for (List<String> model : MODELS) {
      for (String level : List.of("-O0", "-O1", "-O2", "-O3", "-Os")) {
        List<String> with = new ArrayList<>(model);
        with.add(level);
        all.add(with);
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "language-O0.o", "language-O0-no-pic.o", "language-O0-large.o",
        "language-O2.o", "language-O2-no-pic.o", "language-O2-large.o",
        "language-Os.o", "language-Os-no-pic.o", "language-Os-large.o"
      })
  void recordedObjects(String name) {
    check(Program.elf(name, Objects.read(name)));
  }

  @ParameterizedTest(name = "gcc {0}")
  @MethodSource("options")
  void objectsOfTheCompilerHere(List<String> options) throws IOException, InterruptedException {
    Path object = folder.resolve("language.o");
    assumeTrue(Gcc.compile(OBJECTS.resolve("language.c"), object, OBJECTS, options), "no gcc");
    check(Program.elf("language.o", Files.readAllBytes(object)));
  }

  private static void check(Program program) {
    Program call = program.call("language").argument(3).argument(new Argument.Buffer(64));
    Run run = Machine.create().run(call);
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(0, run.returnValue().orElseThrow() & 0xFFFF_FFFFL);
    assertArrayEquals(
        "aaaabbcdefghaaaa".getBytes(StandardCharsets.US_ASCII),
        Arrays.copyOf(run.buffers().get(0), 16));
    assertEquals(64, run.buffers().get(0).length);

    Program eight = program.call("eight");
    Program eightMs = program.call("eight_ms").abi(Abi.MS);
    for (int i = 1; i <= 8; i++) {
      eight = eight.argument(i);
      eightMs = eightMs.argument(i);
    }
    assertEquals(OptionalLong.of(204), Machine.create().run(eight).returnValue());
    assertEquals(OptionalLong.of(204), Machine.create().run(eightMs).returnValue());
  }

  @Test
  void stackProtectorFindsAnOverrun() {
    Program program = Program.elf("language-O0.o", Objects.read("language-O0.o")).call("overrun");
    assertEquals(Outcome.Kind.COMPLETED, Machine.create().run(program.argument(16)).kind());
    Run run = Machine.create().run(program.argument(32));
    GuestFault fault = run.outcome().fault().orElseThrow();
    assertEquals(Optional.of(Vector.UD), fault.vector());
    assertEquals(Optional.of("__stack_chk_fail"), fault.code().symbol());
  }

  @ParameterizedTest
  @ValueSource(strings = {"small-32.o", "small-32-no-pic.o"})
  void objectsOf32BitCode(String name) {
    Program program = Program.elf(name, Objects.read(name));
    Machine machine = Machine.builder().mode(32).build();
    Run sum =
        machine.run(program.call("sum").argument(5).argument(7).argument(new Argument.Buffer(1)));
    assertEquals(OptionalLong.of(17), sum.returnValue(), sum.outcome().toString());
    assertArrayEquals(new byte[] {5}, sum.buffers().get(0));
    assertEquals(
        OptionalLong.of(4 + 'x'), machine.run(program.call("get").argument(4)).returnValue());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 32})
  void executablesReportThroughTheExitPort(int bits) {
    String name = "start-" + bits + ".elf";
    Run run = Machine.builder().mode(bits).build().run(Program.elf(name, Objects.read(name)));
    assertEquals(new Outcome.Completed(OptionalInt.of(0)), run.outcome());
  }
}
