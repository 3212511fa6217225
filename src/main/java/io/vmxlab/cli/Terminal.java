package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command talks to.
 *
 * @param in standard input
 * @param out for results
 * @param err for messages and progress
 * @param style of results
 * @param progress whether someone watches {@code err}
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Style style, boolean progress) {
  /** The process's own. */
  static Terminal ofProcess(Map<String, String> environment) {
    boolean someone = environment.containsKey("TERM") && interactive();
    boolean colour =
        someone
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Terminal(
        new RecordedInput(System.in),
        System.out,
        System.err,
        colour ? Style.COLOUR : Style.PLAIN,
        someone);
  }

  /** Since Java 22 there may be a console where there is no terminal; only it knows. */
  private static boolean interactive() {
    Console console = System.console();
    if (console == null || Runtime.version().feature() < 22) {
      return console != null;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  Sheet sheet() {
    return new Sheet(style);
  }

  void print(Sheet sheet) {
    out.print(sheet);
    out.flush();
  }

  void print(String text) {
    out.print(text);
    out.flush();
  }

  /** A message for the user, as one line. */
  void complain(String message) {
    err.println("vmxlab: " + message);
    err.flush();
  }
}
