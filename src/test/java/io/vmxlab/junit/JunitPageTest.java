package io.vmxlab.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.vmxlab.JavaText;
import io.vmxlab.arch.Sdm;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.Vectors;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/**
 * What docs/junit.md and the README's JUnit section show is what happens. {@code
 * -Dreadme.write=true} writes messages and tags into docs/junit.md.
 */
class JunitPageTest {
  private static final Path PAGE = Path.of("docs/junit.md");
  private static final Pattern TEST = Pattern.compile("(?s)<!-- test -->\n```java\n(.*?)```\n");
  private static final Pattern FAILS =
      Pattern.compile("(?s)(?<=<!-- fails -->\n```java\n)(.*?)```\n\n```text\n(.*?)(?=```\n)");
  private static final Pattern TAGS =
      Pattern.compile(
          "(?s)(?<=<!-- tags -->\n\\| tag \\| section \\|\n\\|---\\|---\\|\n).*?(?=\n\n)");
  private static final Pattern CLASS = Pattern.compile("\nclass (\\w+)");

  @TempDir Path folder;

  private Events run(String text) {
    Matcher name = CLASS.matcher(text);
    assertTrue(name.find(), text);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      JavaText.compile(folder, name.group(1), text);
      return EngineTestKit.engine("junit-jupiter")
          .selectors(selectClass(loader.loadClass(name.group(1))))
          .execute()
          .allEvents();
    } catch (ReflectiveOperationException | java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> failures(Events events) {
    return events.finished().stream()
        .map(e -> e.getRequiredPayload(TestExecutionResult.class).getThrowable())
        .flatMap(Optional::stream)
        .map(Throwable::getMessage)
        .toList();
  }

  @Test
  void testsPass() throws Exception {
    for (Path page : List.of(PAGE, Path.of("README.md"))) {
      List<MatchResult> blocks = TEST.matcher(Files.readString(page)).results().toList();
      assertTrue(!blocks.isEmpty(), page.toString());
      for (MatchResult block : blocks) {
        Events events = run(block.group(1));
        assertEquals(List.of(), failures(events), page.toString());
        assertTrue(events.succeeded().count() > 2, block.group(1));
      }
    }
  }

  @Test
  void failuresAndTagsAreActual() throws Exception {
    String text = Files.readString(PAGE);
    String messages =
        FAILS
            .matcher(text)
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(
                        m.group(1) + "```\n\n```text\n" + failures(run(m.group(1))).get(0)));
    String actual =
        TAGS.matcher(messages).replaceAll(m -> Matcher.quoteReplacement(tagsOfBuiltInVectors()));
    if (Boolean.getBoolean("readme.write")) {
      Files.writeString(PAGE, actual);
    }
    assertEquals(actual, Files.readString(PAGE));
    assertTrue(actual.contains("<-- this one") && actual.contains("sdm-vmxon"), actual);
  }

  private static String tagsOfBuiltInVectors() {
    return Vectors.builtIn().stream()
        .map(JunitPageTest::section)
        .sorted()
        .distinct()
        .map(s -> "| `" + ManualTag.of(s) + "` | " + s.cite() + " |")
        .collect(Collectors.joining("\n"));
  }

  private static Sdm section(TestVector vector) {
    return ManualTag.section(vector).orElseThrow();
  }
}
