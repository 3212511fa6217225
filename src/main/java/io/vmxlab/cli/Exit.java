package io.vmxlab.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exit statuses. Public interface: {@code docs/cli.md} lists them. */
final class Exit {
  /** The program ran to its end; the command did what it was asked. */
  static final int OK = 0;

  /** A defect in vmxlab itself. */
  static final int DEFECT = 1;

  /** Wrong usage, unreadable input, or output that cannot be written. */
  static final int USAGE = 2;

  /** The guest ended in an unhandled fault, a VM-entry failure, shutdown or abort. */
  static final int FAULT = 3;

  /** A limit was reached. */
  static final int LIMIT = 4;

  /** A conformance run had failures, or a submission is wrong. */
  static final int FAILURES = 5;

  /** The program needs something that is not modelled. */
  static final int UNMODELLED = 6;

  /** The guest itself reported failure through an exit port. */
  static final int GUEST_FAILED = 7;

  private Exit() {}

  /** For the help. */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    table.put(" 0", "the program ran to its end");
    table.put(" 1", "a defect in vmxlab itself");
    table.put(" 2", "wrong usage, unreadable input, unwritable output");
    table.put(" 3", "the guest ended in a fault it did not handle, or in shutdown");
    table.put(" 4", "a limit was reached");
    table.put(" 5", "a conformance run had failures, or a submission is wrong");
    table.put(" 6", "the program needs something that is not modelled");
    table.put(" 7", "the guest reported failure through an exit port");
    return table;
  }
}
