package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.build.StartArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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

  @Test
  void takes_what_a_small_run_needs_from_one_file() throws Exception {
    String expected = run(Launcher.class, "run", "enable-vmx");
    Path archive = folder.resolve("vmxlab.jar");
    StartArchive.main(new String[] {archive.toString()});
    remove(archive, Set.of("io/vmxlab/engine/Rows.class", "io/vmxlab/engine/rows.bin"));
    assertEquals(expected, run(Launcher.class, "run", "enable-vmx"));
  }

  /** Whoever packs the archive anew may put another file first. */
  @Test
  void does_without_that_file() throws Exception {
    String expected = run(Launcher.class, "run", "enable-vmx");
    Path archive = folder.resolve("vmxlab.jar");
    StartArchive.main(new String[] {archive.toString()});
    remove(archive, Set.of(Launcher.START));
    assertEquals(expected, run(Launcher.class, "run", "enable-vmx"));
  }

  private static void remove(Path archive, Set<String> names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipFile from = new ZipFile(archive.toFile());
        ZipOutputStream to = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (!names.contains(entry.getName())) {
          ZipEntry copy = new ZipEntry(entry);
          copy.setCompressedSize(entry.getMethod() == ZipEntry.STORED ? entry.getSize() : -1);
          to.putNextEntry(copy);
          to.write(from.getInputStream(entry).readAllBytes());
          to.closeEntry();
        }
      }
    }
    Files.write(archive, bytes.toByteArray());
  }

  @Test
  void a_small_run_makes_no_operations() throws Exception {
    run(Launcher.class, "run", "enable-vmx");
    assertTrue(made().contains("Whole_readControl_ControlRegisterTransfer"), made()::toString);
    StartArchive.main(new String[] {folder.resolve("vmxlab.jar").toString()});
    run(Launcher.class, "run", "enable-vmx");
    assertEquals(List.of(), made());
  }

  /** Simple names of the classes that the last run has made itself. */
  private List<String> made() throws IOException {
    return Files.readAllLines(folder.resolve("classes")).stream()
        .filter(c -> c.startsWith("io.vmxlab.engine.") && c.contains("__JVM_LookupDefineClass__"))
        .map(c -> c.substring("io.vmxlab.engine.".length(), c.indexOf(' ')))
        .toList();
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
