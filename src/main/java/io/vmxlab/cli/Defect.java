package io.vmxlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

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

  /** Version, command, stack trace, standard input, and the input files if they are small. */
  private static String reproducer(
      Terminal terminal, String command, String[] args, Throwable defect) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(Version.text() + " on Java " + System.getProperty("java.version"));
    out.println(command);
    defect.printStackTrace(out);
    if (terminal.in() instanceof RecordedInput input && input.record().length > 0) {
      contents(out, "standard input", input.record());
    }
    for (String arg : args) {
      input(out, arg);
    }
    out.flush();
    return text.toString();
  }

  /** The file that an argument names, by itself, behind {@code =} or behind {@code @}. */
  private static void input(PrintWriter out, String arg) {
    if (AtFiles.isAtFile(arg)) {
      file(out, arg.substring(1)).ifPresent(text -> words(text).forEach(w -> input(out, w)));
    } else if (file(out, arg).isEmpty() && arg.startsWith("-") && arg.indexOf('=') > 0) {
      file(out, arg.substring(arg.indexOf('=') + 1));
    }
  }

  /** What a file of arguments says; one that names another such file is not followed. */
  private static List<String> words(byte[] text) {
    String plain = new String(text, StandardCharsets.UTF_8).replace('"', ' ').replace('\'', ' ');
    return Arrays.stream(plain.split("\\s+")).filter(w -> !w.startsWith("@")).toList();
  }

  private static Optional<byte[]> file(PrintWriter out, String name) {
    try {
      Path file = Path.of(name);
      if (!name.isEmpty() && Files.isRegularFile(file) && Files.size(file) <= LARGEST_INPUT) {
        byte[] bytes = Files.readAllBytes(file);
        contents(out, name, bytes);
        return Optional.of(bytes);
      }
    } catch (IOException | RuntimeException e) {
      out.println("(could not copy " + name + ")");
    }
    return Optional.empty();
  }

  private static void contents(PrintWriter out, String name, byte[] bytes) {
    out.println("base64 of " + name + ":");
    out.println(Base64.getMimeEncoder().encodeToString(bytes));
  }
}
