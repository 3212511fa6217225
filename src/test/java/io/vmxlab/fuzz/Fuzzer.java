package io.vmxlab.fuzz;

import io.vmxlab.Allocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives a target changed inputs, one after another in one thread, and watches it. Inputs that lead
 * somewhere new are kept and changed further. The same seed gives the same inputs.
 */
final class Fuzzer {
  /** Processor time that an input may take. */
  private static final long SECONDS = 5;

  /** Bytes that an input may take beyond the guest's memory. */
  private static final long MEMORY = 512L << 20;

  /** Bytes that may be in use longer at the end of a long run than after its first part. */
  private static final long LEAK = 64L << 20;

  private static final int LONG_RUN = 20_000;
  private static final int MOST_KEPT = 4_000;
  private static final long MOST_KEPT_BYTES = 32L << 20;
  private static final int MOST_KINDS = 20;
  private static final long NANOS = 1_000_000_000L;

  /** An input that takes so many times what it may is not waited for. */
  private static final int HANG = 5;

  /** Waiting takes no processor time. */
  private static final long PATIENCE = 300 * NANOS;

  private static final long SAMPLE = NANOS / 100;

  private final FuzzTarget target;
  private final Random random;
  private final Mutator mutator;
  private final long limitNanos;
  private final long limitBytes;
  private final List<byte[]> corpus = new ArrayList<>();

  /** Hash codes of signatures: the texts of half a million would look like a leak. */
  private final Set<Integer> signatures = new HashSet<>();

  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Map<String, Integer> met = new HashMap<>();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Path folder;
  private long keptBytes;
  private long done;
  private long longest;
  private long usedEarly;

  private volatile byte[] current = {};
  private volatile long startedCpu;
  private volatile long startedWall;
  private volatile boolean busy;

  Fuzzer(FuzzTarget target, long seed, Path folder) {
    this(target, seed, folder, SECONDS * NANOS, MEMORY);
  }

  /** With other limits, for the test of this class. */
  Fuzzer(FuzzTarget target, long seed, Path folder, long limitNanos, long limitBytes) {
    this.target = target;
    this.random = new Random(seed);
    this.folder = folder;
    this.limitNanos = limitNanos;
    this.limitBytes = limitBytes + target.guestMemory();
    this.mutator = new Mutator(random, target.dictionary(), this::kept, target.longest());
  }

  private byte[] kept() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  /** Inputs that were given so far. */
  long done() {
    return done;
  }

  /** Milliseconds of processor time that the slowest input took. */
  long slowest() {
    return longest / 1_000_000;
  }

  /** Different ways that inputs took. */
  int ways() {
    return signatures.size();
  }

  /** Gives the seeds, then so many changed inputs, and returns what was found. */
  List<Finding> run(long inputs) {
    return watched(
        () -> {
          for (byte[] seed : target.seeds()) {
            corpus.add(seed);
          }
          target.seeds().forEach(this::give);
          for (long i = 0; i < inputs && findings.size() < MOST_KINDS; i++) {
            give(mutator.mutate(kept()));
            if (i == inputs / 10 && inputs >= LONG_RUN) {
              usedEarly = inUse();
            }
          }
          if (inputs >= LONG_RUN) {
            long more = inUse() - usedEarly;
            if (more > LEAK) {
              found("a leak", (more >> 20) + " MBytes more in use", new byte[0]);
            }
          }
        });
  }

  /** Gives only these inputs. */
  List<Finding> give(List<byte[]> inputs) {
    return watched(() -> inputs.forEach(this::give));
  }

