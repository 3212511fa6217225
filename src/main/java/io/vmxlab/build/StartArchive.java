package io.vmxlab.build;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Part of the build: makes the command line's archive one that starts fast. vmxlab's own files are
 * kept as they are, not deflated: a tenth of the time of a small run was spent inflating classes.
 * And a list of the classes that a small run loads is added, for {@code cli.Ahead}. Argument: the
 * archive.
 */
public final class StartArchive {
  private static final String OWN = "io/vmxlab/";
  private static final String LIST = OWN + "cli/ahead.txt";
  private static final String LAUNCHER = "io.vmxlab.cli.Launcher";
  private static final List<String> SMALL_RUN = List.of("run", "enable-vmx");

  private StartArchive() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path jar = Path.of(arguments[0]);
    rewrite(jar, "");
    rewrite(jar, String.join("\n", loaded(jar)));
  }

  /** Names of vmxlab's classes that a small run loads from the archive, in their order. */
  private static List<String> loaded(Path jar) throws IOException, InterruptedException {
    Path log = Files.createTempFile("classes", ".txt");
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xlog:class+load:file=" + log + ":none");
      command.add("-jar");
      command.add(jar.toString());
      command.addAll(SMALL_RUN);
      Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (run.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
      List<String> names = new ArrayList<>();
      for (String line : Files.readAllLines(log)) {
        String[] words = line.split(" ");
        boolean archived = words[words.length - 1].startsWith("file:");
        if (archived && words[0].startsWith("io.vmxlab.") && !words[0].equals(LAUNCHER)) {
          names.add(words[0]);
        }
      }
      return names;
    } finally {
      Files.delete(log);
    }
  }

  /** Copies the archive onto itself, without folders. */
  private static void rewrite(Path jar, String list) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Files.size(jar) * 3);
    File file = jar.toFile();
    try (ZipFile from = new ZipFile(file);
        ZipOutputStream to = new ZipOutputStream(bytes)) {
      ZipEntry last = null;
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (!entry.isDirectory() && !entry.getName().equals(LIST)) {
          write(to, entry.getName(), entry, from.getInputStream(entry).readAllBytes());
          last = entry;
        }
      }
      if (!list.isEmpty()) {
        write(to, LIST, last, list.getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(jar, bytes.toByteArray());
  }

  /** Writes an entry as old as another. */
  private static void write(ZipOutputStream to, String name, ZipEntry as, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(as.getTimeLocal());
    if (name.startsWith(OWN)) {
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    to.putNextEntry(entry);
    to.write(content);
    to.closeEntry();
  }
}
