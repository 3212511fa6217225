package io.vmxlab.platform.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 8254, clock, and the ports that show them. */
class TimersTest {
  private final Cpu cpu = new Cpu(new PhysicalMemory(1 << 20));
  private final PortBus bus = new PortBus();
  private final List<Boolean> edges = new ArrayList<>();

  private void pit() {
    IntervalTimer timer = new IntervalTimer(cpu.time, edges::add);
    bus.attach(IntervalTimer.PORT, IntervalTimer.PORTS, timer);
    bus.attach(SystemControlPortB.PORT, 1, new SystemControlPortB(cpu.time, timer));
  }

  private void clock() {
    bus.attach(
        RealTimeClock.PORT, RealTimeClock.PORTS, new RealTimeClock(cpu.time, 64 << 20, edges::add));
  }

  private void pass(long ticks) {
    cpu.retired += ticks;
    cpu.time.expire();
  }

  private void start(int control, int count) {
    int counter = control >> 6;
    bus.out(0x43, 8, control);
    bus.out(0x40 + counter, 8, count & 0xFF);
    bus.out(0x40 + counter, 8, count >> 8);
  }

  private int count(int counter) {
    bus.out(0x43, 8, counter << 6); // latch
    return bus.in(0x40 + counter, 8) | bus.in(0x40 + counter, 8) << 8;
  }

  private static long periods(long number) {
    return BoardClock.ticks(number, BoardClock.PIT);
  }

  @Test
  void a_second_has_1193182_periods() {
    assertEquals(BoardClock.PIT, BoardClock.periods(BoardClock.TICKS, BoardClock.PIT));
    for (long n : new long[] {0, 1, 2, 1000, BoardClock.PIT, 7 * BoardClock.PIT + 5}) {
      long ticks = periods(n);
      assertEquals(n, BoardClock.periods(ticks, BoardClock.PIT));
      assertEquals(n == 0 ? 0 : n - 1, BoardClock.periods(Math.max(0, ticks - 1), BoardClock.PIT));
    }
  }

  @Test
  void mode_0_counts_once_and_raises_its_output_at_the_end() {
    pit();
    start(0x30, 1000);
    assertEquals(1000, count(0));
    pass(periods(400));
    assertEquals(600, count(0));
    edges.clear();
    pass(periods(1000) - periods(400) - 1);
    assertEquals(List.of(), edges);
    pass(1);
    assertEquals(List.of(true), edges);
    pass(periods(10));
    assertEquals(0x10000 - 10, count(0), "it counts on below 0");
    assertEquals(List.of(true), edges);
  }

  @Test
  void mode_2_pulses_once_in_every_period() {
    pit();
    start(0x34, 100);
    edges.clear();
    for (int i = 0; i < 300; i++) {
      pass(periods(i + 1) - periods(i));
    }
    assertEquals(List.of(false, true, false, true, false, true), edges);
  }

  @Test
  void mode_3_is_a_square_wave_whose_count_goes_down_by_2() {
    pit();
    start(0x36, 1000);
    pass(periods(100));
    assertEquals(800, count(0));
    pass(periods(500) - periods(100));
    assertEquals(1000, count(0));
    edges.clear();
    pass(periods(1000) - periods(500));
    assertEquals(List.of(true), edges);
  }

  @Test
  void counter_2_waits_for_its_gate_and_shows_its_output_at_port_61h() {
    pit();
    start(0xB0, 500);
    pass(periods(100));
    assertEquals(500, count(2));
    bus.out(0x61, 8, 1);
    assertEquals(0, bus.in(0x61, 8) & 0x20);
    pass(periods(501));
    assertEquals(0x20, bus.in(0x61, 8) & 0x20);
  }

  @Test
  void read_back_shows_status_and_count() {
    pit();
    start(0x36, 1000);
    bus.out(0x43, 8, 0xC2);
    assertEquals(0xB6, bus.in(0x40, 8));
    assertEquals(1000 & 0xFF, bus.in(0x40, 8));
  }

  @Test
  void bcd_counts_in_decimal_digits() {
    pit();
    start(0x31, 0x1000);
    pass(periods(1));
    assertEquals(0x0999, count(0));
  }

  private int cmos(int register) {
    bus.out(0x70, 8, register);
    return bus.in(0x71, 8);
  }

  private void cmos(int register, int value) {
    bus.out(0x70, 8, register);
    bus.out(0x71, 8, value);
  }

  @ParameterizedTest
  @CsvSource({"0, 0x05", "2, 0x01", "4, 0x01", "7, 0x01", "8, 0x01", "9, 0x26", "0x32, 0x20"})
  void the_clock_shows_its_time_in_bcd(String register, String value) {
    clock();
    pass((3600 + 60 + 5) * BoardClock.TICKS);
    assertEquals(Integer.decode(value), cmos(Integer.decode(register)));
  }

  @Test
  void the_clock_can_be_set_and_shows_hours_of_the_afternoon() {
    clock();
    cmos(0x0B, 0x84); // SET, binary, 12 hours
    cmos(0, 58);
    cmos(2, 59);
    cmos(4, 0x8B); // 11 p.m.
    cmos(7, 31);
    cmos(8, 12);
    cmos(9, 99);
    cmos(0x32, 19);
    cmos(0x0B, 0x04);
    pass(2 * BoardClock.TICKS);
    assertEquals(0, cmos(2));
    assertEquals(12, cmos(4), "midnight is 12 a.m.");
    assertEquals(0, cmos(9));
    assertEquals(20, cmos(0x32));
  }

  @Test
  void memory_sizes_are_in_the_clock_s_memory() {
    clock();
    assertEquals(63 * 1024, cmos(0x17) | cmos(0x18) << 8);
    assertEquals((64 - 16) * 16, cmos(0x34) | cmos(0x35) << 8);
  }

  @Test
  void periodic_interrupts_come_until_status_c_is_read() {
    clock();
    cmos(0x0B, 0x42);
    long period = BoardClock.ticks(32, 32_768);
    pass(period - 1);
    assertFalse(edges.contains(true));
    pass(1);
    assertTrue(edges.contains(true));
    assertEquals(0xC0, cmos(0x0C));
    assertEquals(0, cmos(0x0C));
    assertFalse(edges.get(edges.size() - 1));
  }

  @Test
  void an_alarm_comes_at_its_second() {
    clock();
    cmos(1, 0x03);
    cmos(3, 0xFF);
    cmos(5, 0xFF);
    cmos(0x0B, 0x22);
    pass(2 * BoardClock.TICKS + 1);
    pass(1);
    assertFalse(edges.contains(true));
    pass(BoardClock.TICKS);
    assertTrue(edges.contains(true));
    assertEquals(0xA0, cmos(0x0C) & 0xA0);
  }
}
