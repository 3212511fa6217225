package io.vmxlab.cli;

import io.vmxlab.memory.PhysicalMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Loads the classes of a run on another processor while the first reads the command line and the
 * processor model. It initialises none of them but one that depends on no other: what a run does,
 * and in which order, stays the same. Half of the time of a small run is spent loading classes.
 */
final class Ahead {
  /** Made in the build; there is none beside classes that stand in no archive. */
  private static final String LIST = "ahead.txt";

  private Ahead() {}

  /** Begins; nobody waits for the end. */
  static void begin() {
    Thread thread = new Thread(Ahead::load, "ahead");
    thread.setDaemon(true);
    thread.start();
  }

  private static void load() {
    try (InputStream in = Ahead.class.getResourceAsStream(LIST)) {
      if (in != null) {
        load(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
      }
    } catch (IOException | ReflectiveOperationException | LinkageError e) {
      // the run will meet it too, where somebody is told
    }
  }

  private static void load(String names) throws ReflectiveOperationException {
    ClassLoader loader = Ahead.class.getClassLoader();
    Class.forName(PhysicalMemory.class.getName(), true, loader);
    for (int at = 0, end; at < names.length(); at = end + 1) {
      end = names.indexOf('\n', at);
      end = end < 0 ? names.length() : end;
      Class.forName(names.substring(at, end), false, loader);
    }
  }
}
