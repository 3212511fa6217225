package io.vmxlab.platform.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Serial port, firmware configuration, keyboard controller, PCI, power, ACPI tables. */
class DevicesTest {
  private final PortBus bus = new PortBus();
  private final StringBuilder output = new StringBuilder();
  private final List<String> happened = new ArrayList<>();
  private boolean line;

  private SerialPort serial() {
    SerialPort port = new SerialPort(b -> output.append((char) b), high -> line = high);
    bus.attach(SerialPort.COM1, SerialPort.PORTS, port);
    return port;
  }

  @Test
  void the_serial_port_interrupts_when_it_can_send() {
    serial();
    bus.out(0x3FC, 8, 0x08); // OUT2
    bus.out(0x3F9, 8, 0x02);
    assertTrue(line);
    assertEquals(0x02, bus.in(0x3FA, 8));
    assertFalse(line, "reading the identification took it back");
    assertEquals(0x01, bus.in(0x3FA, 8));
    bus.out(0x3F8, 8, 'x');
    assertTrue(line);
    assertEquals("x", output.toString());
  }

  @Test
  void received_bytes_wait_in_the_fifo_and_too_many_overrun_it() {
    SerialPort port = serial();
    bus.out(0x3FA, 8, 0x01);
    bus.out(0x3FC, 8, 0x08);
    bus.out(0x3F9, 8, 0x05);
    for (int i = 0; i < 17; i++) {
      port.receive('a' + i);
    }
    assertEquals(0xC6, bus.in(0x3FA, 8), "line status comes first");
    assertEquals(0x63, bus.in(0x3FD, 8));
    assertEquals(0xC4, bus.in(0x3FA, 8));
    for (int i = 0; i < 16; i++) {
      assertEquals('a' + i, bus.in(0x3F8, 8));
    }
    assertEquals(0x60, bus.in(0x3FD, 8));
    assertFalse(line);
  }

  @Test
  void loopback_brings_back_what_is_sent_and_the_modem_s_outputs() {
    serial();
    bus.out(0x3FC, 8, 0x1A); // LOOP, OUT2, RTS
    bus.out(0x3F8, 8, 0x5A);
    assertEquals("", output.toString());
    assertEquals(0x5A, bus.in(0x3F8, 8));
    assertEquals(0x90, bus.in(0x3FE, 8));
  }

  @Test
  void firmware_configuration_has_items_and_files() {
    FirmwareConfig config = new FirmwareConfig(128 << 20, 4);
    config.file("opt/x", "hello".getBytes(StandardCharsets.US_ASCII));
    bus.attach(FirmwareConfig.PORT, FirmwareConfig.PORTS, config);
    assertEquals("QEMU", item(0, 4));
    bus.out(0x510, 16, 5);
    assertEquals(4, bus.in(0x511, 8));
    assertEquals(0, bus.in(0x511, 8));
    bus.out(0x510, 16, 3);
    assertEquals(0x0800_0000, little(4));
    String directory = item(0x19, 4 + 64);
    assertEquals(1, directory.charAt(3));
    assertEquals(5, directory.charAt(7));
    assertTrue(directory.startsWith("opt/x\0", 12));
    assertEquals("hello\0", item(0x20, 6), "zeros follow");
    assertEquals("\0", item(0x7777, 1));
  }

