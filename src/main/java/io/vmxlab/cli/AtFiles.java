package io.vmxlab.cli;

import io.vmxlab.text.Bounded;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments from files: {@code @FILE} stands for what is in it, words with spaces between them or
 * in quotes, and after {@code #} a comment. {@code @@name} is the argument {@code @name}.
 */
final class AtFiles {
  private static final int MOST_DEPTH = 8;
  private static final int MOST_ARGUMENTS = 10_000;
  private static final char LAST = 255;

  private final List<String> arguments = new ArrayList<>();

  private AtFiles() {}

  /** Whether an argument names a file of arguments. */
  static boolean isAtFile(String arg) {
    return arg.length() > 1 && arg.charAt(0) == '@' && arg.charAt(1) != '@';
  }

  /**
   * The arguments with those from files in place.
   *
   * @throws UserError if a file cannot be read
   */
  static String[] expanded(String[] args) {
    AtFiles files = new AtFiles();
    for (String arg : args) {
      files.add(arg, 0);
    }
    return files.arguments.toArray(new String[0]);
  }

  private void add(String arg, int depth) {
    if (isAtFile(arg)) {
      read(arg.substring(1), depth + 1);
    } else {
      arguments.add(arg.startsWith("@@") ? arg.substring(1) : arg);
    }
    if (arguments.size() > MOST_ARGUMENTS) {
      throw new UserError("there are more than " + MOST_ARGUMENTS + " arguments");
    }
  }

  private void read(String name, int depth) {
    String where = "the arguments in " + name;
    if (depth > MOST_DEPTH) {
      throw new UserError("cannot read " + where + ": the files name one another");
    }
    try (InputStream in = Files.newInputStream(Inputs.path(name))) {
      StreamTokenizer words =
          new StreamTokenizer(new StringReader(Bounded.text(in, Bounded.DOCUMENT)));
      words.resetSyntax();
      words.wordChars(' ' + 1, LAST);
      words.whitespaceChars(0, ' ');
      words.quoteChar('"');
      words.quoteChar('\'');
      words.commentChar('#');
      while (words.nextToken() != StreamTokenizer.TT_EOF) {
        add(words.sval, depth);
      }
    } catch (IOException e) {
      throw Inputs.unreadable(where, Inputs.path(name), e);
    }
  }
}
