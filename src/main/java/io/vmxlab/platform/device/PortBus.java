package io.vmxlab.platform.device;

import io.vmxlab.cpu.IoSpace;
import java.util.Map;
import java.util.TreeMap;

/** I/O ports with devices. An access is the device's at its first port. */
public final class PortBus implements IoSpace {
  private final TreeMap<Integer, Attached> devices = new TreeMap<>();

  /** What answers at ports without a device. */
  private IoSpace elsewhere = IoSpace.EMPTY;

  private record Attached(int first, int count, PortDevice device) {}

  /** Puts a device at {@code count} ports; a later one at the same first port replaces it. */
  public void attach(int first, int count, PortDevice device) {
    devices.put(first, new Attached(first, count, device));
  }

  /** Something answers at all ports that have no device. */
  public void elsewhere(IoSpace other) {
    elsewhere = other;
  }

  @Override
  public int in(int port, int width) {
    Attached a = at(port);
    return a == null ? elsewhere.in(port, width) : a.device.in(port - a.first, width);
  }

  @Override
  public void out(int port, int width, int value) {
    Attached a = at(port);
    if (a != null) {
      a.device.out(port - a.first, width, value);
    } else {
      elsewhere.out(port, width, value);
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
