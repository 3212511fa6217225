package io.vmxlab.platform.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two 8259s. Datasheet "8259A Programmable Interrupt Controller". */
class InterruptControllersTest {
  private final PortBus bus = new PortBus();
  private boolean output;
  private final InterruptControllers pair = new InterruptControllers(high -> output = high);

  @BeforeEach
  void initialize() {
    pair.attach(bus);
    write(0x20, 0x11, 0x21, 0x20, 0x21, 4, 0x21, 1, 0xA0, 0x11, 0xA1, 0x28, 0xA1, 2, 0xA1, 1);
    write(0x21, 0, 0xA1, 0);
  }

  private void write(int... portsAndValues) {
    for (int i = 0; i < portsAndValues.length; i += 2) {
      bus.out(portsAndValues[i], 8, portsAndValues[i + 1]);
    }
  }

  private void pulse(int line) {
    pair.set(line, true);
    pair.set(line, false);
  }

  @Test
  void a_request_is_handed_out_with_its_vector_and_blocks_lower_ones() {
    pair.set(3, true);
    assertTrue(output);
    assertEquals(0x23, pair.acknowledge());
    assertFalse(output);
    pair.set(5, true);
    assertFalse(output, "of lower priority than the one in service");
    pair.set(1, true);
    assertEquals(0x21, pair.acknowledge());
    write(0x20, 0x20); // EOI of 1
    assertFalse(output);
    write(0x20, 0x20); // EOI of 3
    assertEquals(0x25, pair.acknowledge());
  }

  @Test
  void lines_of_the_second_one_come_through_line_2() {
    pair.set(12, true);
    assertEquals(0x2C, pair.acknowledge());
    write(0x20, 0x0B); // read ISR
    assertEquals(1 << 2, bus.in(0x20, 8));
    pair.set(9, true);
    assertFalse(output, "the first one serves line 2");
    write(0xA0, 0x20, 0x20, 0x20);
    assertEquals(0x29, pair.acknowledge());
  }

  @Test
  void a_masked_line_waits_and_an_edge_is_not_forgotten() {
    write(0x21, 0x10);
    pair.set(4, true);
    assertFalse(output);
    write(0x21, 0);
    assertTrue(output);
    assertEquals(0x24, pair.acknowledge());
    write(0x20, 0x20);
    assertFalse(output, "the line is still high, but that is no edge");
  }

  @Test
  void a_request_that_is_gone_is_spurious() {
    pulse(3);
    assertEquals(0x27, pair.acknowledge());
    write(0x20, 0x0B);
    assertEquals(0, bus.in(0x20, 8));
  }

  @Test
  void a_level_triggered_line_asks_again_while_it_is_high() {
    write(0x4D0, 1 << 5);
    pair.set(5, true);
    assertEquals(0x25, pair.acknowledge());
    write(0x20, 0x65); // specific EOI
    assertEquals(0x25, pair.acknowledge());
    pair.set(5, false);
    write(0x20, 0x65);
    assertFalse(output);
    assertEquals(1 << 5, bus.in(0x4D0, 8));
  }

  @Test
  void priorities_rotate() {
    write(0x20, 0xC3); // line 3 is lowest, 4 highest
    pair.set(1, true);
    pair.set(4, true);
    assertEquals(0x24, pair.acknowledge());
    write(0x20, 0xA0); // rotate on nonspecific EOI
    assertEquals(0x21, pair.acknowledge());
  }

  @Test
  void special_mask_mode_lets_lower_ones_in() {
    pair.set(1, true);
    assertEquals(0x21, pair.acknowledge());
    pair.set(6, true);
    assertFalse(output);
    write(0x20, 0x68, 0x21, 1 << 1);
    assertEquals(0x26, pair.acknowledge());
  }

  @Test
  void a_poll_takes_the_request() {
    pair.set(6, true);
    write(0x20, 0x0C);
    assertEquals(0x86, bus.in(0x20, 8));
    write(0x20, 0x0C);
    assertEquals(0, bus.in(0x20, 8));
  }
}
