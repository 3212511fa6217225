package io.vmxlab.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fuzzer that finds nothing has to be one that could. */
class FuzzerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MEBIBYTE = 1 << 20;

  @TempDir Path folder;

  private record Made(String seed, Function<String, String> feeding) implements FuzzTarget {
    @Override
    public String name() {
      return "made";
    }

    @Override
    public List<byte[]> seeds() {
      return Seeds.texts(seed);
    }

    @Override
    public List<String> dictionary() {
      return List.of("alpha", "beta", "gamma");
    }

    @Override
    public Set<Class<? extends Throwable>> documented() {
      return Set.of(IllegalArgumentException.class);
    }

    @Override
    public String feed(byte[] input) {
      return feeding.apply(FuzzTarget.text(input));
    }
  }

  private Fuzzer fuzzer(String seed, Function<String, String> feeding) {
    return new Fuzzer(new Made(seed, feeding), 1, folder, SECOND / 5, 64 * MEBIBYTE);
  }

  private static String refuse(String message) {
    throw new IllegalArgumentException(message);
  }

  @Test
  void an_undocumented_exception_is_found_and_its_input_made_small() throws IOException {
    Fuzzer fuzzer =
        fuzzer(
            "some words to begin with",
            text -> "" + (text.contains("alpha") ? text.charAt(text.length()) : 'x'));
    List<Finding> findings = fuzzer.run(2000);
    assertEquals(1, findings.size());
    assertTrue(findings.get(0).kind().startsWith("StringIndexOutOfBounds"));
    assertEquals("alpha", FuzzTarget.text(findings.get(0).input()));
    assertArrayEquals(findings.get(0).input(), Files.readAllBytes(findings.get(0).file()));
    assertTrue(findings.get(0).report().contains("-Dvmxlab.fuzz.input=" + folder));
  }

  /** Three words in a row are too seldom for chance alone. */
  @Test
  void what_leads_somewhere_new_is_changed_further() {
    Fuzzer fuzzer =
        fuzzer(
            "-",
            text -> {
              int way = text.startsWith("alpha") ? text.startsWith("alphabeta") ? 2 : 1 : 0;
              if (way == 2 && text.startsWith("gamma", 9)) {
                throw new IllegalStateException("deep");
              }
              return "way " + way;
            });
    assertEquals(1, fuzzer.run(50_000).size());
  }

  @Test
  void documented_exceptions_are_fine_but_not_every_message() {
    assertEquals(0, fuzzer("a", t -> refuse("this is wrong; give that")).run(100).size());
    for (String message : List.of("", "two\nlines", "escape \u001B[31m", "x".repeat(5000))) {
      assertEquals(1, fuzzer("a", t -> refuse(message)).run(0).size(), message);
    }
  }

  @Test
  void overflows_are_found() {
    List<Finding> findings = fuzzer("a", FuzzerTest::endlessly).run(0);
    assertEquals("StackOverflowError", findings.get(0).kind().split(" ")[0]);
  }

  private static String endlessly(String text) {
    return endlessly(text) + 1;
  }

  @Test
  void what_takes_too_long_is_found() {
    Fuzzer slow = fuzzer("a", t -> busyFor(SECOND / 3) ? "" : "");
    assertTrue(slow.run(0).get(0).kind().startsWith("too slow"));
    Fuzzer hanging = fuzzer("a", t -> busyFor(Long.MAX_VALUE) ? "" : "");
    assertTrue(hanging.run(1).get(0).kind().startsWith("hangs"));
  }

  private static boolean busyFor(long nanos) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    while (threads.getCurrentThreadCpuTime() - start < nanos
        && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    return true;
  }

  @Test
  void what_takes_too_much_memory_at_once_is_found_and_what_does_not_is_fine() {
    Fuzzer hoarding = fuzzer("a", t -> "" + hold(100, t).length);
    assertEquals("too much memory", hoarding.run(0).get(0).kind());
    Fuzzer passing =
        fuzzer(
            "a",
            t -> {
              int sum = 0;
              for (int i = 0; i < 100; i++) {
                sum += hold(1, t).length;
              }
              return "" + sum;
            });
    assertEquals(List.of(), passing.run(0));
  }

  /** Held long enough to be seen. */
  private static byte[][] hold(int mebibytes, String text) {
    byte[][] held = new byte[mebibytes][];
    for (int i = 0; i < mebibytes; i++) {
      held[i] = new byte[(int) MEBIBYTE];
      held[i][text.length()] = 1;
    }
    if (mebibytes > 1) {
      busyFor(SECOND / 10);
    }
    return held;
  }
}
