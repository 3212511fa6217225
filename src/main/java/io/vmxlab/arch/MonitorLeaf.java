package io.vmxlab.arch;

/** CPUID leaf 5: MONITOR and MWAIT. SDM Vol. 2A "CPUID". */
public final class MonitorLeaf {
  public static final int NUMBER = 5;

  /** In EAX: bytes of the smallest line that can be monitored. */
  public static final int SMALLEST_LINE = 0xFFFF;

  /** In ECX: MWAIT takes bit 0 of ECX, interrupts as break events even while they are masked. */
  public static final int INTERRUPTS_AS_BREAK_EVENTS = 1 << 1;

  private MonitorLeaf() {}
}
