package io.vmxlab.machine;

/** Told of what happens during a run, as it happens. Listening to steps slows a run down. */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /** Whether {@link #onStep} is to be called. */
  default boolean wantsSteps() {
    return false;
  }

  /** An instruction has been executed, or its exception delivered. */
  default void onStep(Step step) {}

  /** Whether {@link #onTransition} is to be called. */
  default boolean wantsTransitions() {
    return false;
  }

  /** A transition between VMX root and non-root operation. */
  default void onTransition(VmTransition transition) {}

  /** An exception has been raised and is about to be delivered. */
  default void onException(GuestFault fault) {}

  /** A VMX instruction is failing. */
  default void onVmFail(Event.VmFailed event) {}

  /** A VM entry is failing while guest state is loaded. */
  default void onEntryFailure(Event.EntryFailed event) {}

  /**
   * One instruction.
   *
   * @param before registers
   * @param after registers
   */
  record Step(Code code, Snapshot before, Snapshot after) {}
}
