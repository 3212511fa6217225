package io.vmxlab.cli;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModelException;

/** The command {@code vmxlab}. */
public final class Main {
  private Main() {}

  /**
   * Runs the command line and ends the process with its exit status. Without one it just ends:
   * since Java 21 whoever exits makes the JVM load a logger.
   */
  public static void main(String[] args) {
    int status = run(Terminal.ofProcess(System::getenv), args);
    if (status != Exit.OK) {
      System.exit(status);
    }
  }

  private static boolean namesFiles(String[] args) {
    for (String arg : args) {
      if (arg.startsWith("@")) {
        return true;
      }
    }
    return false;
  }

  /** Runs the command line and returns its exit status. */
  static int run(Terminal terminal, String... args) {
    try {
      String[] all = namesFiles(args) ? AtFiles.expanded(args) : args;
      Command command = QuickLine.read(all);
      int status = command == null ? PicocliLine.execute(terminal, all) : command.run(terminal);
      terminal.flush();
      return status;
    } catch (UserError | BadInputException | CpuModelException e) {
      terminal.complain(OptionWords.of(e));
      return Exit.USAGE;
    } catch (Exception | Error e) {
      return Defect.report(terminal, args, e);
    }
  }
}
