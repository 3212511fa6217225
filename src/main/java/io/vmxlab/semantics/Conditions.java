package io.vmxlab.semantics;

import io.vmxlab.cpu.LazyFlags;

/** The conditions of Jcc, SETcc and CMOVcc. SDM Vol. 1 "EFLAGS Condition Codes". */
public final class Conditions {
  private Conditions() {}

  /** OF=1. */
  public static boolean overflow(LazyFlags flags) {
    return flags.of();
  }

  /** OF=0. */
  public static boolean notOverflow(LazyFlags flags) {
    return !flags.of();
  }

  /** CF=1. */
  public static boolean below(LazyFlags flags) {
    return flags.cf();
  }

  /** CF=0. */
  public static boolean aboveOrEqual(LazyFlags flags) {
    return !flags.cf();
  }

  /** ZF=1. */
  public static boolean equal(LazyFlags flags) {
    return flags.zf();
  }

  /** ZF=0. */
  public static boolean notEqual(LazyFlags flags) {
    return !flags.zf();
  }

  /** CF=1 or ZF=1. */
  public static boolean belowOrEqual(LazyFlags flags) {
    return flags.cf() || flags.zf();
  }

  /** CF=0 and ZF=0. */
  public static boolean above(LazyFlags flags) {
    return !flags.cf() && !flags.zf();
  }

  /** SF=1. */
  public static boolean sign(LazyFlags flags) {
    return flags.sf();
  }

  /** SF=0. */
  public static boolean notSign(LazyFlags flags) {
    return !flags.sf();
  }

  /** PF=1. */
  public static boolean parity(LazyFlags flags) {
    return flags.pf();
  }

  /** PF=0. */
  public static boolean notParity(LazyFlags flags) {
    return !flags.pf();
  }

  /** SF&lt;&gt;OF. */
  public static boolean less(LazyFlags flags) {
    return flags.sf() != flags.of();
  }

  /** SF=OF. */
  public static boolean greaterOrEqual(LazyFlags flags) {
    return flags.sf() == flags.of();
  }

  /** ZF=1 or SF&lt;&gt;OF. */
  public static boolean lessOrEqual(LazyFlags flags) {
    return flags.zf() || flags.sf() != flags.of();
  }

  /** ZF=0 and SF=OF. */
  public static boolean greater(LazyFlags flags) {
    return !flags.zf() && flags.sf() == flags.of();
  }
}
