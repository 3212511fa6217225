package io.vmxlab.threemachines;

import io.vmxlab.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the cases of an image printed on one machine, by case. */
record Findings(Map<String, String> byCase) {

  /** Without a character more, after which a machine hangs. */
  private static final long SILENCE = 60_000;

  private static final long LOOK = 50;

  /** Cases that are not known to hang and do, at most. */
  private static final int MOST_ENDS = 4;

  private static final String END = "end";
  private static final String NOTHING = "nothing printed";

  static final boolean BOCHS = Tools.installed("bochs");
  static final boolean QEMU = Tools.installed("qemu-system-x86_64");

  /** What a case printed. */
  String of(String name) {
    return byCase.get(name);
  }

  /** The items of a case that goes through a list, by what happened to them. */
  String line(String name) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    items(name).forEach((i, r) -> groups.computeIfAbsent(r, k -> new ArrayList<>()).add(i));
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (result, items) ->
            text.append(text.isEmpty() ? "" : "; ")
                .append('[' + result + "] ")
                .append(String.join(", ", items)));
    return text.toString();
  }

  /** What was found, with the name of a case, or of a case and an item. */
  Map<String, String> each(RomImage image) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : image.cases()) {
      if (image.goesThroughList(name)) {
        Map<String, String> items = items(name);
        image.items(name).forEach(i -> found.put(name + ", " + i, items.getOrDefault(i, NOTHING)));
      } else {
        found.put(name, of(name));
      }
    }
    return found;
  }

  private Map<String, String> items(String name) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String item : of(name).split(", ")) {
      int equals = item.indexOf('=');
      found.put(item.substring(0, Math.max(equals, 0)), item.substring(equals + 1));
    }
    return found;
  }

  private static Findings parse(String printed, List<String> cases) {
    Map<String, String> found = lines(printed);
    for (String name : cases) {
      found.putIfAbsent(name, NOTHING);
    }
    return new Findings(found);
  }

  private static Map<String, String> lines(String printed) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : printed.lines().toList()) {
      int colon = line.lastIndexOf(':');
      if (colon > 0) {
        found.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return found;
  }

  /** Without the cases in which a machine is known to hang; goes on behind others. */
  private static Findings ofMachine(
      RomImage image, Predicate<String> hanging, Path folder, String file, List<String> command) {
    Map<String, String> found = new LinkedHashMap<>();
    int first = 0;
    for (int ends = 0; first < image.cases().size() && ends <= MOST_ENDS; ends++) {
      write(folder.resolve("rom"), image.without(hanging, first).bytes());
      String printed = printedBy(folder, file, command);
      Map<String, String> more = lines(printed);
      found.putAll(more);
      if (printed.lines().anyMatch(END::equals)) {
        break;
      }
      int last = first;
      for (int i = first; i < image.cases().size(); i++) {
        last = more.containsKey(image.cases().get(i)) ? i : last;
      }
      found.merge(image.cases().get(last), "", (before, none) -> before + " and goes no further");
      first = last + 1;
    }
    image.cases().forEach(n -> found.putIfAbsent(n, NOTHING));
    return new Findings(found);
  }

  static Findings ofVmxlab(RomImage image) {
    return parse(Vmxlab.run(image), image.cases());
  }

  static Findings ofQemu(RomImage image, Predicate<String> hanging, Path folder) {
    return ofMachine(
        image,
        hanging,
        folder,
        "debug",
        List.of(
            "qemu-system-x86_64",
            "-accel",
            "tcg,thread=single",
            "-cpu",
            "max",
            "-smp",
            String.valueOf(image.processors()),
            "-m",
            "16",
            "-bios",
            "rom",
            "-display",
            "none",
            "-nodefaults",
            "-no-reboot",
            "-debugcon",
            "file:debug",
            "-device",
            "isa-debug-exit"));
  }

  static Findings ofBochs(RomImage image, Predicate<String> hanging, Path folder) {
    List<String> command = bochs(image.processors(), folder);
    return ofMachine(image, hanging, folder, "output", command);
  }

  /** What a ROM that ends by itself prints on Bochs with one processor. */
  static String printedByBochs(byte[] rom, Path folder) {
    write(folder.resolve("rom"), rom);
    return printedBy(folder, "output", bochs(1, folder));
  }

  /** The command that runs the ROM of a folder. */
  private static List<String> bochs(int processors, Path folder) {
    String settings =
        """
        romimage: file=rom
        megs: 16
        display_library: rfb, options="timeout=0"
        sound: driver=dummy
        cpu: count=%d, model=corei7_skylake_x, reset_on_triple_fault=0, ips=50000000, ignore_bad_msrs=0
        port_e9_hack: enabled=1
        log: log
        panic: action=fatal
        error: action=ignore
        info: action=ignore
        """
            .formatted(processors);
    write(folder.resolve("settings"), settings.getBytes(StandardCharsets.US_ASCII));
    write(folder.resolve("commands"), "c\n".getBytes(StandardCharsets.US_ASCII));
    return List.of("bochs", "-q", "-f", "settings", "-rc", "commands");
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a program has written into a file when it ended, or when nothing more came. */
  private static String printedBy(Path folder, String file, List<String> command) {
    try {
      Path written = folder.resolve(file);
      Files.deleteIfExists(written);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(folder.resolve("rom").toFile()))
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      long size = -1;
      long quiet = 0;
      while (!process.waitFor(LOOK, TimeUnit.MILLISECONDS) && quiet < SILENCE) {
        long now = Files.exists(written) ? Files.size(written) : 0;
        quiet = now == size ? quiet + LOOK : 0;
        size = now;
      }
      process.destroyForcibly().waitFor();
      return Files.exists(written) ? Files.readString(written, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
