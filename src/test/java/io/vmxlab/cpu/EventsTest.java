package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Rflags;
import io.vmxlab.engine.Stop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3A "Priority Among Simultaneous Exceptions and Interrupts". */
class EventsTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;
  private final List<Integer> written = new ArrayList<>();

  /** A port whose writes signal events. */
  private void onOut(Event... events) {
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            return 0;
          }

          @Override
          public void out(int port, int width, int value) {
            written.add(value);
            for (Event event : events) {
              cpu.events.signal(event);
            }
          }
        };
  }

  @Test
  void the_order_is_that_of_the_table() {
    int before = 0;
    for (Event event : Event.values()) {
      assertTrue(event.priority >= before, event.toString());
      before = event.priority;
    }
  }

  @Test
  void a_stop_comes_right_after_its_instruction() {
    onOut(Event.STOP);
    Stop stop = lab.run("mov al, 1\nout 80h, al\nmov al, 2\nout 80h, al\nhlt");
    assertEquals(Stop.Kind.REQUESTED, stop.kind());
    assertEquals(List.of(1), written);
    assertEquals(2, cpu.retired);
    assertEquals(Stop.Kind.REQUESTED, lab.engine.run(100).kind());
    assertEquals(List.of(1, 2), written);
  }

  @Test
  void a_stop_comes_right_after_its_iteration() {
    onOut(Event.STOP);
    lab.run("mov esi, 10000h\nmov ecx, 5\nmov edx, 80h\nrep outsb\nhlt");
    assertEquals(1, written.size());
    assertEquals(4, cpu.r[1]);
  }

  /** The trap is neither lost nor delivered before the run goes on. */
  @Test
  void a_stop_leaves_a_single_step_trap_pending() {
    onOut(Event.STOP);
    cpu.flagsRest |= Rflags.TF;
    lab.run("out 80h, al\nnop\nhlt");
    assertEquals(List.of(), lab.seen);
    assertTrue(cpu.events.pending(Event.DEBUG_TRAP));
    lab.engine.run(100);
    assertEquals(1, lab.seen.size());
    assertEquals(Lab.CODE + 2, lab.seen.get(0).rip());
  }

  @Test
  void init_comes_before_a_single_step_trap_and_takes_it_away() {
    onOut(Event.INIT);
    cpu.flagsRest |= Rflags.TF;
    lab.code("out 80h, al\nnop\nhlt");
    lab.engine.run(1);
    assertEquals(List.of(), lab.seen);
    assertEquals(0xFFF0, cpu.rip);
    assertFalse(cpu.events.pending(Event.DEBUG_TRAP));
  }

  @Test
  void what_is_blocked_waits_until_it_is_unblocked() {
    cpu.events.block(Event.INIT);
    cpu.events.signal(Event.INIT);
    assertTrue(cpu.events.pending(Event.INIT));
    assertEquals(Lab.CODE, cpu.rip);
    cpu.events.unblock(Event.INIT);
    assertFalse(cpu.events.pending(Event.INIT));
    assertEquals(0xFFF0, cpu.rip);
  }

  /** SDM Vol. 3A "External Signal Compatibility": the next access already has bit 20 masked. */
  @Test
  void a20m_counts_from_the_next_instruction_on() {
    lab.memory.write(0x5_0000, 32, 0x1111);
    lab.memory.write(0x15_0000, 32, 0x2222);
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            return 0;
          }

          @Override
          public void out(int port, int width, int value) {
            cpu.setA20m(value == 1);
          }
        };
    lab.run(
        "mov al, 1\nout 92h, al\nmov ebx, [150000h]\nmov al, 0\nout 92h, al\nmov ecx, [150000h]\nhlt");
    assertEquals(0x1111, cpu.r[3]);
    assertEquals(0x2222, cpu.r[1]);
  }
}
