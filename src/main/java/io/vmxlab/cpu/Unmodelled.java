package io.vmxlab.cpu;

/** The program asked for something that the processor has and vmxlab does not model yet. */
public final class Unmodelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

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

  public String what() {
    return what;
  }
}
