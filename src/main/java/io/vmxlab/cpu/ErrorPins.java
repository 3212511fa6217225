package io.vmxlab.cpu;

/**
 * The pins by which a processor reports x87 errors while CR0.NE is 0, and is told to ignore them.
 * SDM Vol. 1 "MS-DOS Compatibility Sub-mode".
 */
public interface ErrorPins {
  /** FERR#: an instruction waits with an error pending, or no error is pending any more. */
  void error(boolean asserted);

  /** IGNNE#: instructions go on although an error is pending. */
  boolean ignores();
}
