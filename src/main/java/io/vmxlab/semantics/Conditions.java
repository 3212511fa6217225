package io.vmxlab.semantics;

import io.vmxlab.cpu.Cpu;

/** The conditions of Jcc, SETcc and CMOVcc. SDM Vol. 1 "EFLAGS Condition Codes". */
public final class Conditions {
  private Conditions() {}

  /** OF=1. */
  public static boolean overflow(Cpu cpu) {
    return cpu.of();
  }

  /** OF=0. */
  public static boolean notOverflow(Cpu cpu) {
    return !cpu.of();
  }

  /** CF=1. */
  public static boolean below(Cpu cpu) {
    return cpu.cf();
  }

  /** CF=0. */
  public static boolean aboveOrEqual(Cpu cpu) {
    return !cpu.cf();
  }

  /** ZF=1. */
  public static boolean equal(Cpu cpu) {
    return cpu.zf();
  }

  /** ZF=0. */
  public static boolean notEqual(Cpu cpu) {
    return !cpu.zf();
  }

  /** CF=1 or ZF=1. */
  public static boolean belowOrEqual(Cpu cpu) {
    return cpu.cf() || cpu.zf();
  }

  /** CF=0 and ZF=0. */
  public static boolean above(Cpu cpu) {
    return !cpu.cf() && !cpu.zf();
  }

  /** SF=1. */
  public static boolean sign(Cpu cpu) {
    return cpu.sf();
  }

  /** SF=0. */
  public static boolean notSign(Cpu cpu) {
    return !cpu.sf();
  }

  /** PF=1. */
  public static boolean parity(Cpu cpu) {
    return cpu.pf();
  }

  /** PF=0. */
  public static boolean notParity(Cpu cpu) {
    return !cpu.pf();
  }

  /** SF&lt;&gt;OF. */
  public static boolean less(Cpu cpu) {
    return cpu.sf() != cpu.of();
  }

  /** SF=OF. */
  public static boolean greaterOrEqual(Cpu cpu) {
    return cpu.sf() == cpu.of();
  }

  /** ZF=1 or SF&lt;&gt;OF. */
  public static boolean lessOrEqual(Cpu cpu) {
    return cpu.zf() || cpu.sf() != cpu.of();
  }

  /** ZF=0 and SF=OF. */
  public static boolean greater(Cpu cpu) {
    return !cpu.zf() && cpu.sf() == cpu.of();
  }
}
