package io.vmxlab.machine;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** What the virtual machine of the tests holds once garbage is gone: the heap, and classes. */
final class LivingMemory {
  /** One collection may leave what only finalizers or caches still know. */
  private static final int COLLECTIONS = 5;

  private final long before;

  /** Measures now. */
  LivingMemory() {
    System.gc();
    before = now();
  }

  /** Bytes that have been added; collects again and again while they are more than so many. */
  long added(long most) {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      if (now() - before <= most) {
        break;
      }
    }
    return now() - before;
  }

  private static long now() {
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      used += pool.getName().contains("Metaspace") ? pool.getUsage().getUsed() : 0;
    }
    return used;
  }
}
