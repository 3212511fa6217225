package io.vmxlab.threemachines;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way in which Bochs 2.7 differs from vmxlab in VMX, and why vmxlab is not mended. Fields have
 * the names of {@link VmxTrial}: their encodings in hexadecimal.
 *
 * @param about what it is about
 * @param right whom the manual agrees with
 * @param reason what Bochs does, what the manual says
 * @param covers the difference in the outcome's part of that name is this one
 */
record VmxDifference(String about, Right right, String reason, Test covers) {
  /** Who does as the manual says. */
  enum Right {
    VMXLAB,
    BOTH,
    UNSURE
  }

  @FunctionalInterface
  interface Test {
    boolean covers(VmxTrial trial, String part);
  }

  /** The order matters: a difference is counted for the first that covers it. */
  static final List<VmxDifference> ALL =
      Stream.of(VmxEntryDifferences.ALL, VmxStateDifferences.ALL, VmxInstructionDifferences.ALL)
          .flatMap(List::stream)
          .toList();

  /** The first that covers a part of a trial's outcome in which the machines differ; or null. */
  static VmxDifference of(VmxTrial trial, String part) {
    return ALL.stream().filter(d -> d.covers.covers(trial, part)).findFirst().orElse(null);
  }

  static VmxDifference vmxlab(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.VMXLAB, reason, covers);
  }

  static VmxDifference both(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.BOTH, reason, covers);
  }

  static VmxDifference unsure(String about, String reason, Test covers) {
    return new VmxDifference(about, Right.UNSURE, reason, covers);
  }

  @Override
  public String toString() {
    return String.format("%-6s  %s: %s", right, about, reason);
  }
}
