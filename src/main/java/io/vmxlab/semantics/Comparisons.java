package io.vmxlab.semantics;

import io.vmxlab.cpu.LazyFlags;

/**
 * What {@link Conditions} come to when it is known which operation left the flags. After a
 * subtraction without a borrow, {@link LazyFlags#flagsCompare}, they compare its operands, which
 * {@code flagSum} and {@code flagRight} are; sign extension leaves both orders as they are.
 */
public final class Comparisons {
  private Comparisons() {}

  /** CF=1. */
  public static boolean below(LazyFlags flags) {
    return unsigned(flags.flagSum) < unsigned(flags.flagRight);
  }

  /** CF=0. */
  public static boolean aboveOrEqual(LazyFlags flags) {
    return unsigned(flags.flagSum) >= unsigned(flags.flagRight);
  }

  /** ZF=1. */
  public static boolean equal(LazyFlags flags) {
    return flags.flagSum == flags.flagRight;
  }

  /** ZF=0. */
  public static boolean notEqual(LazyFlags flags) {
    return flags.flagSum != flags.flagRight;
  }

  /** CF=1 or ZF=1. */
  public static boolean belowOrEqual(LazyFlags flags) {
    return unsigned(flags.flagSum) <= unsigned(flags.flagRight);
  }

  /** CF=0 and ZF=0. */
  public static boolean above(LazyFlags flags) {
    return unsigned(flags.flagSum) > unsigned(flags.flagRight);
  }

  /** SF&lt;&gt;OF. */
  public static boolean less(LazyFlags flags) {
    return flags.flagSum < flags.flagRight;
  }

  /** SF=OF. */
  public static boolean greaterOrEqual(LazyFlags flags) {
    return flags.flagSum >= flags.flagRight;
  }

  /** ZF=1 or SF&lt;&gt;OF. */
  public static boolean lessOrEqual(LazyFlags flags) {
    return flags.flagSum <= flags.flagRight;
  }

  /** ZF=0 and SF=OF. */
  public static boolean greater(LazyFlags flags) {
    return flags.flagSum > flags.flagRight;
  }

  /** SF=1, after every operation that leaves an addition and its result. */
  public static boolean sign(LazyFlags flags) {
    return flags.flagResult < 0;
  }

  /** SF=0, after every operation that leaves an addition and its result. */
  public static boolean notSign(LazyFlags flags) {
    return flags.flagResult >= 0;
  }

  /** Unsigned numbers are ordered as signed ones are after this. */
  private static long unsigned(long number) {
    return number ^ Long.MIN_VALUE;
  }
}
