package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import io.vmxlab.text.Bounded;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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
    InputStream in = new BufferedInputStream(terminal.in());
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
  private static boolean wait(Terminal terminal, InputStream in) throws IOException {
    if (terminal.progress()) {
      terminal.whisper(PROMPT);
    }
    return Bounded.skipLine(in);
  }
}
