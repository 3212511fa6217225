package io.vmxlab.cli;

import io.vmxlab.explain.Style;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads any command line with picocli, and makes help and completion from the commands' data. */
final class PicocliLine {
  private static final int WIDTH = 80;
  private static final int OPTION_COLUMN = 30;

  private PicocliLine() {}

  static int execute(Terminal terminal, String[] args) throws Exception {
    Map<CommandSpec, Command> commands = new LinkedHashMap<>();
    CommandLine line = line(commands);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(terminal.style() == Style.COLOUR ? Ansi.ON : Ansi.OFF));
    ParseResult result;
    try {
      result = line.parseArgs(spelledOut(args));
    } catch (ParameterException e) {
      complain(terminal, e, args);
      return Exit.USAGE;
    }
    ParseResult last = result;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    for (ParseResult level = result; level != null; level = level.subcommand()) {
      if (level.isVersionHelpRequested()) {
        terminal.print(Version.text() + "\n");
        return Exit.OK;
      }
    }
    Command command = commands.get(last.commandSpec());
    boolean help = false;
    for (ParseResult level = result; level != null; level = level.subcommand()) {
      help |= level.isUsageHelpRequested();
    }
    if (help || command == null) {
      terminal.printOwn(last.commandSpec().commandLine().getUsageMessage());
      return Exit.OK;
    }
    fill(command, last);
    if (result.hasMatchedOption(Command.VERBOSE.name()) && last != result) {
      command.set(Command.VERBOSE.name(), "true");
    }
    return command.run(terminal);
  }

  /** {@code help run} means {@code run --help}. */
  private static String[] spelledOut(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    String[] line = Arrays.copyOfRange(args, 1, args.length + 1);
    line[args.length - 1] = "--help";
    return line;
  }

  static String completion() {
    return AutoComplete.bash("vmxlab", line(new LinkedHashMap<>()));
  }

  private static void fill(Command command, ParseResult result) {
    for (OptionSpec option : result.matchedOptions()) {
      for (String value : option.stringValues()) {
        command.set(option.longestName(), value);
      }
    }
    for (PositionalParamSpec operands : result.matchedPositionals()) {
      operands.stringValues().forEach(command::operand);
    }
  }

  /** One line that says what is wrong, one that says where help is. */
  private static void complain(Terminal terminal, ParameterException e, String[] args) {
    String message = e.getMessage().lines().findFirst().orElse("wrong usage");
    String hint = "";
    Optional<String> mistyped = mistyped(e, args);
    Optional<String> word =
        e instanceof UnmatchedArgumentException unmatched
            ? Optional.of(unmatched.getUnmatched().get(0))
            : Optional.empty();
    if (mistyped.isPresent()) {
      message = "unknown option " + mistyped.get();
      hint = hint(mistyped.get(), e.getCommandLine());
    } else if (word.isPresent()) {
      message = unmatched(word.get(), e.getCommandLine());
      hint = hint(word.get(), e.getCommandLine());
    }
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.complain(message + hint + " (see " + name + " --help)");
  }

  private static String unmatched(String word, CommandLine command) {
    return command.getSubcommands().isEmpty()
        ? "unexpected \"" + word + "\""
        : "unknown command \"" + word + "\"";
  }

  /**
   * A word that looks like an option and is none of the command's: whatever else is wrong with the
   * line, such as an operand that it has swallowed, comes of it.
   */
  private static Optional<String> mistyped(ParameterException e, String[] args) {
    Set<String> known = e.getCommandLine().getCommandSpec().optionsMap().keySet();
    boolean value = false;
    for (String word :
        e instanceof UnmatchedArgumentException u ? u.getUnmatched() : own(e, args)) {
      String name = word.indexOf('=') < 0 ? word : word.substring(0, word.indexOf('='));
      OptionSpec option = e.getCommandLine().getCommandSpec().findOption(name);
      boolean isOption = !value && word.startsWith("-") && word.length() > 1;
      if (isOption && !known.contains(name)) {
        return Optional.of(word);
      }
      value = isOption && option != null && option.arity().max() > 0 && name.equals(word);
    }
    return Optional.empty();
  }

  /** The words behind the command's name. */
  private static List<String> own(ParameterException e, String[] args) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    int behind = spec.parent() == null ? 0 : Arrays.asList(args).indexOf(spec.name()) + 1;
    return Arrays.asList(args).subList(behind, args.length);
  }

  /** The nearest word that may stand there; for an option of other commands where it belongs. */
  private static String hint(String word, CommandLine command) {
    String name = word.indexOf('=') < 0 ? word : word.substring(0, word.indexOf('='));
    for (CommandLine sub : command.getSubcommands().values()) {
      if (sub.getCommandSpec().optionsMap().containsKey(name)) {
        return "; it is an option of " + sub.getCommandName() + ", to be written behind its name";
      }
    }
    return Names.hint(word, words(command));
  }

  /** Options and commands that may stand there. */
  private static List<String> words(CommandLine command) {
    List<String> words = new ArrayList<>(command.getSubcommands().keySet());
    words.addAll(command.getCommandSpec().optionsMap().keySet());
    return words;
  }

  private static CommandLine line(Map<CommandSpec, Command> commands) {
    CommandSpec top = CommandSpec.create().name("vmxlab").mixinStandardHelpOptions(true);
    top.usageMessage()
        .description(
            "A laboratory for Intel VT-x: runs x86-64 code on a modelled processor and "
                + "explains what goes wrong.")
        .optionListHeading("%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(Exit.table());
    top.addOption(option(Command.VERBOSE));
    for (Command c : Commands.all()) {
      top.addSubcommand(c.name(), spec(c, commands));
    }
    return new CommandLine(top)
        .setExpandAtFiles(false)
        .setUsageHelpWidth(WIDTH)
        .setUsageHelpLongOptionsMaxWidth(OPTION_COLUMN);
  }

  private static CommandSpec spec(Command command, Map<CommandSpec, Command> commands) {
    CommandSpec spec = CommandSpec.create().name(command.name());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this help").build());
    commands.put(spec, command);
    spec.usageMessage()
        .description(command.summary())
        .footer(footer(command.details()))
        .sortOptions(false)
        .parameterListHeading("%n")
        .optionListHeading("%n")
        .commandListHeading("%nCommands:%n");
    for (Option o : command.options()) {
      spec.addOption(option(o));
    }
    List<Operand> operands = command.operandList();
    for (int i = 0; i < operands.size(); i++) {
      spec.addPositional(operand(operands.get(i), i));
    }
    for (Command c : command.subcommands()) {
      spec.addSubcommand(c.name(), spec(c, commands));
    }
    return spec;
  }

  private static OptionSpec option(Option o) {
    OptionSpec.Builder builder =
        OptionSpec.builder(o.names().toArray(new String[0])).description(escape(o.description()));
    if (o.isFlag()) {
      return builder.type(boolean.class).arity("0").build();
    }
    builder.paramLabel(o.value()).arity("1");
    return o.repeatable()
        ? builder.type(List.class).auxiliaryTypes(String.class).build()
        : builder.type(String.class).build();
  }

  private static PositionalParamSpec operand(Operand o, int index) {
    PositionalParamSpec.Builder builder =
        PositionalParamSpec.builder()
            .paramLabel(o.label())
            .description(escape(o.description()))
            .required(o.fewest() > 0)
            .index(o.many() ? index + "..*" : "" + index)
            .arity(o.many() ? o.fewest() + "..*" : o.fewest() + "..1");
    return o.many()
        ? builder.type(List.class).auxiliaryTypes(String.class).build()
        : builder.type(String.class).build();
  }

  private static String[] footer(List<String> details) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : details) {
      lines.add("");
      lines.add(escape(paragraph));
    }
    return lines.toArray(new String[0]);
  }

  /** Descriptions are formats to picocli. */
  private static String escape(String text) {
    return text.replace("%", "%%");
  }
}
