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

/** Functions that gcc compiles with {@code ms_abi}, called so. */
class MsAbiTest {
  private static final String C =
      """
      __attribute__((ms_abi)) long long six(long long a, long long b, long long c,
                                            long long d, long long e, long long f) {
        return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
      }
      __attribute__((ms_abi)) int fill(unsigned char *p, int n) {
        int s = 0;
        for (int i = 0; i < n; i++) { p[i] = i; s += p[i]; }
        return s;
      }
      """;

  @TempDir Path folder;

  @ParameterizedTest(name = "gcc {0}")
  @ValueSource(strings = {"-O0", "-O2", "-Os"})
  void argumentsArrive(String level) throws IOException, InterruptedException {
    Path source = folder.resolve("f.c");
    Path object = folder.resolve("f.o");
    Files.writeString(source, C);
    assumeTrue(Gcc.compile(source, object, folder, List.of(level)), "no gcc");
    Program program = Program.elf("f.o", Files.readAllBytes(object)).abi(Abi.MS);
    Program six = program.call("six");
    for (long n = 1; n <= 100_000; n *= 10) {
      six = six.argument(n);
    }
    Machine machine = Machine.builder().build();
    assertEquals(OptionalLong.of(654_321), machine.run(six).returnValue());
    Program fill = program.call("fill").argument(Argument.parse("buffer:16")).argument(16);
    assertEquals(OptionalLong.of(120), machine.run(fill).returnValue());
  }
}
