package io.vmxlab.platform.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ACPI tables of a board: RSDP, RSDT, XSDT, FADT, FACS, MADT and a DSDT that only knows how to
 * switch the power off. ACPI Specification "ACPI Software Programming Model".
 */
public final class AcpiTables {
  private static final int HEADER = 36;
  private static final int CHECKSUM = 9;
  private static final int FADT_SIZE = 244;
  private static final int FACS_SIZE = 64;
  private static final int RESET_REGISTER_SUPPORTED = 1 << 10;
  private static final int WBINVD = 1;
  private static final int POWER_BUTTON_IS_FEATURE = 1 << 4 | 1 << 5;
  private static final int LEGACY_DEVICES_AND_8042 = 3;
  private static final int SYSTEM_CONTROL_LINE = 9;
  private static final int RESET_PORT = 0xCF9;
  private static final int RESET_VALUE = 6;
  private static final int IO_SPACE = 1;
  private static final int LOCAL_APIC_ADDRESS = 0xFEE0_0000;

  /** Name (_S5, Package () { 0, 0, 0, 0 }). */
  private static final byte[] SOFT_OFF = {
    8, '_', 'S', '5', '_', 0x12, 6, 4, 0, PowerManagement.OFF, 0, 0
  };

  private final long address;
  private final ByteBuffer memory;
  private int next;

  private AcpiTables(long address, int size) {
    this.address = address;
    memory = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The tables as they lie in memory, the RSDP first.
   *
   * @param address of the first byte, below 1 MByte and divisible by 16
   * @param processors whose APIC IDs are 0 and up
   */
  public static byte[] at(long address, int processors) {
    AcpiTables tables = new AcpiTables(address, 0x400 + 8 * processors);
    tables.build(processors);
    return Arrays.copyOf(tables.memory.array(), tables.next);
  }

  private void build(int processors) {
    next = 48; // the RSDP
    long dsdt = add("DSDT", 2, SOFT_OFF);
    next = next + 63 & ~63;
    long facs = facs();
    long fadt = add("FACP", 3, fadt(dsdt, facs));
    long madt = add("APIC", 3, madt(processors));
    ByteBuffer narrow = buffer(8).putInt((int) fadt).putInt((int) madt);
    long rsdt = add("RSDT", 1, narrow.array());
    long xsdt = add("XSDT", 1, buffer(16).putLong(fadt).putLong(madt).array());
    pointer(rsdt, xsdt);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Adds a table with its header, and hands back its address. */
  private long add(String signature, int revision, byte[] body) {
    int at = next;
    ByteBuffer table = buffer(HEADER + body.length);
    table.put(ascii(signature)).putInt(HEADER + body.length).put((byte) revision).put((byte) 0);
    table.put(ascii("VMXLAB")).put(ascii("BOARD   ")).putInt(1).put(ascii("VMXL")).putInt(1);
    table.put(body);
    byte[] bytes = table.array();
    bytes[CHECKSUM] = balance(bytes, bytes.length);
    memory.position(at);
    memory.put(bytes);
    next = at + bytes.length + 15 & ~15;
    return address + at;
  }

  /** What makes the sum of all bytes 0. */
  private static byte balance(byte[] bytes, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += bytes[i];
    }
    return (byte) -sum;
  }

  private long facs() {
    int at = next;
    memory.position(at);
    memory.put(ascii("FACS")).putInt(FACS_SIZE);
    next = at + FACS_SIZE;
    return address + at;
  }

  private static byte[] fadt(long dsdt, long facs) {
    ByteBuffer t = buffer(FADT_SIZE - HEADER);
    t.putInt((int) facs).putInt((int) dsdt);
    t.put((byte) 0).put((byte) 0).putShort((short) SYSTEM_CONTROL_LINE);
    t.putInt(0).put((byte) 0).put((byte) 0).put((byte) 0).put((byte) 0);
    t.putInt(PowerManagement.PORT).putInt(0);
    t.putInt(PowerManagement.PORT + PowerManagement.CONTROL).putInt(0).putInt(0);
    t.putInt(PowerManagement.PORT + PowerManagement.TIMER).putInt(0).putInt(0);
    t.put((byte) 4).put((byte) 2).put((byte) 0).put((byte) 4);
    t.put((byte) 0).put((byte) 0).put((byte) 0).put((byte) 0);
    t.putShort((short) 0xFFFF).putShort((short) 0xFFFF); // no C2 and C3
    t.putShort((short) 0).putShort((short) 0).put((byte) 0).put((byte) 0);
    t.put((byte) 0).put((byte) 0).put((byte) 0x32); // alarm and century in CMOS
    t.putShort((short) LEGACY_DEVICES_AND_8042).put((byte) 0);
    t.putInt(WBINVD | POWER_BUTTON_IS_FEATURE | RESET_REGISTER_SUPPORTED);
    register(t, 8, RESET_PORT);
    t.put((byte) RESET_VALUE).putShort((short) 0).put((byte) 0);
    t.putLong(facs).putLong(dsdt);
    register(t, 32, PowerManagement.PORT);
    register(t, 0, 0);
    register(t, 16, PowerManagement.PORT + PowerManagement.CONTROL);
    register(t, 0, 0);
    register(t, 0, 0);
    register(t, 32, PowerManagement.PORT + PowerManagement.TIMER);
    register(t, 0, 0);
    register(t, 0, 0);
    return t.array();
  }

  /** A generic address structure in I/O space. */
  private static void register(ByteBuffer table, int width, int port) {
    boolean there = width != 0;
    table.put((byte) (there ? IO_SPACE : 0)).put((byte) width).put((byte) 0).put((byte) 0);
    table.putLong(port);
  }

  private static byte[] madt(int processors) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < processors; i++) {
      entries.add(
          buffer(8).put((byte) 0).put((byte) 8).put((byte) i).put((byte) i).putInt(1).array());
    }
    entries.add(
        buffer(12)
            .put((byte) 1)
            .put((byte) 12)
            .putShort((short) 0)
            .putInt((int) IoApic.ADDRESS)
            .putInt(0)
            .array());
    entries.add(override(0, 2, 0));
    entries.add(override(SYSTEM_CONTROL_LINE, SYSTEM_CONTROL_LINE, 0xD));
    entries.add(new byte[] {4, 6, (byte) 0xFF, 0, 0, 1}); // LINT1 of all processors is NMI
    int size = 8 + entries.stream().mapToInt(e -> e.length).sum();
    ByteBuffer t = buffer(size).putInt(LOCAL_APIC_ADDRESS).putInt(1);
    entries.forEach(t::put);
    return t.array();
  }

  /** An interrupt source override of an ISA line. */
  private static byte[] override(int line, int input, int flags) {
    return buffer(10)
        .put((byte) 2)
        .put((byte) 10)
        .put((byte) 0)
        .put((byte) line)
        .putInt(input)
        .putShort((short) flags)
        .array();
  }

  private void pointer(long rsdt, long xsdt) {
    ByteBuffer t = buffer(HEADER);
    t.put(ascii("RSD PTR ")).put((byte) 0).put(ascii("VMXLAB")).put((byte) 2).putInt((int) rsdt);
    t.putInt(HEADER).putLong(xsdt);
    byte[] bytes = t.array();
    bytes[8] = balance(bytes, 20);
    bytes[32] = balance(bytes, HEADER);
    memory.position(0);
    memory.put(bytes);
  }
}
