package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs cases on the processor of this machine, by way of hostrun.c. */
final class NativeRunner {
  private static final int CASE_SIZE = 189;
  private static final int RESULT_SIZE = 159;
  private static final int CODE_SIZE = 16;
  private static final int POKE_SIZE = 32;
  private static final int MODE_32 = 1;
  private static final int MODE_REPEATED = 2;
  private static final int MODE_16 = 4;

  private final Path program;

  private NativeRunner(Path program) {
    this.program = program;
  }

  /** Empty, with the reason printed, where the harness cannot be built. */
  static Optional<NativeRunner> build(Path directory) throws IOException, InterruptedException {
    String os = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!os.toLowerCase(Locale.ROOT).equals("linux amd64")) {
      return Optional.empty();
    }
    Path source = directory.resolve("hostrun.c");
    Path program = directory.resolve("hostrun");
    try (InputStream in = NativeRunner.class.getResourceAsStream("/host/hostrun.c")) {
      Files.write(source, in.readAllBytes());
    }
    try {
      ProcessBuilder gcc =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString());
      if (gcc.inheritIO().start().waitFor() != 0) {
        return Optional.empty();
      }
    } catch (IOException noCompiler) {
      return Optional.empty();
    }
    return Optional.of(new NativeRunner(program));
  }

  /** The features of this machine as /proc/cpuinfo names them. */
  static Set<String> features() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags")) {
        return Set.of(line.substring(line.indexOf(':') + 2).split(" "));
      }
    }
    return Set.of();
  }

  List<HostResult> run(List<HostCase> cases) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    List<HostResult> results = new ArrayList<>(cases.size());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      for (int i = 0; i < cases.size(); i++) {
        results.add(result(in));
      }
    }
    feeder.join();
    process.waitFor();
    return results;
  }

  private static void feed(OutputStream to, List<HostCase> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (HostCase test : cases) {
        out.write(bytes(test));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(HostCase test) {
    ByteBuffer b = ByteBuffer.allocate(CASE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    int mode = test.mode() == CodeMode.BITS32 ? MODE_32 : 0;
    mode |= test.mode() == CodeMode.BITS16 ? MODE_16 : 0;
    b.put((byte) (mode | (test.repeated() ? MODE_REPEATED : 0)));
    b.put((byte) test.code().length);
    b.put(test.code()).position(2 + CODE_SIZE);
    b.putShort((short) test.pokeAt());
    b.put((byte) test.poke().length);
    b.put(test.poke()).position(2 + CODE_SIZE + 3 + POKE_SIZE);
    b.putLong(test.rflags());
    for (long value : test.gpr()) {
      b.putLong(value);
    }
    return b.array();
  }

  private static HostResult result(DataInputStream in) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(in.readNBytes(RESULT_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
    int vector = b.get() & 0xFF;
    int error = b.getInt();
    long cr2 = b.getLong();
    long rip = b.getLong();
    long rflags = b.getLong();
    long[] gpr = new long[16];
    for (int i = 0; i < gpr.length; i++) {
      gpr[i] = b.getLong();
    }
    int count = b.getShort() & 0xFFFF;
    SortedMap<Integer, Integer> changes = new TreeMap<>();
    ByteBuffer c = ByteBuffer.wrap(in.readNBytes(3 * count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      changes.put(c.getShort() & 0xFFFF, c.get() & 0xFF);
    }
    return new HostResult(vector, error, cr2, rip, rflags, gpr, changes);
  }
}
