package io.vmxlab.platform.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * QEMU's firmware configuration device at ports 510H and 511H: a selector, and the bytes of what it
 * selects one after another. QEMU "QEMU Firmware Configuration (fw_cfg) Device". There is no DMA.
 */
public final class FirmwareConfig implements PortDevice {
  /** First port. */
  public static final int PORT = 0x510;

  /** Number of ports. */
  public static final int PORTS = 2;

  private static final int SIGNATURE = 0x00;
  private static final int FEATURES = 0x01;
  private static final int RAM_SIZE = 0x03;
  private static final int PROCESSORS = 0x05;
  private static final int MOST_PROCESSORS = 0x0F;
  private static final int DIRECTORY = 0x19;
  private static final int FIRST_FILE = 0x20;
  private static final int NAME_SIZE = 56;
  private static final int TRADITIONAL = 1;
  private static final byte[] NOTHING = new byte[0];

  private final Map<Integer, byte[]> items = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private byte[] selected = NOTHING;
  private int next;

  /**
   * A device with the items that every board has.
   *
   * @param memorySize RAM in bytes
   */
  public FirmwareConfig(long memorySize, int processors) {
    items.put(SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
    items.put(FEATURES, little(4, TRADITIONAL));
    items.put(RAM_SIZE, little(8, memorySize));
    items.put(PROCESSORS, little(2, processors));
    items.put(MOST_PROCESSORS, little(2, processors));
    list();
  }

  private static byte[] little(int bytes, long value) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return java.util.Arrays.copyOf(all, bytes);
  }

  /** Adds a file, such as {@code opt/name}. */
  public void file(String name, byte[] content) {
    items.put(FIRST_FILE + names.size(), content.clone());
    names.add(name);
    list();
  }

  /** The directory, whose numbers are big-endian. */
  private void list() {
    ByteBuffer directory = ByteBuffer.allocate(4 + names.size() * (8 + NAME_SIZE));
    directory.putInt(names.size());
    for (int i = 0; i < names.size(); i++) {
      directory.putInt(items.get(FIRST_FILE + i).length).putShort((short) (FIRST_FILE + i));
      directory.putShort((short) 0);
      byte[] name = names.get(i).getBytes(StandardCharsets.US_ASCII);
      directory.put(java.util.Arrays.copyOf(name, NAME_SIZE - 1)).put((byte) 0);
    }
    items.put(DIRECTORY, directory.array());
  }

  @Override
  public int in(int port, int width) {
    return port == 0 || next >= selected.length ? 0 : selected[next++] & 0xFF;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port == 0 && width == 16) {
      selected = items.getOrDefault(value & 0xFFFF, NOTHING);
      next = 0;
    }
  }
}
