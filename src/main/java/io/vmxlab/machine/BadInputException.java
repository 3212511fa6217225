package io.vmxlab.machine;

import io.vmxlab.text.Visible;

/**
 * Something the user gave cannot be used: a file, a name, a value. The only exception that the
 * library throws for wrong input. Its message is one line: where, what is wrong, what would be
 * right.
 */
public final class BadInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final String what;
  private final String advice;

  /**
   * An error.
   *
   * @param where file, line and column or option; may be empty
   * @param what is wrong
   * @param advice what would be right; may be empty
   */
  public BadInputException(String where, String what, String advice) {
    super(
        Visible.message(
            (where.isEmpty() ? "" : where + ": ")
                + what
                + (advice.isEmpty() ? "" : "; " + advice)));
    this.where = Visible.message(where);
    this.what = Visible.message(what);
    this.advice = Visible.message(advice);
  }

  /** File, line and column or option; may be empty. */
  public String where() {
    return where;
  }

  /** What is wrong. */
  public String what() {
    return what;
  }

  /** What would be right; may be empty. */
  public String advice() {
    return advice;
  }
}
