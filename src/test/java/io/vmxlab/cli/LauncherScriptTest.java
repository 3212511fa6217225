package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/vmxlab} of the distribution. */
class LauncherScriptTest {
  private static final Path SHELL = Path.of("/bin/sh");
  private static final String COMPLETED = "0\nenable-vmx: completed";

  @TempDir Path folder;

  private Path script;
  private Path cache;

  @BeforeEach
  void install() throws IOException {
    assumeTrue(Files.isExecutable(SHELL), "there is no " + SHELL);
    Path home = folder.resolve("home");
    script = home.resolve("bin/vmxlab");
    cache = folder.resolve("the cache");
    Files.createDirectories(script.getParent());
    Files.createDirectories(home.resolve("lib"));
    Files.copy(Path.of("src/main/dist/bin/vmxlab"), script);
    Archives.pack(home.resolve("lib/vmxlab.jar"));
  }

  @Test
  void the_first_start_makes_an_archive_that_the_second_takes() throws Exception {
    Path log = folder.resolve("classes");
    Map<String, String> logging =
        Map.of(
            "XDG_CACHE_HOME",
            cache.toString(),
            "VMXLAB_OPTS",
            "-Xlog:class+load:file=" + log + ":none");
    String first = run(logging, script, "run", "enable-vmx");
    assertTrue(first.startsWith(COMPLETED), first);
    assertEquals(1, cached().size(), () -> cached().toString());
    assertEquals(first, run(logging, script, "run", "enable-vmx"));
    assertTrue(
        Files.readAllLines(log).stream()
            .anyMatch(l -> l.matches("io\\.vmxlab\\.engine\\.Engine .*shared objects file.*")));
  }

  @Test
  void two_first_starts_do_each_other_no_harm() throws Exception {
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(start(caching(), "out" + i, script, "run", "enable-vmx"));
    }
    for (int i = 0; i < 2; i++) {
      String output = ended(both.get(i), "out" + i);
      assertTrue(output.startsWith(COMPLETED), output);
    }
    assertEquals(1, cached().size(), () -> cached().toString());
    String after = run(caching(), script, "run", "enable-vmx");
    assertTrue(after.startsWith(COMPLETED), after);
  }

  @Test
  void an_archive_that_the_jvm_does_not_take_is_left_out() throws Exception {
    String expected = run(caching(), script, "run", "enable-vmx");
    Path archive = cached().get(0);
    Files.delete(archive);
    Files.writeString(archive, "not an archive");
    assertEquals(expected, run(caching(), script, "run", "enable-vmx"));
  }

  @Test
  void starts_without_a_place_for_archives() throws Exception {
    Files.writeString(cache, "a file where a directory should be");
    for (Map<String, String> environment :
        List.of(caching(), Map.<String, String>of(), Map.of("HOME", cache.toString()))) {
      String output = run(environment, script, "run", "enable-vmx");
      assertTrue(output.startsWith(COMPLETED), output);
    }
  }

  @Test
  void starts_through_a_symbolic_link() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), script);
    String output = run(Map.of(), link, "run", "enable-vmx");
    assertTrue(output.startsWith(COMPLETED), output);
  }

  /** Java 17 archives no classes that lie below such a directory. */
  @Test
  void starts_out_of_a_directory_with_spaces() throws Exception {
    Path home = Files.move(folder.resolve("home"), folder.resolve("a b c"));
    for (int i = 0; i < 2; i++) {
      String output = run(caching(), home.resolve("bin/vmxlab"), "run", "enable-vmx");
      assertTrue(output.startsWith(COMPLETED), output);
    }
  }

  /** With an archive and without. */
  @Test
  void asks_for_large_pages_where_they_are_given_on_request() throws Exception {
    Path given = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    boolean asks = Files.isReadable(given) && Files.readString(given).contains("[madvise]");
    for (Path home : List.of(cache, Files.createFile(folder.resolve("no directory")))) {
      Map<String, String> environment =
          Map.of("XDG_CACHE_HOME", home.toString(), "VMXLAB_OPTS", "-XX:+PrintFlagsFinal");
      String flags = run(environment, script, "--version");
      assertTrue(
          flags
              .lines()
              .anyMatch(l -> l.matches(" *bool UseTransparentHugePages += " + asks + " .*")),
          flags);
    }
  }

  @Test
  void hands_the_exit_status_and_arguments_on() throws Exception {
    assertEquals(
        "2\nvmxlab: there is no file or built-in sequence \"two words\"\n",
        run(Map.of(), script, "run", "two words"));
  }

  @Test
  void says_in_one_line_that_there_is_no_java() throws Exception {
    assertEquals(
        "127\nvmxlab: no java in JAVA_HOME, " + folder + "\n",
        run(Map.of("JAVA_HOME", folder.toString()), script, "run", "enable-vmx"));
    assertEquals(
        "127\nvmxlab: no java found: install Java 17 or newer, or set JAVA_HOME\n",
        run(Map.of("JAVA_HOME", "", "PATH", folder.toString()), script, "run", "enable-vmx"));
  }

  @Test
  void says_in_one_line_that_java_is_too_old() throws Exception {
    Path old = folder.resolve("old");
    Path java = old.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n");
    assertTrue(java.toFile().setExecutable(true));
    Map<String, String> environment = Map.of("JAVA_HOME", old.toString());
    assertEquals(
        "126\nvmxlab: needs Java 17 or newer, and " + java + " is 1.8.0_402\n",
        run(environment, script, "run", "enable-vmx"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    assertEquals(
        "126\nvmxlab: needs Java 17 or newer, and " + java + " is 11.0.2\n",
        run(environment, script, "run", "enable-vmx"));
    assertFalse(Files.exists(cache));
  }

  private Map<String, String> caching() {
    return Map.of("XDG_CACHE_HOME", cache.toString());
  }

  private List<Path> cached() {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Exit status and output. */
  private String run(Map<String, String> environment, Path command, String... arguments)
      throws IOException, InterruptedException {
    return ended(start(environment, "out", command, arguments), "out");
  }

  private String ended(Process process, String out) throws IOException, InterruptedException {
    return process.waitFor() + "\n" + Files.readString(folder.resolve(out));
  }

  /** Starts the script with this process's Java and without a place for archives, unless told. */
  private Process start(
      Map<String, String> environment, String out, Path command, String... arguments)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(SHELL.toString(), command.toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().keySet().removeAll(List.of("HOME", "XDG_CACHE_HOME", "VMXLAB_OPTS"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve(out).toFile()).start();
  }
}
