package io.vmxlab.machine;

import io.vmxlab.cpu.ApicBus;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VirtualTime;
import io.vmxlab.platform.device.AbsentDevices;
import io.vmxlab.platform.device.CoprocessorError;
import io.vmxlab.platform.device.DebugConsole;
import io.vmxlab.platform.device.ExitPort;
import io.vmxlab.platform.device.FirmwareConfig;
import io.vmxlab.platform.device.InterruptControllers;
import io.vmxlab.platform.device.InterruptRouter;
import io.vmxlab.platform.device.IntervalTimer;
import io.vmxlab.platform.device.IoApic;
import io.vmxlab.platform.device.KeyboardController;
import io.vmxlab.platform.device.ManagementPort;
import io.vmxlab.platform.device.MemoryBus;
import io.vmxlab.platform.device.PciConfiguration;
import io.vmxlab.platform.device.PortBus;
import io.vmxlab.platform.device.PortDevice;
import io.vmxlab.platform.device.PowerManagement;
import io.vmxlab.platform.device.RealTimeClock;
import io.vmxlab.platform.device.SerialPort;
import io.vmxlab.platform.device.ShutdownPort;
import io.vmxlab.platform.device.SystemControlPort;
import io.vmxlab.platform.device.SystemControlPortB;
import io.vmxlab.platform.device.TestDevice;
import java.util.function.IntConsumer;

/** The devices of a board, at their places. */
final class BoardDevices {
  // spotless:off
  private static final int TIMER_LINE    = 0;
  private static final int KEYBOARD_LINE = 1;
  private static final int COM1_LINE     = 4;
  private static final int CLOCK_LINE    = 8;
  /** Where firmware shows how far it is, and where programs write to let time pass. */
  private static final int POST_PORT     = 0x80;
  // spotless:on

  final PortBus ports = new PortBus();
  final MemoryBus memory = new MemoryBus();
  final ExitPort exitPort;

  /**
   * All of them.
   *
   * @param first the bootstrap processor, to whose LINT0 the 8259s lead
   * @param output takes what the serial port and the debug console send
   */
  BoardDevices(Cpu first, ApicBus bus, int processors, BoardEnd end, IntConsumer output) {
    VirtualTime time = first.time;
    long size = first.memory.size();
    InterruptControllers controllers = new InterruptControllers(high -> first.apic.line(0, high));
    first.apic.external(controllers::acknowledge);
    IoApic ioApic = new IoApic(bus);
    bus.onEndOfInterrupt(ioApic::endOfInterrupt);
    InterruptRouter router = new InterruptRouter(controllers, ioApic);
    Runnable reset = () -> end.because(Ending.RESET, "");
    Runnable off = () -> end.because(Ending.POWER_OFF, "");
    exitPort = new ExitPort(() -> end.because(Ending.EXIT_PORT, ""));

    memory.attach(IoApic.ADDRESS, IoApic.SIZE, ioApic);
    controllers.attach(ports);
    IntervalTimer timer = new IntervalTimer(time, router.line(TIMER_LINE));
    ports.attach(IntervalTimer.PORT, IntervalTimer.PORTS, timer);
    ports.attach(SystemControlPortB.PORT, 1, new SystemControlPortB(time, timer));
    new KeyboardController(first::a20mAsserted, first::setA20m, reset, router.line(KEYBOARD_LINE))
        .attach(ports);
    ports.attach(
        RealTimeClock.PORT,
        RealTimeClock.PORTS,
        new RealTimeClock(time, size, router.line(CLOCK_LINE)));
    ports.attach(POST_PORT, 1, new PortDevice() {});
    CoprocessorError error = new CoprocessorError(router.line(CoprocessorError.LINE));
    first.x87.pins = error;
    ports.attach(CoprocessorError.PORT, 1, error);
    ports.attach(
        ManagementPort.PORT,
        ManagementPort.PORTS,
        new ManagementPort(bus::systemManagementInterrupt));
    ports.attach(
        SystemControlPort.PORT,
        1,
        new SystemControlPort(first::a20mAsserted, first::setA20m, reset));
    ports.attach(DebugConsole.PORT, 1, new DebugConsole(output));
    ports.attach(ExitPort.PORT, ExitPort.PORTS, exitPort);
    ports.attach(SerialPort.COM1, SerialPort.PORTS, new SerialPort(output, router.line(COM1_LINE)));
    ports.attach(FirmwareConfig.PORT, FirmwareConfig.PORTS, new FirmwareConfig(size, processors));
    ports.attach(PowerManagement.PORT, PowerManagement.PORTS, new PowerManagement(time, off));
    ports.attach(PciConfiguration.PORT, PciConfiguration.PORTS, new PciConfiguration(reset));
    ports.attach(ShutdownPort.PORT, 1, new ShutdownPort(off));
    new TestDevice(router::line).attach(ports, memory);

    AbsentDevices absent =
        new AbsentDevices(
            time, place -> end.because(Ending.NO_DEVICE, "it reads " + place + " again and again"));
    ports.elsewhere(absent.ports());
    memory.elsewhere(absent.memory());
  }
}
