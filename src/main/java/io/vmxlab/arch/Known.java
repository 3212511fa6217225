package io.vmxlab.arch;

/** What is known of something that a real processor may have. */
public enum Known {
  HAS,
  LACKS,
  /** No source tells; it must not be said to be absent. */
  UNKNOWN;

  static Known of(boolean has) {
    return has ? HAS : LACKS;
  }
}
