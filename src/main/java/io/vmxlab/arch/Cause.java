package io.vmxlab.arch;

/**
 * Why something went wrong: the architectural requirement that was not met. A rule or, where the
 * manual states no list of checks, the manual entry itself. Every raise site names one.
 */
public interface Cause {
  /** Stable kebab-case name, unique among all causes. */
  String id();

  /** Where the manual says so. */
  Sdm citation();

  /** The requirement in one line of prose, without a full stop. */
  String requirement();
}
