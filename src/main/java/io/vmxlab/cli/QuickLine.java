package io.vmxlab.cli;

import java.util.List;

/**
 * Reads command lines that need no explaining. Whatever is in any way unusual, it leaves to
 * picocli, which then says what is wrong with it.
 */
final class QuickLine {
  private QuickLine() {}

  /**
   * The command that the arguments name, with its options and operands.
   *
   * @return null if picocli has to read the line
   */
  static Command read(String[] args) {
    Command command = args.length == 0 ? null : Commands.named(args[0]);
    int next = 1;
    while (command != null && !command.subcommands().isEmpty() && next < args.length) {
      Command sub = command(command.subcommands(), args[next]);
      if (sub == null) {
        break;
      }
      command = sub;
      next++;
    }
    return command != null && fill(command, args, next) ? command : null;
  }

  private static Command command(List<Command> commands, String name) {
    for (Command c : commands) {
      if (c.name().equals(name)) {
        return c;
      }
    }
    return null;
  }

  private static boolean fill(Command command, String[] args, int from) {
    List<Option> options = null;
    int given = 0;
    for (int i = from; i < args.length; i++) {
      String arg = args[i];
      if (arg.isEmpty()) {
        return false;
      }
      if (!arg.startsWith("-") || arg.equals("-")) {
        command.operand(arg);
        given++;
        continue;
      }
      options = options == null ? command.options() : options;
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      Option option = option(options, name);
      if (option == null || seen(option, args, from, i)) {
        return false;
      }
      if (option.isFlag()) {
        if (equals >= 0) {
          return false;
        }
        command.set(name, "true");
      } else if (equals >= 0) {
        command.set(name, arg.substring(equals + 1));
      } else if (i + 1 < args.length && plain(args[i + 1])) {
        command.set(name, args[++i]);
      } else {
        return false;
      }
    }
    return given >= command.fewestOperands() && given <= command.mostOperands();
  }

  private static boolean plain(String value) {
    return !value.isEmpty() && !value.startsWith("-") && value.indexOf('"') < 0;
  }

  /** An option that may stand only once stands earlier in the line already. */
  private static boolean seen(Option option, String[] args, int from, int at) {
    if (option.repeatable()) {
      return false;
    }
    for (int i = from; i < at; i++) {
      if (args[i].equals(option.name()) || args[i].startsWith(option.name() + "=")) {
        return true;
      }
    }
    return false;
  }

  private static Option option(List<Option> options, String name) {
    for (Option o : options) {
      if (o.name().equals(name)) {
        return o;
      }
    }
    return null;
  }
}
