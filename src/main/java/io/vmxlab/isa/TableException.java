package io.vmxlab.isa;

/** A row of the instruction table that is malformed, or that cannot be told from another row. */
public final class TableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TableException(String encoding, String syntax, String what) {
    super("row \"" + encoding + "\" \"" + syntax + "\": " + what);
  }
}