  private String item(int selector, int bytes) {
    bus.out(0x510, 16, selector);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes; i++) {
      text.append((char) bus.in(0x511, 8));
    }
    return text.toString();
  }

  private int little(int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= bus.in(0x511, 8) << 8 * i;
    }
    return value;
  }

  @Test
  void the_keyboard_controller_drives_reset_and_line_20() {
    boolean[] masked = {false};
    new KeyboardController(
            () -> masked[0], on -> masked[0] = on, () -> happened.add("reset"), high -> line = high)
        .attach(bus);
    bus.out(0x64, 8, 0xAA);
    assertEquals(1, bus.in(0x64, 8) & 1);
    assertEquals(0x55, bus.in(0x60, 8));
    assertEquals(0, bus.in(0x64, 8) & 1);
    bus.out(0x64, 8, 0xD1);
    bus.out(0x60, 8, 0xDD);
    assertTrue(masked[0]);
    bus.out(0x64, 8, 0xD0);
    assertEquals(0, bus.in(0x60, 8) & 2);
    bus.out(0x64, 8, 0xDF);
    assertFalse(masked[0]);
    assertEquals(List.of(), happened);
    bus.out(0x64, 8, 0xFE);
    assertEquals(List.of("reset"), happened);
  }

  @Test
  void pci_has_a_host_bridge_and_port_cf9_resets() {
    bus.attach(
        PciConfiguration.PORT,
        PciConfiguration.PORTS,
        new PciConfiguration(() -> happened.add("reset")));
    bus.out(0xCF8, 32, 0x8000_0000);
    assertEquals(0x8000_0000, bus.in(0xCF8, 32));
    assertEquals(0x1237_8086, bus.in(0xCFC, 32));
    assertEquals(0x1237, bus.in(0xCFE, 16));
    bus.out(0xCF8, 32, 0x8000_0800);
    assertEquals(-1, bus.in(0xCFC, 32));
    bus.out(0xCF9, 8, 2);
    assertEquals(List.of(), happened);
    bus.out(0xCF9, 8, 6);
    assertEquals(List.of("reset"), happened);
  }

  @Test
  void power_goes_off_by_acpi_and_by_bochs_word() {
    Cpu cpu = new Cpu(new PhysicalMemory(1 << 20));
    bus.attach(
        PowerManagement.PORT,
        PowerManagement.PORTS,
        new PowerManagement(cpu.time, () -> happened.add("off")));
    bus.attach(ShutdownPort.PORT, 1, new ShutdownPort(() -> happened.add("word")));
    bus.out(0x604, 16, 0x2000);
    for (char c : "ShutdShutdown".toCharArray()) {
      bus.out(0x8900, 8, c);
    }
    assertEquals(List.of("off", "word"), happened);
    cpu.retired = BoardClock.TICKS;
    assertEquals(BoardClock.PM_TIMER, bus.in(0x608, 32));
  }

  @Test
  void the_test_device_keeps_data_and_drives_lines() {
    MemoryBus memory = new MemoryBus();
    new TestDevice(n -> high -> happened.add(n + " " + high)).attach(bus, memory);
    bus.out(0xE0, 32, 0x1234_5678);
    assertEquals(0x5678, bus.in(0xE0, 16));
    assertEquals(0x56, bus.in(0xE1, 8));
    bus.out(0xE2, 8, 0xFF);
    assertEquals(0x12FF_5678, bus.in(0xE0, 32));
    bus.out(0x2007, 8, 1);
    bus.out(0x2007, 8, 0);
    assertEquals(List.of("7 true", "7 false"), happened);
    memory.write(0xFF00_0010L, 64, 0x1122_3344_5566_7788L);
    assertEquals(0x3344, memory.read(0xFF00_0014L, 16));
    assertEquals(0xFFFF_FFFFL, memory.read(0xFF01_0000L, 32));
  }

  @Test
  void acpi_tables_are_found_from_their_root_and_their_bytes_sum_to_0() {
    ByteBuffer all = ByteBuffer.wrap(AcpiTables.at(0xF0000, 3)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals("RSD PTR ", ascii(all, 0, 8));
    assertEquals(0, sum(all, 0, 20));
    assertEquals(0, sum(all, 0, 36));
    int xsdt = (int) all.getLong(24) - 0xF0000;
    assertEquals("XSDT", table(all, xsdt));
    assertEquals("RSDT", table(all, all.getInt(16) - 0xF0000));
    int fadt = (int) all.getLong(xsdt + 36) - 0xF0000;
    int madt = (int) all.getLong(xsdt + 44) - 0xF0000;
    assertEquals("FACP", table(all, fadt));
    assertEquals("APIC", table(all, madt));
    assertEquals("DSDT", table(all, (int) all.getLong(fadt + 140) - 0xF0000));
    assertEquals("FACS", ascii(all, (int) all.getLong(fadt + 132) - 0xF0000, 4));
    assertEquals(0x604, all.getInt(fadt + 64), "PM1a control");
    assertEquals(0xCF9, all.getLong(fadt + 120), "reset register");
    assertEquals(6, all.get(fadt + 128));
    byte[] third = new byte[8];
    all.get(madt + 44 + 16, third);
    assertArrayEquals(new byte[] {0, 8, 2, 2, 1, 0, 0, 0}, third);
  }

  private static String table(ByteBuffer all, int at) {
    assertEquals(0, sum(all, at, all.getInt(at + 4)));
    return ascii(all, at, 4);
  }

  private static String ascii(ByteBuffer all, int at, int length) {
    byte[] bytes = new byte[length];
    all.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static int sum(ByteBuffer all, int at, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += all.get(at + i);
    }
    return sum & 0xFF;
  }
}
