package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Mend;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Run;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is printed to mend a demo about a guest mends it when it is written where it says. */
class DemoMendsTest {
  private static final String LABEL = "^[.\\w]+:";

  /** Demos for which no code can be right, each with the reason. */
  private static final Map<String, String> IN_WORDS =
      Map.of(
          "vmclear-after-vmptrld", "the fields of another VMCS would have to be written",
          "host-tss-missing", "no TSS is loaded whose selector could be written",
          "guest-rip-not-canonical", "the value says nothing of the address that is meant",
          "ept-violation-loop", "what the guest is to find there is up to the host",
          "gdt-limit-after-exit", "nothing is refused that a mend could be for");

  static Stream<String> names() {
    return Demo.builtIn().stream()
        .filter(d -> d.shown().machine().launchReady() && !IN_WORDS.containsKey(d.name()))
        .map(Demo::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void worksAsPrinted(String name) {
    Demo.Part shown = Demo.named(name).shown();
    Explanation first = failures(shown.run(name).run()).get(0);
    Demo.Part mended = mended(shown, first);
    Run again = mended.run(name).run();
    assertEquals(
        List.of(), failures(again).stream().map(Explanation::title).toList(), mended.code());
  }

  /** Either no code is printed, or the guest still does not do what it is to do with it. */
  @ParameterizedTest
  @MethodSource("inWords")
  void noCodeIsRight(String name) {
    Demo.Part shown = Demo.named(name).shown();
    List<Explanation> all = failures(shown.run(name).run());
    Optional<Mend> mend = all.stream().findFirst().flatMap(Explanation::mend);
    if (mend.isPresent() && !mend.get().code().isEmpty()) {
      assertNotEquals(List.of(), failures(mended(shown, all.get(0)).run(name).run()));
    }
  }

  static Set<String> inWords() {
    return IN_WORDS.keySet();
  }

  private static Demo.Part mended(Demo.Part shown, Explanation why) {
    Mend mend = why.mend().orElseThrow();
    long at = mend.at().or(why::code).orElseThrow().rip();
    String code = mended(shown.code(), at, mend);
    return new Demo.Part(shown.machine(), shown.function(), code, shown.end());
  }

  private static List<Explanation> failures(Run run) {
    List<Explanation> all = new ArrayList<>();
    for (Event event : run.events()) {
      all.add(Explain.event(event));
    }
    Optional<Explanation> outcome = Explain.outcome(run);
    outcome.ifPresent(all::add);
    return all;
  }

  /** The code with the mend before or instead of the instruction at an address. */
  private static String mended(String code, long at, Mend mend) {
    Iterator<Listing.Row> rows =
        Listing.assemble("demo.asm", code, CodeMode.BITS64, MemoryMap.PROGRAM, Dialect.NASM)
            .rows()
            .iterator();
    Listing.Row row = rows.next();
    List<String> lines = new ArrayList<>();
    boolean found = false;
    for (String line : code.lines().toList()) {
      boolean listed = row != null && line.strip().equals(row.text());
      if (listed && row.address() == at && row.bytes().length > 0) {
        found = true;
        String instruction = line.replaceFirst(LABEL, "");
        lines.add(line.substring(0, line.length() - instruction.length()));
        lines.addAll(mend.code());
        lines.addAll(mend.place() == Mend.Place.BEFORE ? List.of(instruction) : List.of());
      } else {
        lines.add(line);
      }
      if (listed) {
        row = rows.hasNext() ? rows.next() : null;
      }
    }
    assertTrue(found, () -> "no instruction at " + Long.toHexString(at) + " in\n" + code);
    lines.addAll(mend.data());
    return String.join("\n", lines) + "\n";
  }
}
