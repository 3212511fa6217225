package io.vmxlab.platform.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PortsTest {
  private final StringBuilder output = new StringBuilder();
  private final PortBus bus = new PortBus();

  @Test
  void portsWithoutADeviceReadAsOnes() {
    assertEquals(0xFF, bus.in(0x80, 8));
    assertEquals(0xFFFF, bus.in(0x80, 16));
    assertEquals(-1, bus.in(0x80, 32));
    bus.out(0x80, 8, 1);
  }

  @Test
  void exitPortReportsAndStops() {
    int[] stops = {0};
    ExitPort port = new ExitPort(() -> stops[0]++);
    bus.attach(ExitPort.PORT, ExitPort.PORTS, port);
    assertEquals(OptionalInt.empty(), port.reported());
    bus.out(ExitPort.PORT, 8, 0x107);
    assertEquals(OptionalInt.of(7), port.reported());
    assertEquals(1, stops[0]);
    bus.out(ExitPort.PORT + ExitPort.PORTS, 8, 9);
    assertEquals(OptionalInt.of(7), port.reported());
  }

  @Test
  void consoleAndSerialPortCollectBytes() {
    bus.attach(DebugConsole.PORT, 1, new DebugConsole(b -> output.append((char) b)));
    bus.attach(SerialPort.COM1, SerialPort.PORTS, new SerialPort(b -> output.append((char) b)));
    assertEquals(0xE9, bus.in(DebugConsole.PORT, 8));
    bus.out(DebugConsole.PORT, 8, 'a');
    bus.out(SerialPort.COM1 + 3, 8, 0x83); // divisor latch
    bus.out(SerialPort.COM1, 8, 1);
    assertEquals(1, bus.in(SerialPort.COM1, 8));
    bus.out(SerialPort.COM1 + 3, 8, 3);
    assertEquals(0x60, bus.in(SerialPort.COM1 + 5, 8) & 0x60);
    bus.out(SerialPort.COM1, 8, 'b');
    assertEquals("ab", output.toString());
  }
}
