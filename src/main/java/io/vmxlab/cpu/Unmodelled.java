package io.vmxlab.cpu;

/** The program asked for something that the processor has and vmxlab does not model yet. */
public final class Unmodelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String DOUBT = ", if the processor has it at all";

  private final String what;

  /**
   * Thrown before any state has changed.
   *
   * @param what is missing, as the manual names it
   */
  public Unmodelled(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  /** For what the processor may have: no source tells. */
  public static Unmodelled doubtful(String what) {
    return new Unmodelled(what + DOUBT);
  }

  /** The text of an {@link Unmodelled} is about something that the processor may lack. */
  public static boolean isDoubtful(String what) {
    return what.endsWith(DOUBT);
  }

  public String what() {
    return what;
  }
}
