package io.vmxlab.platform.device;

import io.vmxlab.cpu.IoSpace;
import java.util.Map;
import java.util.TreeMap;

/** I/O ports with devices. An access is the device's at its first port. */
public final class PortBus implements IoSpace {
  private final TreeMap<Integer, Attached> devices = new TreeMap<>();

  private record Attached(int first, int count, PortDevice device) {}

  /** Puts a device at {@code count} ports; a later one at the same first port replaces it. */
  public void attach(int first, int count, PortDevice device) {
    devices.put(first, new Attached(first, count, device));
  }

  @Override
  public int in(int port, int width) {
    Attached a = at(port);
    return a == null ? IoSpace.EMPTY.in(port, width) : a.device.in(port - a.first, width);
  }

  @Override
  public void out(int port, int width, int value) {
    Attached a = at(port);
    if (a != null) {
      a.device.out(port - a.first, width, value);
    }
  }

  private Attached at(int port) {
    Map.Entry<Integer, Attached> entry = devices.floorEntry(port);
    if (entry == null || port >= entry.getKey() + entry.getValue().count) {
      return null;
    }
    return entry.getValue();
  }
}
