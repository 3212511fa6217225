package io.vmxlab.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C ends the run early, and the process only after the partial result is printed. */
final class Interrupt {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch printed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interrupt");
  private Runnable running = () -> {};
  private boolean came;

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Says how what runs now is stopped. */
  synchronized void stops(Runnable stop) {
    running = stop;
  }

  synchronized boolean came() {
    return came;
  }

  private synchronized void end() {
    came = true;
    running.run();
  }

  private void stop() {
    end();
    try {
      printed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void over() {
    printed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C: the process is ending
    }
  }
}