  private List<Finding> watched(Runnable work) {
    Thread worker = new Thread(work, "fuzz " + target.name());
    worker.setDaemon(true);
    worker.start();
    try {
      while (worker.isAlive()) {
        worker.join(100);
        if (busy && hangs(worker)) {
          String stack = stack(worker);
          found("hangs at " + firstPlace(stack), stack, current);
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    synchronized (findings) {
      return List.copyOf(findings.values());
    }
  }

  /** Many times too long; what is only a little too long, its own thread notices. */
  private boolean hangs(Thread worker) {
    long started = startedCpu;
    byte[] input = current;
    boolean tooLong =
        threads.getThreadCpuTime(worker.getId()) - started > HANG * limitNanos
            || System.nanoTime() - startedWall > PATIENCE;
    return tooLong && input == current && busy;
  }

  private void give(byte[] input) {
    current = input;
    startedCpu = threads.getCurrentThreadCpuTime();
    startedWall = System.nanoTime();
    long allocated = Allocation.ofThisThread();
    busy = true;
    Trial trial = Trial.of(target, input);
    busy = false;
    done++;
    longest = Math.max(longest, threads.getCurrentThreadCpuTime() - startedCpu);
    if (threads.getCurrentThreadCpuTime() - startedCpu > limitNanos) {
      found("too slow", "with status " + trial.signature(), input);
    }
    long taken = Allocation.ofThisThread() - allocated;
    if (!trial.fault().isEmpty()) {
      if (met.merge(trial.fault(), 1, Integer::sum) == 1) {
        found(trial.fault(), trial.detail(), smallest(input, trial.fault()));
      }
    } else if (taken > limitBytes && peak(input) > limitBytes) {
      found("too much memory", (taken >> 20) + " MBytes allocated", input);
    } else if (signatures.add(trial.signature().hashCode()) && keep(input)) {
      corpus.add(input);
      keptBytes += input.length;
    }
  }

  private boolean keep(byte[] input) {
    return corpus.size() < MOST_KEPT && keptBytes + input.length < MOST_KEPT_BYTES;
  }

  private void found(String kind, String detail, byte[] input) {
    synchronized (findings) {
      findings.computeIfAbsent(
          kind, k -> new Finding(target.name(), k, detail, input, file(input)));
    }
  }

  private Path file(byte[] input) {
    try {
      Files.createDirectories(folder);
      String name = target.name() + "-" + Integer.toHexString(Arrays.hashCode(input)) + ".in";
      return Files.write(folder.resolve(name), input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes pieces out as long as the same happens, for a few seconds. */
  private byte[] smallest(byte[] input, String fault) {
    long end = System.nanoTime() + SECONDS * NANOS;
    byte[] best = input;
    for (int piece = Math.max(1, best.length / 2); piece > 0; piece /= 2) {
      int at = 0;
      while (at < best.length && System.nanoTime() < end) {
        byte[] shorter = new byte[best.length - Math.min(piece, best.length - at)];
        System.arraycopy(best, 0, shorter, 0, at);
        System.arraycopy(
            best, best.length - (shorter.length - at), shorter, at, shorter.length - at);
        if (Trial.of(target, shorter).fault().equals(fault)) {
          best = shorter;
        } else {
          at += piece;
        }
      }
    }
    return best;
  }

  /** Gives the input once more, and measures what is in use meanwhile. */
  private long peak(byte[] input) {
    long before = inUse();
    long[] most = {0};
    Thread sampler =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                most[0] = Math.max(most[0], inUse());
                LockSupport.parkNanos(SAMPLE);
              }
            });
    sampler.start();
    Trial.of(target, input);
    sampler.interrupt();
    try {
      sampler.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return most[0] - before;
  }

  /** As the collection left it: what others allocate before this thread goes on does not count. */
  private static long inUse() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getCollectionUsage)
        .filter(Objects::nonNull)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  private static String stack(Thread worker) {
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : worker.getStackTrace()) {
      text.append("at ").append(frame).append('\n');
    }
    return text.toString();
  }

  private static String firstPlace(String stack) {
    return stack
        .lines()
        .filter(l -> l.contains("io.vmxlab.") && !l.contains(".fuzz."))
        .findFirst()
        .map(l -> l.substring(l.indexOf("io.vmxlab.")))
        .orElse("somewhere");
  }
}
