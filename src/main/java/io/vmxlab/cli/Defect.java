package io.vmxlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Reports a defect of vmxlab itself: no stack trace for the user, but a file with everything. */
final class Defect {
  private static final long LARGEST_INPUT = 4 << 20;

  private Defect() {}

  static int report(Terminal terminal, String[] args, Throwable defect) {
    String command = "vmxlab " + String.join(" ", args);
    String where;
    try {
      Path file = Files.createTempFile("vmxlab-defect-", ".txt");
      Files.writeString(file, reproducer(command, args, defect));
      where = file.toString();
    } catch (IOException e) {
      where = "nowhere (" + e.getMessage() + ")";
    }
    terminal.complain("this is a defect in vmxlab: " + defect.getClass().getSimpleName());
    terminal.report("  version     " + Version.text());
    terminal.report("  command     " + command);
    terminal.report("  reproducer  " + where);
    return Exit.DEFECT;
  }

  /** Version, command, stack trace, and the input files if they are small. */
  private static String reproducer(String command, String[] args, Throwable defect) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(Version.text() + " on Java " + System.getProperty("java.version"));
    out.println(command);
    defect.printStackTrace(out);
    for (String arg : List.of(args)) {
      input(out, arg);
    }
    out.flush();
    return text.toString();
  }

  private static void input(PrintWriter out, String arg) {
    try {
      Path file = Path.of(arg);
      if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_INPUT) {
        out.println("base64 of " + arg + ":");
        out.println(Base64.getMimeEncoder().encodeToString(Files.readAllBytes(file)));
      }
    } catch (IOException | RuntimeException e) {
      out.println("(could not copy " + arg + ")");
    }
  }
}
