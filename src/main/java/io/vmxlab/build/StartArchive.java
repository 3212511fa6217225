package io.vmxlab.build;

import io.vmxlab.cli.Launcher;
import io.vmxlab.engine.OperationFiles;
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
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Part of the build: makes the command line's archive one that starts fast. vmxlab's own files are
 * kept as they are, not deflated: a tenth of the time of a small run was spent inflating classes.
 * Operations that small runs would make are added, and what they load once more in one file, for
 * {@link Launcher}. Argument: the archive.
 */
public final class StartArchive {
  private static final String OWN = "io/vmxlab/";
  private static final String ENGINE = OWN + "engine/";
  private static final String OPERATIONS = ENGINE + OperationFiles.LIST;
  private static final String SEQUENCES = OWN + "lab/sequences/";
  private static final String LAUNCHER = Launcher.class.getName();

  /** The classes of the first are those that are loaded ahead. */
  private static final List<String> SMALL_RUNS =
      List.of("enable-vmx", "enable-cr4", "vmxon-vmxoff", "enter-vmx", "round-trip");

  /** Runs long enough to be translated, and was assembled before. */
  private static final String LOOP =
      """
      mov ecx, 10000000
      again:
      dec ecx
      jnz again
      ret
      """;

  /** Is there if the archive has the libraries that translating needs. */
  private static final String LIBRARY = "org/objectweb/asm/ClassWriter.class";

  /** What small runs read besides classes and programs. */
  private static final List<String> FILES =
      List.of(
          OPERATIONS,
          OWN + "model/cpus/skylake.cpu",
          OWN + "model/cpus/modelled.txt",
          ENGINE + "rows.bin",
          ENGINE + "shapes.bin");

  private StartArchive() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path jar = Path.of(arguments[0]);
    rewrite(jar, Map.of(OPERATIONS, new byte[0]));
    rewrite(jar, operations(jar));
    Map<String, byte[]> ahead = new LinkedHashMap<>();
    Map<String, byte[]> others = new LinkedHashMap<>();
    try (ZipFile archive = new ZipFile(jar.toFile())) {
      for (String run : SMALL_RUNS) {
        Map<String, byte[]> into = ahead.isEmpty() ? ahead : others;
        for (String name : loaded(jar, false, run)) {
          if (!ahead.containsKey(name)) {
            into.put(name, classFile(archive, name));
          }
        }
      }
      if (archive.getEntry(LIBRARY) != null) {
        for (String name : loadedByLoop(jar)) {
          if (!ahead.containsKey(name)) {
            others.put(name, classFile(archive, name));
          }
        }
      }
      for (String file : FILES) {
        others.put(file, read(archive, file));
      }
      for (String run : SMALL_RUNS) {
        others.put(SEQUENCES + run + ".elf", read(archive, SEQUENCES + run + ".elf"));
      }
    }
    rewrite(jar, Map.of(Launcher.START, StartFile.of(ahead, others)));
  }

  private static byte[] classFile(ZipFile archive, String name) throws IOException {
    return StartFile.withoutVariables(read(archive, name.replace('.', '/') + ".class"));
  }

  /** By one thread, so that their order is always the same. */
  private static List<String> loadedByLoop(Path jar) throws IOException, InterruptedException {
    Path loop = Files.createTempFile("loop", ".asm");
    try {
      Files.writeString(loop, LOOP);
      return loaded(jar, false, loop.toString(), "--engine", "translator");
    } finally {
      Files.delete(loop);
    }
  }

  /** Class files of the operations that small runs make, and their list. */
  private static Map<String, byte[]> operations(Path jar) throws IOException, InterruptedException {
    Map<String, byte[]> files = new TreeMap<>();
    StringBuilder list = new StringBuilder();
    for (String run : SMALL_RUNS) {
      for (String name : loaded(jar, true, run)) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        if (files.put(ENGINE + simple + ".class", OperationFiles.of(simple)) == null) {
          list.append(simple).append('\n');
        }
      }
    }
    files.put(OPERATIONS, list.toString().getBytes(StandardCharsets.ISO_8859_1));
    return files;
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

  /**
   * Names of vmxlab's classes in the order in which a small run loads them.
   *
   * @param made those that the run has made itself; otherwise those from the archive
   */
  private static List<String> loaded(Path jar, boolean made, String... run)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("classes", ".txt");
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xlog:class+load:file=" + log + ":none");
      command.addAll(List.of("-cp", jar.toString(), LAUNCHER, "run"));
      command.addAll(List.of(run));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
      List<String> names = new ArrayList<>();
      for (String line : Files.readAllLines(log)) {
        String name = line.split(" ")[0];
        boolean own = name.startsWith("io.vmxlab.") || name.startsWith("org.objectweb.asm.");
        if (own && !name.contains("/") && isMade(line) == made && !name.equals(LAUNCHER)) {
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

  /**
   * Copies the archive onto itself, without folders and with files that are made here, which are as
   * old as its first: the first of all, then the others.
   */
  private static void rewrite(Path jar, Map<String, byte[]> made) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Files.size(jar) * 3);
    try (ZipFile from = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(bytes)) {
      List<? extends ZipEntry> entries = Collections.list(from.entries());
      ZipEntry first = entries.get(0);
      if (made.containsKey(Launcher.START)) {
        write(to, Launcher.START, first, made.get(Launcher.START));
      }
      for (ZipEntry entry : entries) {
        String name = entry.getName();
        if (!entry.isDirectory() && !name.equals(Launcher.START) && !made.containsKey(name)) {
          write(to, name, entry, read(from, name));
        }
      }
      for (Map.Entry<String, byte[]> file : new TreeMap<>(made).entrySet()) {
        if (!file.getKey().equals(Launcher.START)) {
          write(to, file.getKey(), first, file.getValue());
        }
      }
    }
    Files.write(jar, bytes.toByteArray());
  }

  /** Writes an entry as old as another. */
  private static void write(ZipOutputStream to, String name, ZipEntry as, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(as.getTimeLocal());
    if (name.startsWith(OWN) || name.equals(JarFile.MANIFEST_NAME)) {
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
