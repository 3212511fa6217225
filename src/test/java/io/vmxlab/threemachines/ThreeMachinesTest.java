package io.vmxlab.threemachines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Rflags;
import io.vmxlab.threemachines.KnownDifference.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same ROM on vmxlab, on Bochs and on QEMU. What vmxlab finds is recorded besides, so that it
 * is held where the others are not installed; {@code -Dthreemachines.write=true} records it anew.
 */
@DisplayName("One ROM, three machines")
class ThreeMachinesTest {
  private static final Path RECORDED = Path.of("src/test/resources/threemachines");

  /** The flags of what was caught. */
  private static final Pattern FLAGS =
      Pattern.compile("(?<=at \\w{8} \\w{8} )\\w{8}|(?<=#( \\w{16}){4} )\\w{16}");

  /** The type of a descriptor that has been accessed, behind what happened to an item. */
  private static final Pattern ACCESSED = Pattern.compile(" [9BDF][13579BDF]$");

  /** What vmxlab found, by image. */
  private static final Map<String, Findings> MINE = new HashMap<>();

  static List<String> images() {
    return List.of(
        "tasks",
        "debug",
        "paging",
        "virtual8086",
        "exceptions",
        "longmode",
        "apic",
        "segments",
        "transfers",
        "gates",
        "limits",
        "smm");
  }

  @ParameterizedTest(name = "{0} as recorded")
  @MethodSource("images")
  void recorded(String file) throws IOException {
    RomImage image = RomImage.of(file + ".asm");
    String text = text(image, mine(file, image));
    Path at = RECORDED.resolve(file + ".txt");
    if (Boolean.getBoolean("threemachines.write")) {
      Files.writeString(at, text);
    }
    assertEquals(Files.readString(at, StandardCharsets.US_ASCII), text);
  }

  /** A line for each case; one for all that go through a list with the same results. */
  private static String text(RomImage image, Findings found) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    for (String name : image.cases()) {
      if (image.goesThroughList(name)) {
        lists.computeIfAbsent(found.line(name), l -> new ArrayList<>()).add(name);
      } else {
        text.append(name).append(": ").append(found.of(name)).append('\n');
      }
    }
    lists.forEach((l, n) -> text.append(String.join(" | ", n)).append(": ").append(l).append('\n'));
    return text.toString();
  }

  @ParameterizedTest(name = "{0} on Bochs")
  @MethodSource("images")
  void bochs(String file, @TempDir Path folder) {
    assumeTrue(Findings.BOCHS, "Bochs is not installed");
    RomImage image = RomImage.of(file + ".asm");
    compare(
        file,
        image,
        Findings.ofBochs(image, KnownDifference.hanging(file, Machine.BOCHS), folder),
        Machine.BOCHS);
  }

  @ParameterizedTest(name = "{0} on QEMU")
  @MethodSource("images")
  void qemu(String file, @TempDir Path folder) {
    assumeTrue(Findings.QEMU, "QEMU is not installed");
    RomImage image = RomImage.of(file + ".asm");
    compare(
        file,
        image,
        Findings.ofQemu(image, KnownDifference.hanging(file, Machine.QEMU), folder),
        Machine.QEMU);
  }

  private static Findings mine(String file, RomImage image) {
    return MINE.computeIfAbsent(file, f -> Findings.ofVmxlab(image));
  }

  private static void compare(String file, RomImage image, Findings other, Machine machine) {
    Map<String, String> mine = mine(file, image).each(image);
    Map<String, String> others = other.each(image);
    List<String> unexplained = new ArrayList<>();
    Set<KnownDifference> unused = new HashSet<>();
    for (KnownDifference known : KnownDifference.ALL) {
      if (known.file().equals(file) && known.machine() == machine) {
        unused.add(known);
      }
    }
    for (String name : mine.keySet()) {
      if (!compared(mine.get(name), machine).equals(compared(others.get(name), machine))) {
        boolean known = false;
        for (KnownDifference k : KnownDifference.ALL) {
          if (k.covers(file, name, machine)) {
            known = true;
            unused.remove(k);
          }
        }
        if (!known) {
          unexplained.add(name + "\n  vmxlab " + mine.get(name) + "\n  other  " + others.get(name));
        }
      }
    }
    assertEquals(List.of(), unexplained, String.join("\n", unexplained));
    TreeMap<String, String> stale = new TreeMap<>();
    unused.forEach(k -> stale.put(k.cases().pattern(), k.reason()));
    assertEquals(new TreeMap<>(), stale, "differences that are none any more");
  }

  private static String compared(String found, Machine machine) {
    return machine == Machine.QEMU
        ? ACCESSED
            .matcher(FLAGS.matcher(found).replaceAll(m -> withoutRf(m.group())))
            .replaceAll("")
        : found;
  }

  /** QEMU does not set RF in images of faults, nor accessed bits but where MOV does. */
  private static String withoutRf(String flags) {
    return String.format("%08X", Long.parseLong(flags, 16) & ~Rflags.RF);
  }
}
