package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.build.StartArchive;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void takes_what_a_small_run_needs_from_one_file() throws Exception {
    String expected = run(Launcher.class, "run", "enable-vmx");
    Path archive = folder.resolve("vmxlab.jar");
    StartArchive.main(new String[] {archive.toString()});
    try (FileSystem zip = FileSystems.newFileSystem(archive)) {
      Files.delete(zip.getPath("io/vmxlab/engine/Rows.class"));
      Files.delete(zip.getPath("io/vmxlab/engine/rows.bin"));
    }
    assertEquals(expected, run(Launcher.class, "run", "enable-vmx"));
  }

  /** Exit status and output of a process whose class path is an archive of vmxlab alone. */
  private String run(Class<?> main, String... arguments) throws Exception {
    Path archive = folder.resolve("vmxlab.jar");
    if (!Files.exists(archive)) {
      Archives.pack(archive);
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
}
