package io.vmxlab.platform.device;

import io.vmxlab.cpu.DeviceSpace;
import java.util.Map;
import java.util.TreeMap;

/** Physical addresses with devices. */
public final class MemoryBus implements DeviceSpace {
  private final TreeMap<Long, Attached> devices = new TreeMap<>();

  /** What answers at addresses without a device. */
  private DeviceSpace elsewhere = DeviceSpace.EMPTY;

  private record Attached(long first, long size, MemoryDevice device) {}

  /**
   * Puts a device at {@code size} bytes.
   *
   * @param first physical address, where there is no RAM
   */
  public void attach(long first, long size, MemoryDevice device) {
    devices.put(first, new Attached(first, size, device));
  }

  /** Something answers at all addresses that have no device. */
  public void elsewhere(DeviceSpace other) {
    elsewhere = other;
  }

  @Override
  public long read(long address, int width) {
    Attached a = at(address);
    return a == null
        ? elsewhere.read(address, width)
        : a.device.read((int) (address - a.first), width);
  }

  @Override
  public void write(long address, int width, long value) {
    Attached a = at(address);
    if (a != null) {
      a.device.write((int) (address - a.first), width, value);
    } else {
      elsewhere.write(address, width, value);
    }
  }

  private Attached at(long address) {
    Map.Entry<Long, Attached> entry = devices.floorEntry(address);
    return entry == null || address >= entry.getKey() + entry.getValue().size
        ? null
        : entry.getValue();
  }
}
