package io.vmxlab.engine;

/**
 * Why the engine stopped.
 *
 * @param detail for {@link Kind#UNMODELLED} what is missing, else empty
 */
public record Stop(Kind kind, String detail) {
  /** The reasons. */
  public enum Kind {
    /** The number of instructions asked for has been reached. */
    LIMIT,
    /** HLT with nothing that could wake the processor. */
    HALTED,
    /** Triple fault. */
    SHUTDOWN,
    /** The program needs something that is not modelled. */
    UNMODELLED,
    /** A device or observer asked for it. */
    REQUESTED
  }

  static Stop of(Kind kind) {
    return new Stop(kind, "");
  }
}
