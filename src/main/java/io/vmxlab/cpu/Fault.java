package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.rule.RuleSet;

/**
 * An exception on its way from the raise site to delivery. There is one per processor; it has no
 * stack trace and is filled anew for each exception.
 */
public final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private transient Vector vector;
  private int errorCode;
  private transient Cause violated;
  private long address;
  private transient RuleSet<?, ?> checks;
  private transient StateView view;

  Fault() {
    super(null, null, false, false);
  }

  Fault fill(Vector v, int code, Cause why) {
    vector = v;
    errorCode = code;
    violated = why;
    address = 0;
    checks = null;
    view = null;
    return this;
  }

  Fault at(long linearAddress) {
    address = linearAddress;
    return this;
  }

  Fault checkedBy(RuleSet<?, ?> set, StateView seen) {
    checks = set;
    view = seen;
    return this;
  }

  public Vector vector() {
    return vector;
  }

  /** Meaningless unless the vector pushes one. */
  public int errorCode() {
    return errorCode;
  }

  /** The requirement that was not met. */
  public Cause violated() {
    return violated;
  }

  /** Linear address of a page fault, the value CR2 gets. */
  public long address() {
    return address;
  }

  /** The checklist whose violation raised it, or null. */
  public RuleSet<?, ?> checks() {
    return checks;
  }

  /** The state that the checklist was evaluated on, or null. Valid until the next fault. */
  public StateView view() {
    return view;
  }
}
