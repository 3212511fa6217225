package io.vmxlab.platform.device;

import io.vmxlab.cpu.DeviceSpace;
import io.vmxlab.cpu.IoSpace;
import io.vmxlab.cpu.VirtualTime;
import java.util.function.Consumer;

/**
 * Stands where no device is, and notices a program that waits for one: that reads the same place
 * again and again, with little in between.
 */
public final class AbsentDevices {
  /** Reads after which it is no coincidence. */
  private static final int MANY = 200_000;

  /** Ticks between two reads of a loop that waits. */
  private static final long FEW_TICKS = 500;

  private final VirtualTime time;
  private final Consumer<String> waiting;
  private long place = -1;
  private long first;
  private int reads;

  /**
   * Nobody waits yet.
   *
   * @param waiting is told which place a program waits at, such as {@code port 1F7h}
   */
  public AbsentDevices(VirtualTime time, Consumer<String> waiting) {
    this.time = time;
    this.waiting = waiting;
  }

  private void read(long where, String kind) {
    if (where != place) {
      place = where;
      reads = 0;
      first = time.now();
    }
    reads++;
    if (reads == MANY) {
      if (time.now() - first < FEW_TICKS * MANY) {
        waiting.accept(kind + String.format(java.util.Locale.ROOT, "%Xh", where & Long.MAX_VALUE));
      }
      place = -1;
    }
  }

  /** Ports. */
  public IoSpace ports() {
    return new IoSpace() {
      @Override
      public int in(int port, int width) {
        read(port, "port ");
        return IoSpace.EMPTY.in(port, width);
      }
    };
  }

  /** Physical addresses. */
  public DeviceSpace memory() {
    return new DeviceSpace() {
      @Override
      public long read(long address, int width) {
        AbsentDevices.this.read(address | Long.MIN_VALUE, "physical address ");
        return DeviceSpace.EMPTY.read(address, width);
      }
    };
  }
}
