package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs cases on the processor of this machine, by way of hostrun.c. */
public final class NativeRunner {
  private static final int CASE_SIZE = 189;
  private static final int RESULT_SIZE = 159;
  private static final int CODE_SIZE = 16;
  private static final int POKE_SIZE = 32;
  private static final int MODE_32 = 1;
  private static final int MODE_REPEATED = 2;
  private static final int MODE_16 = 4;
  private static final int MODE_VECTORS = 8;

  /** Far longer than a batch takes anywhere; afterwards the program counts as hung. */
  private static final int PATIENCE_SECONDS = 300;

  private static final byte NOP = (byte) 0x90;

  private final Path program;

  /** A harness that is built already. */
  NativeRunner(Path program) {
    this.program = program;
  }

  /**
   * Builds the harness.
   *
   * @throws HostUnavailable if this is not Linux on x86-64 with gcc
   */
  static NativeRunner build(Path directory)
      throws IOException, InterruptedException, HostUnavailable {
    // -fPIE keeps the program away from the addresses of the cases, and no shadow stack may look
    // on: cases CALL and RET as they like.
    return new NativeRunner(
        HostProgram.build(directory, "hostrun", "-fPIE", "-pie", "-fcf-protection=none"));
  }

  /** The features of this machine as /proc/cpuinfo names them. */
  public static Set<String> features() throws IOException {
    return features(Files.readAllLines(Path.of("/proc/cpuinfo")));
  }

  /** The features in the lines of a /proc/cpuinfo; names may stand any number of spaces apart. */
  static Set<String> features(List<String> lines) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon >= 0 && line.substring(0, colon).strip().equals("flags")) {
        return new HashSet<>(Arrays.asList(line.substring(colon + 1).strip().split("\\s+")));
      }
    }
    return Set.of();
  }

  /** A word or two about the processor, from /proc/cpuinfo. */
  public static String description() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    List<String> words = new ArrayList<>();
    for (String key : List.of("vendor_id", "cpu family", "model", "stepping")) {
      for (String line : lines) {
        int colon = line.indexOf(':');
        if (colon >= 0 && line.substring(0, colon).strip().equals(key)) {
          words.add(key + " " + line.substring(colon + 1).strip());
          break;
        }
      }
    }
    return words.isEmpty() ? "processor unknown" : String.join(", ", words);
  }

  /**
   * Runs a NOP in the mode and looks at what the harness says about it.
   *
   * @throws HostUnavailable if it dies, or if that is not what a NOP does
   */
  void check(CodeMode mode) throws IOException, InterruptedException, HostUnavailable {
    HostCase nop = nop(mode);
    confirm(nop, run(List.of(nop)).get(0));
  }

  /**
   * Runs the cases, and a NOP after them.
   *
   * @throws HostUnavailable if the harness dies or hangs on the way, or answers nonsense for the
   *     NOP
   */
  List<HostResult> runAll(List<HostCase> cases)
      throws IOException, InterruptedException, HostUnavailable {
    List<HostCase> all = new ArrayList<>(cases);
    all.add(nop(cases.get(0).mode()));
    List<HostResult> results = run(all);
    confirm(all.get(cases.size()), results.get(cases.size()));
    return results.subList(0, cases.size());
  }

  private static HostCase nop(CodeMode mode) {
    long[] gpr = new long[16];
    for (int i = 0; i < gpr.length; i++) {
      gpr[i] = mode == CodeMode.BITS64 ? 0x0101_0101_0101L * i : 0x0101_0101L * i;
    }
    return new HostCase(new byte[] {NOP}, mode, false, 0, gpr, 0, new byte[0]);
  }

  private static void confirm(HostCase nop, HostResult result) throws HostUnavailable {
    boolean right =
        result.vector() == HostResult.COMPLETED
            && result.rip() == Guest.entry(nop) + 1
            && result.rflags() == nop.rflags()
            && Arrays.equals(result.gpr(), nop.gpr())
            && result.changes().isEmpty();
    if (!right) {
      throw new HostUnavailable("the host program says that a NOP did this: " + result);
    }
  }

  private List<HostResult> run(List<HostCase> cases)
      throws IOException, InterruptedException, HostUnavailable {
    Path messages = Files.createTempFile("hostrun", ".txt");
    Process process =
        new ProcessBuilder(program.toString()).redirectError(messages.toFile()).start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    watch.schedule(process::destroyForcibly, PATIENCE_SECONDS, TimeUnit.SECONDS);
    List<HostResult> results = new ArrayList<>(cases.size());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      while (results.size() < cases.size()) {
        results.add(result(in, cases.get(results.size())));
      }
    } catch (EOFException died) {
      String text = "the host program ended with status " + process.waitFor();
      text += " at case " + (results.size() + 1) + " of " + cases.size();
      text += " (" + cases.get(results.size()) + ")";
      throw new HostUnavailable(text + ": " + HostProgram.firstLine(messages));
    } finally {
      watch.shutdownNow();
      process.destroyForcibly();
      process.waitFor();
      feeder.join();
      Files.deleteIfExists(messages);
    }
    return results;
  }

  private static void feed(OutputStream to, List<HostCase> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (HostCase test : cases) {
        out.write(bytes(test));
      }
    } catch (IOException ended) {
      // The program reads no further; whoever reads its answers notices.
    }
  }

  private static byte[] bytes(HostCase test) {
    boolean vectors = test.vectors() != VectorState.NONE;
    int size = CASE_SIZE + (vectors ? VectorState.SIZE : 0);
    ByteBuffer b = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    int mode = test.mode() == CodeMode.BITS32 ? MODE_32 : 0;
    mode |= test.mode() == CodeMode.BITS16 ? MODE_16 : 0;
    mode |= vectors ? MODE_VECTORS : 0;
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
    if (vectors) {
      test.vectors().put(b);
    }
    return b.array();
  }

  private static HostResult result(DataInputStream in, HostCase test) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(read(in, RESULT_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
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
    VectorState vectors = VectorState.NONE;
    if (test.vectors() != VectorState.NONE) {
      byte[] bytes = read(in, VectorState.SIZE);
      vectors = VectorState.get(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    SortedMap<Integer, Integer> changes = new TreeMap<>();
    ByteBuffer c = ByteBuffer.wrap(read(in, 3 * count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      changes.put(c.getShort() & 0xFFFF, c.get() & 0xFF);
    }
    return new HostResult(vector, error, cr2, rip, rflags, gpr, changes, vectors);
  }

  private static byte[] read(DataInputStream in, int count) throws IOException {
    byte[] bytes = new byte[count];
    in.readFully(bytes);
    return bytes;
  }
}
