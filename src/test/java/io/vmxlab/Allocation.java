package io.vmxlab;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;

/**
 * What a thread has allocated since it began. The bean that knows is not part of the platform's
 * standard, so it is asked for by name.
 */
public final class Allocation {
  private static final MethodHandle GET = get();

  private Allocation() {}

  private static MethodHandle get() {
    try {
      return MethodHandles.publicLookup()
          .unreflect(
              Class.forName("com.sun.management.ThreadMXBean")
                  .getMethod("getThreadAllocatedBytes", long.class))
          .bindTo(ManagementFactory.getThreadMXBean());
    } catch (ReflectiveOperationException | ClassCastException e) {
      return null;
    }
  }

  /** Bytes; 0 where nobody knows. */
  public static long ofThisThread() {
    try {
      return GET == null ? 0 : (long) GET.invoke(Thread.currentThread().getId());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
