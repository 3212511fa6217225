package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Shows text page after page. Each waits for a line on standard input, be it a terminal, a pipe or
 * an editor; at the end of the input the rest follows at once.
 */
final class Pages {
  private static final String PROMPT = "Press Enter to go on. ";

  private Pages() {}

  static void show(Terminal terminal, List<Consumer<Sheet>> pages) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    boolean more = true;
    for (int i = 0; i < pages.size(); i++) {
      Sheet sheet = terminal.sheet();
      pages.get(i).accept(sheet);
      terminal.print(sheet);
      if (more && i + 1 < pages.size()) {
        more = wait(terminal, in);
      }
    }
  }

  /** The prompt goes to standard error: the output of a pipe stays the lesson alone. */
  private static boolean wait(Terminal terminal, BufferedReader in) throws IOException {
    if (terminal.progress()) {
      terminal.whisper(PROMPT);
    }
    return in.readLine() != null;
  }
}
