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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest(name = "{0} as recorded")
  @ValueSource(
      strings = {
        "tasks",
        "debug",
        "paging",
        "virtual8086",
        "exceptions",
        "longmode",
        "apic",
        "smm"
      })
  void recorded(String file) throws IOException {
    RomImage image = RomImage.of(file + ".asm");
    StringBuilder text = new StringBuilder();
    Findings found = Findings.ofVmxlab(image);
    image.cases().forEach(n -> text.append(n).append(": ").append(found.of(n)).append('\n'));
    Path at = RECORDED.resolve(file + ".txt");
    if (Boolean.getBoolean("threemachines.write")) {
      Files.writeString(at, text);
    }
    assertEquals(Files.readString(at, StandardCharsets.US_ASCII), text.toString());
  }

  @ParameterizedTest(name = "{0} on Bochs")
  @ValueSource(
      strings = {
        "tasks",
        "debug",
        "paging",
        "virtual8086",
        "exceptions",
        "longmode",
        "apic",
        "smm"
      })
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
  @ValueSource(
      strings = {
        "tasks",
        "debug",
        "paging",
        "virtual8086",
        "exceptions",
        "longmode",
        "apic",
        "smm"
      })
  void qemu(String file, @TempDir Path folder) {
    assumeTrue(Findings.QEMU, "QEMU is not installed");
    RomImage image = RomImage.of(file + ".asm");
    compare(
        file,
        image,
        Findings.ofQemu(image, KnownDifference.hanging(file, Machine.QEMU), folder),
        Machine.QEMU);
  }

  private static void compare(String file, RomImage image, Findings other, Machine machine) {
    Findings mine = Findings.ofVmxlab(image);
    List<String> unexplained = new ArrayList<>();
    Set<KnownDifference> unused = new HashSet<>();
    for (KnownDifference known : KnownDifference.ALL) {
      if (known.file().equals(file) && known.machine() == machine) {
        unused.add(known);
      }
    }
    for (String name : image.cases()) {
      if (!compared(mine.of(name), machine).equals(compared(other.of(name), machine))) {
        boolean known = false;
        for (KnownDifference k : KnownDifference.ALL) {
          if (k.covers(file, name, machine)) {
            known = true;
            unused.remove(k);
          }
        }
        if (!known) {
          unexplained.add(name + "\n  vmxlab " + mine.of(name) + "\n  other  " + other.of(name));
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
        ? FLAGS.matcher(found).replaceAll(m -> withoutRf(m.group()))
        : found;
  }

  /** QEMU does not set RF in images of faults. */
  private static String withoutRf(String flags) {
    return String.format("%08X", Long.parseLong(flags, 16) & ~Rflags.RF);
  }
}
