package io.vmxlab.engine;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A region that another thread writes while the guest goes on. */
final class RegionOrder implements Runnable {
  /** The blocks that it may become a region of, the first one first. */
  private final List<Block> blocks;

  private final List<BlockCode> code;
  private final int most;
  private Region written;
  private Throwable failed;

  /** The thread that writes has nothing more to do with it. */
  private volatile boolean done;

  /**
   * By the guest's thread.
   *
   * @param most instructions of the region at most
   */
  RegionOrder(List<Block> blocks, int most) {
    this.blocks = blocks;
    this.most = most;
    code = BlockCode.of(blocks);
  }

  /**
   * One thread for all engines of the JVM, which most runs never start. It does not keep the JVM
   * from ending, and ends itself when it has had nothing to do for a second.
   */
  static final class Writer {
    static final Executor THREAD = thread();

    private Writer() {}

    private static Executor thread() {
      ThreadPoolExecutor one =
          new ThreadPoolExecutor(
              1,
              1,
              1,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              work -> {
                Thread thread = new Thread(work, "vmxlab regions");
                thread.setDaemon(true);
                return thread;
              });
      one.allowCoreThreadTimeOut(true);
      return one;
    }
  }

  @Override
  public void run() {
    try {
      written = RegionWriter.write(code, most);
    } catch (RuntimeException | Error e) {
      failed = e; // for the guest's thread
    }
    done = true;
  }

  /** The block begins in code of the region to be. */
  boolean covers(Block block) {
    return Region.covers(blocks, block);
  }

  boolean isDone() {
    return done;
  }

  /**
   * The region, once {@link #isDone}; null if code that it was made of has been dropped meanwhile.
   *
   * @throws RuntimeException or an error that writing it has ended in
   */
  Region region() {
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException exception) {
      throw exception;
    }
    return written.blocks.stream().allMatch(b -> b.valid) ? written : null;
  }
}
