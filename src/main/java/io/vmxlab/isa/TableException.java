package io.vmxlab.isa;

/** A row of the instruction table is malformed or in conflict with another. */
public final class TableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TableException(String row, String what) {
    super(row + ": " + what);
  }
}
