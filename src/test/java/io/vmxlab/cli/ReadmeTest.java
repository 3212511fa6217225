package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.JavaText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What README.md shows is what happens. {@code -Dreadme.write=true} writes the output of its
 * commands into it.
 */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern JAVA =
      Pattern.compile("(?s)<!-- compile -->\n```java\n(.*?)```\n\nIt prints `(.*?)`");

  @TempDir Path folder;

  @Test
  void blocksAreActualOutput() throws Exception {
    assertTrue(ConsoleBlocks.check(README, folder, Boolean.getBoolean("readme.write")) >= 3);
  }

  @Test
  void libraryExampleCompilesAndPrintsThat() throws Exception {
    Matcher block = JAVA.matcher(Files.readString(README));
    assertTrue(block.find());
    JavaText.compile(folder, "Example", block.group(1));
    assertEquals(block.group(2), runMain());
  }

  private String runMain() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object) null);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  /** Every file that README and the docs of the command line link to is there. */
  @Test
  void linksLeadSomewhere() throws Exception {
    for (Path page :
        List.of(
            README,
            Path.of("docs/cli.md"),
            Path.of("docs/demos.md"),
            Path.of("docs/junit.md"),
            Path.of("docs/tutorial.md"))) {
      String broken =
          Pattern.compile("\\]\\(([^)#:]+)\\)")
              .matcher(Files.readString(page))
              .results()
              .map(m -> m.group(1))
              .filter(l -> !Files.exists(page.toAbsolutePath().resolveSibling(l)))
              .collect(Collectors.joining(", "));
      assertEquals("", broken, page.toString());
    }
  }
}
