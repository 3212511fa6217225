package io.vmxlab.arch;

/** Reads processor state without side effects: no accessed bits, no faults, no devices. */
public interface StateView {
  /** The item's value, zero-extended to 64 bits. */
  long get(StateItem item);
}
