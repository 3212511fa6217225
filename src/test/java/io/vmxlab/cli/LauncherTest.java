package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line out of an archive is the command line. */
class LauncherTest {
  @TempDir Path folder;

  @Test
  void runs_what_main_runs() throws Exception {
    assertEquals(run(Main.class, "run", "enable-vmx"), run(Launcher.class, "run", "enable-vmx"));
    assertEquals(run(Main.class, "run", "nothing"), run(Launcher.class, "run", "nothing"));
  }

  @Test
  void takes_classes_and_files_straight_from_the_archive() throws Exception {
    run(Launcher.class, "run", "enable-vmx");
    List<String> loaded = Files.readAllLines(folder.resolve("classes"));
    assertTrue(loaded.stream().anyMatch(c -> c.startsWith("io.vmxlab.engine.Rows ")));
    assertFalse(
        loaded.stream().anyMatch(c -> c.startsWith("sun.net.www.protocol.jar.JarURLConnection")),
        "a file was found by the JVM's class loader");
  }

  /** Exit status and output of a process whose class path is an archive of vmxlab alone. */
  private String run(Class<?> main, String... arguments) throws Exception {
    Path archive = folder.resolve("vmxlab.jar");
    if (!Files.exists(archive)) {
      pack(Path.of("target", "classes"), archive);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xlog:class+load:file=" + folder.resolve("classes") + ":none");
    command.addAll(List.of("-cp", archive.toString(), main.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    return process.waitFor() + "\n" + Files.readString(out);
  }

  private static void pack(Path from, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        zip.putNextEntry(new ZipEntry(from.relativize(path).toString().replace('\\', '/')));
        Files.copy(path, zip);
        zip.closeEntry();
      }
    }
  }
}
