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
      Files.writeString(file, reproducer(terminal, command, args, defect));
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

  /** Version, command, stack trace, and the inputs if they are small. */
  private static String reproducer(
      Terminal terminal, String command, String[] args, Throwable defect) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(Version.text() + " on Java " + System.getProperty("java.version"));
    out.println(command);
    defect.printStackTrace(out);
    for (String arg : List.of(args)) {
      input(out, AtFiles.isAtFile(arg) ? arg.substring(1) : arg);
    }
    if (terminal.in() instanceof RememberedInput in && in.seen().length > 0) {
      base64(out, "standard input", in.seen());
    }
    out.flush();
    return text.toString();
  }

  private static void base64(PrintWriter out, String name, byte[] content) {
    out.println("base64 of " + name + ":");
    out.println(Base64.getMimeEncoder().encodeToString(content));
  }

  private static void input(PrintWriter out, String arg) {
    try {
      Path file = Path.of(arg);
      if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_INPUT) {
        base64(out, arg, Files.readAllBytes(file));
      }
    } catch (IOException | RuntimeException e) {
      out.println("(could not copy " + arg + ")");
    }
  }
}
