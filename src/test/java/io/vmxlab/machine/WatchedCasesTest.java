package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.StateItem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs found by mutation that ended otherwise, or not at all, when every step was observed. */
class WatchedCasesTest {
  private static final RunListener WATCHER =
      new RunListener() {
        @Override
        public boolean wantsSteps() {
          return true;
        }
      };

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        WatchedCasesTest.class.getResourceAsStream("/io/vmxlab/cases/watched/" + name + ".bin")) {
      return in.readAllBytes();
    }
  }

  /** What a run came to, in words. */
  private static List<String> end(Run run) {
    List<String> end = new ArrayList<>();
    end.add(text(run.outcome()));
    end.add(run.instructions() + " instructions");
    run.events().forEach(e -> end.add(text(e)));
    for (StateItem item : Snapshot.items()) {
      end.add(item.itemName() + "=" + Long.toHexString(run.get(item)));
    }
    return end;
  }

  /** Without what tells apart objects that hold the same. */
  private static String text(Object o) {
    return o.toString().replaceAll("@[0-9a-f]+", "");
  }

  /** Settings are separated by semicolons. */
  @Timeout(60)
  @ParameterizedTest
  @CsvSource({
    "store-over-own-code-16, skylake-g4400, 1867, ''",
    "rep-cut-by-limit-16, alder-lake-i9-12900k, 2928, ''",
    "rep-movs-over-code-16, goldmont, 2463, ''",
    "count-at-limit-32, haswell-i7-5820k, 1022, ''",
    "rule-named-64, broadwell-e, 2311, ''",
    "first-fetch-beyond-limit-32, ivy-bridge, 1000, 'DR1=3;DS.rights=0xf;CS.limit=3'",
    "first-fetch-unmapped-64, alder-lake-i9-12900k, 1000, 'TR.base=0xfeff;RIP=0;DR1=3;RDX=0'",
    "rep-movs-without-ram-32, westmere, 100000, ''",
    "forced-state-32, meteor-lake, 100000, 'R15=1;GS.base=0x7fffffffffffffff'",
    "forced-state-32, meteor-lake, 100000, 'R15=0xce5a33e6bf3b21c;IA32_FEATURE_CONTROL=0x1000000;R13=0x8128;IA32_PLATFORM_ID=0x1e2675;GS.base=0x7fffffffffffffff;IA32_MTRR_PHYSBASE1=0xfff1'",
    "many-faults-64, sapphire-rapids, 10000, ''",
  })
  void end_alike(String name, String cpu, int limit, String settings) throws IOException {
    int bits = Integer.parseInt(name.substring(name.length() - 2));
    List<List<String>> ends = new ArrayList<>();
    for (boolean watched : new boolean[] {false, true}) {
      MachineBuilder builder = Machine.builder().cpu(cpu).mode(bits).limit(limit);
      builder.force(true);
      for (String setting : settings.isEmpty() ? new String[0] : settings.split(";")) {
        builder.set(setting);
      }
      Machine machine = builder.build();
      if (watched) {
        machine.listener(WATCHER);
      }
      ends.add(end(machine.run(Program.flat(name, bytes(name)))));
    }
    assertEquals(ends.get(0), ends.get(1));
  }

  /** A repeated store that runs over the code before, at and behind itself. */
  @Test
  void a_repeated_store_over_its_own_code_ends_alike() {
    String text = "mov al, 0FCh\nmov cx, 0FFFFh\nmov di, 7000h\nrep stosb\nhlt";
    List<List<String>> ends = new ArrayList<>();
    for (boolean watched : new boolean[] {false, true}) {
      Machine machine = Machine.builder().mode(16).limit(1_000_000).build();
      if (watched) {
        machine.listener(WATCHER);
      }
      ends.add(end(machine.run(Program.assembly(text))));
    }
    assertEquals(ends.get(0), ends.get(1));
  }

  /** What a limit lets through takes a bounded time, whatever an instruction is. */
  @Timeout(20)
  @Test
  void a_limit_bounds_the_time_of_repeated_string_instructions() {
    String text =
        "again: mov ecx, -1\nmov esi, 20000000h\nmov edi, 20000000h\nrep movsb\njmp again";
    Run run = Machine.builder().limit(100_000).build().run(Program.assembly(text));
    assertEquals(Outcome.Kind.LIMIT, run.kind());
    assertTrue(run.instructions() < 2_000, run.instructions() + " instructions");
  }

  /** Stopping is heard within a second in long repetitions, watched or not. */
  @Timeout(60)
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_stop_is_heard_soon(boolean watched) throws InterruptedException {
    String text =
        "again: mov ecx, -1\nmov esi, 20000000h\nmov edi, 20000000h\nrep movsb\njmp again";
    Machine machine = Machine.builder().limit(Long.MAX_VALUE).build();
    if (watched) {
      machine.listener(WATCHER);
    }
    long[] ended = new long[1];
    Thread thread =
        new Thread(
            () -> {
              machine.run(Program.assembly(text));
              ended[0] = System.nanoTime();
            });
    thread.start();
    Thread.sleep(3_000);
    long asked = System.nanoTime();
    machine.stop();
    thread.join();
    // a second on a machine of its own; tests share theirs
    assertTrue(ended[0] - asked < 5_000_000_000L, ended[0] - asked + " ns");
  }

  /** RAM that is only read takes no memory: 8 GBytes in a heap of any size. */
  @Test
  void reading_allocates_no_ram() {
    String text =
        """
                xor   esi, esi
                mov   rbx, 1F0000000h
        again:  mov   al, [rsi+200000h]
                add   rsi, 100000h
                cmp   rsi, rbx
                jb    again
        """;
    Machine machine = Machine.builder().memory(8L << 30).build();
    assertEquals(Outcome.Kind.COMPLETED, machine.run(Program.assembly(text)).kind());
    int written = 0;
    for (long at = 0; at < 8L << 30; at += 1 << 20) {
      written += machine.cpu().memory.written(at) == null ? 0 : 1;
    }
    assertTrue(written <= 8, written + " MBytes");
  }
}
