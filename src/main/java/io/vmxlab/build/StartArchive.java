package io.vmxlab.build;

import io.vmxlab.cli.Launcher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Part of the build: makes the command line's archive one that starts fast. vmxlab's own files are
 * kept as they are, not deflated: a tenth of the time of a small run was spent inflating classes.
 * What a small run loads is added once more in one file, for {@link Launcher}, and with it a list
 * of its classes in their order, for {@code cli.Ahead}. Argument: the archive.
 */
public final class StartArchive {
  private static final String OWN = "io/vmxlab/";
  private static final String LIST = OWN + "cli/ahead.txt";
  private static final String START = OWN + "cli/" + Launcher.START;
  private static final String LAUNCHER = Launcher.class.getName();
  private static final List<String> SMALL_RUN = List.of("run", "enable-vmx");

  /** What a small run reads besides its classes. */
  private static final List<String> FILES =
      List.of(
          OWN + "model/cpus/skylake.cpu",
          OWN + "model/cpus/modelled.txt",
          OWN + "lab/sequences/enable-vmx.elf",
          OWN + "engine/rows.bin",
          OWN + "engine/shapes.bin");

  private StartArchive() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path jar = Path.of(arguments[0]);
    rewrite(jar, Map.of());
    List<String> classes = loaded(jar);
    byte[] list = String.join("\n", classes).getBytes(StandardCharsets.ISO_8859_1);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(LIST, list);
    try (ZipFile archive = new ZipFile(jar.toFile())) {
      for (String name : classes) {
        byte[] file = read(archive, name.replace('.', '/') + ".class");
        files.put(name, StartFile.withoutVariables(file));
      }
      for (String file : FILES) {
        files.put(file, read(archive, file));
      }
    }
    rewrite(jar, Map.of(LIST, list, START, StartFile.of(files)));
  }

  private static byte[] read(ZipFile archive, String name) throws IOException {
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      throw new IOException("a small run reads " + name + ", which is not in " + archive.getName());
    }
    try (InputStream in = archive.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** Names of vmxlab's classes that a small run loads from the archive, in their order. */
  private static List<String> loaded(Path jar) throws IOException, InterruptedException {
    Path log = Files.createTempFile("classes", ".txt");
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xlog:class+load:file=" + log + ":none");
      command.addAll(List.of("-cp", jar.toString(), LAUNCHER));
      command.addAll(SMALL_RUN);
      Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (run.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
      List<String> names = new ArrayList<>();
      for (String line : Files.readAllLines(log)) {
        String name = line.split(" ")[0];
        if (name.startsWith("io.vmxlab.") && !isMade(line) && !name.equals(LAUNCHER)) {
          names.add(name);
        }
      }
      return names;
    } finally {
      Files.delete(log);
    }
  }

  /** A line of the log tells of a class that the run has made itself. */
  private static boolean isMade(String line) {
    return line.contains("__JVM_LookupDefineClass__");
  }

  /** Copies the archive onto itself, without folders and with files that are made here. */
  private static void rewrite(Path jar, Map<String, byte[]> made) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Files.size(jar) * 3);
    try (ZipFile from = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(bytes)) {
      ZipEntry last = null;
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (!entry.isDirectory()
            && !entry.getName().equals(LIST)
            && !entry.getName().equals(START)) {
          write(to, entry.getName(), entry, read(from, entry.getName()));
          last = entry;
        }
      }
      for (Map.Entry<String, byte[]> file : new TreeMap<>(made).entrySet()) {
        write(to, file.getKey(), last, file.getValue());
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
