package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands and their output in a page of documentation: blocks after {@code <!-- run -->}, or after
 * {@code <!-- run without checks -->}, which ends before a fault's checklist. Blocks after {@code
 * <!-- file NAME -->} are files that commands may name, and so is what {@code -o} writes.
 */
final class ConsoleBlocks {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?s)<!-- run( without checks)? -->\n```console\n\\$ vmxlab ([^\n]*)\n(.*?)(?=```\n)");
  private static final Pattern FILE =
      Pattern.compile("(?s)<!-- file (\\S+) -->\n```\\w+\n(.*?)```\n");
  private static final Pattern CHECKS = Pattern.compile("(?s)\n\n  checks .*");

  private ConsoleBlocks() {}

  /**
   * Asserts that a page shows what happens.
   *
   * @param folder for the page's files
   * @param write write what happens into the page first
   * @return how many blocks there are
   */
  static long check(Path page, Path folder, boolean write) throws IOException {
    String text = Files.readString(page);
    List<String> files = new ArrayList<>();
    Matcher listings = FILE.matcher(text);
    while (listings.find()) {
      files.add(listings.group(1));
      Files.writeString(folder.resolve(listings.group(1)), listings.group(2));
    }
    String actual =
        BLOCK
            .matcher(text)
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(
                        m.group().substring(0, m.group().indexOf("$ vmxlab"))
                            + output(m.group(2), m.group(1) == null, folder, files)));
    if (write) {
      Files.writeString(page, actual);
    }
    assertEquals(actual, Files.readString(page));
    return BLOCK.matcher(text).results().count();
  }

  private static String output(String line, boolean whole, Path folder, List<String> files) {
    String[] args = line.split(" ");
    for (int i = 0; i < args.length; i++) {
      if (i > 0 && args[i - 1].equals("-o")) {
        files.add(args[i]);
      }
      if (files.contains(args[i])) {
        args[i] = folder.resolve(args[i]).toString();
      }
    }
    Cli.Result result = Cli.run(args);
    String out = (result.out() + result.err()).replace(folder + "/", "");
    return "$ vmxlab " + line + "\n" + (whole ? out : CHECKS.matcher(out).replaceFirst("\n"));
  }
}
