package io.vmxlab.machine;

import java.util.Optional;

/** Told of what happens while a board runs. */
public interface BoardListener {
  /** Hears nothing. */
  BoardListener NONE = new BoardListener() {};

  /** A byte, 0-255, has come out of COM1 or the debug console. */
  default void onOutput(int value) {}

  /** Whether {@link #onTransition} is to be called. */
  default boolean wantsTransitions() {
    return false;
  }

  /** A transition between VMX root and non-root operation, of any processor. */
  default void onTransition(VmTransition transition) {}

  /**
   * About twice a second.
   *
   * @param instructions executed so far by all processors
   * @param symbol in which one of them is, if the image names it
   */
  default void onProgress(long instructions, Optional<String> symbol) {}
}
