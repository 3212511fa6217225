package io.vmxlab.arch;

/** How a run treats something that processors may have. */
public enum Standing {
  /** The real processor has not got it: its use faults, and that is the truth. */
  ABSENT,
  /** The real processor has it, or may have it, and vmxlab does not model it: the run stops. */
  UNMODELLED,
  /** The real processor has it, and so has a run. */
  MODELLED
}
