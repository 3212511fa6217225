package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** How a run ended. */
public sealed interface Outcome {
  /** The six endings. */
  enum Kind {
    COMPLETED,
    HALTED,
    FAULT,
    SHUTDOWN,
    LIMIT,
    UNMODELLED;

    /** {@code completed}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which ending it is. */
  Kind kind();

  /**
   * The program returned, ran off its end, or said through the exit port that it is done.
   *
   * @param reported value written to the exit port: 0 success, other values failure; empty if none
   */
  record Completed(OptionalInt reported) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.COMPLETED;
    }
  }

  /** HLT somewhere else, with nothing that could wake the processor. */
  record Halted(Code code) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.HALTED;
    }
  }

  /**
   * An exception that the program has no handler for.
   *
   * @param exception that reached a stub
   * @param during exceptions on the way to it, each met in delivering the one before, first one
   *     first
   */
  record Fault(GuestFault exception, List<GuestFault> during) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.FAULT;
    }
  }

  /**
   * Triple fault, a saved state that RSM does not load, a VMX abort, or a guest in the activity
   * state shutdown.
   *
   * @param faults the exception whose delivery failed, the one met in that, the double fault, and
   *     the one met in delivering that
   * @param cause what was not met, of a saved state or a VMX abort
   */
  record Shutdown(Code code, List<GuestFault> faults, Optional<Cause> cause) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.SHUTDOWN;
    }
  }

  /**
   * The program did not end within its number of instructions.
   *
   * @param code where it was
   * @param limit number of instructions
   * @param stuck why not, if it is that a guest does not go on
   */
  record Limit(Code code, long limit, Optional<StuckGuest> stuck) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.LIMIT;
    }
  }

  /**
   * The program needs something that is not modelled.
   *
   * @param what is missing, as the manual names it
   */
  record Unmodelled(Code code, String what) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.UNMODELLED;
    }
  }

  /** The exception of a {@link Fault}, or the first one of a {@link Shutdown}. */
  default Optional<GuestFault> fault() {
    return this instanceof Fault f ? Optional.of(f.exception()) : first();
  }

  /** The exception with which it began: whose mend makes the others not come. */
  default Optional<GuestFault> first() {
    if (this instanceof Fault f) {
      return Optional.of(f.during().isEmpty() ? f.exception() : f.during().get(0));
    }
    if (this instanceof Shutdown s && !s.faults().isEmpty()) {
      return Optional.of(s.faults().get(0));
    }
    return Optional.empty();
  }
}
