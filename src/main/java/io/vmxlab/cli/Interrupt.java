package io.vmxlab.cli;

/** Ctrl-C ends the run early, and the process only after the partial result is printed. */
final class Interrupt {
  private static final long PATIENCE_NANOSECONDS = 30_000_000_000L;

  private final Thread hook = new Thread(this::stop, "interrupt");
  private Runnable running = () -> {};
  private boolean came;
  private boolean printed;

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
      awaitPrinted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitPrinted() throws InterruptedException {
    long until = System.nanoTime() + PATIENCE_NANOSECONDS;
    for (long left = PATIENCE_NANOSECONDS; !printed && left > 0; left = until - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }

  private synchronized void setPrinted() {
    printed = true;
    notifyAll();
  }

  void over() {
    setPrinted();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C: the process is ending
    }
  }
}
