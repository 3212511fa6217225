package io.vmxlab.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Writes regions when the guest has gone on for a while, as a thread beside it does, but at the
 * same time in each run: when others have been asked for, or when it is told to.
 */
final class LateWriter implements Executor {
  private static final int MOST_WAITING = 2;

  private final Deque<Runnable> waiting = new ArrayDeque<>();

  @Override
  public void execute(Runnable order) {
    waiting.add(order);
    if (waiting.size() > MOST_WAITING) {
      waiting.remove().run();
    }
  }

  /** Writes all that it was asked for. */
  void catchUp() {
    waiting.forEach(Runnable::run);
    waiting.clear();
  }
}
