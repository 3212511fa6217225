package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code gcc -S -masm=intel} prints is an input like any other. */
class CompilerAssemblyTest {
  private static final String C =
      """
      static int table[8] = {1, 2, 3, 4, 5, 6, 7, 8};
      int counter;
      const char *text = "hello";
      __attribute__((noinline)) int sum(int n) {
        int s = 0;
        for (int i = 0; i < n; i++) s += table[i] * (counter + i);
        return s;
      }
      int choose(int x) {
        switch (x) {
          case 0: return 5;
          case 1: return 9;
          case 2: return 12;
          case 3: return 99;
          case 4: return 7;
          case 5: return text[1];
        }
        return 0;
      }
      int f(void) {
        counter = 2;
        int r = sum(8);
        for (int i = 0; i < 7; i++) r = r * 31 + choose(i);
        return r;
      }
      """;

  private static final long RESULT = 0x7BCB_1837;

  @TempDir Path folder;

  @ParameterizedTest(name = "gcc {0} -S -masm=intel")
  @ValueSource(strings = {"-O0", "-O1", "-O2", "-O3", "-Os"})
  void returnsTheSame(String level) throws IOException, InterruptedException {
    Path source = folder.resolve("f.c");
    Path output = folder.resolve("f.s");
    Files.writeString(source, C);
    List<String> options = List.of(level, "-fno-pic", "-S", "-masm=intel");
    assumeTrue(Gcc.compile(source, output, folder, options), "no gcc");
    Program program = Program.assembly("f.s", Files.readString(output)).call("f");
    Run run = Machine.builder().build().run(program);
    assertEquals(OptionalLong.of(RESULT), run.returnValue(), run.outcome().toString());
  }
}
