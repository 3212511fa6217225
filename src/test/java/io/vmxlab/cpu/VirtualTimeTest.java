package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.engine.Stop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines are met to the instruction, and waiting for them is no work. */
class VirtualTimeTest {
  private final Lab lab = new Lab();
  private final List<String> expired = new ArrayList<>();

  private Deadline deadline(String name) {
    return new Deadline() {
      @Override
      protected void expire() {
        expired.add(name + " " + lab.cpu.retired + " " + lab.cpu.time.now());
        if (lab.cpu.activity == Activity.HLT) {
          lab.cpu.activity = Activity.ACTIVE;
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 66, 127, 128, 129, 900})
  void a_deadline_expires_at_its_instruction(int when) {
    lab.cpu.time.schedule(deadline("timer"), when);
    lab.run("mov ecx, 320\nagain: nop\ndec ecx\njnz again\nhlt");
    assertEquals(List.of("timer " + when + " " + when), expired);
  }

  @Test
  void deadlines_expire_by_time_and_those_of_one_moment_in_order() {
    Deadline moved = deadline("moved");
    Deadline cancelled = deadline("cancelled");
    lab.cpu.time.schedule(deadline("late"), 20);
    lab.cpu.time.schedule(moved, 1);
    lab.cpu.time.schedule(deadline("first"), 10);
    lab.cpu.time.schedule(cancelled, 10);
    lab.cpu.time.schedule(deadline("second"), 10);
    lab.cpu.time.schedule(moved, 15);
    lab.cpu.time.cancel(cancelled);
    lab.run("times 30 nop\nhlt");
    assertEquals(List.of("first 10 10", "second 10 10", "moved 15 15", "late 20 20"), expired);
  }

  @Test
  void writing_caches_back_takes_time() {
    lab.cpu.time.schedule(deadline("timer"), 5_000);
    lab.run("nop\nwbinvd\nnop\nhlt");
    assertEquals(List.of("timer 2 10002"), expired);
  }

  @Test
  void a_deadline_may_be_scheduled_while_the_code_runs() {
    lab.cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            return 0;
          }

          @Override
          public void out(int port, int width, int value) {
            lab.cpu.time.schedule(deadline("timer"), lab.cpu.time.now() + value);
          }
        };
    lab.run("nop\nmov al, 4\nout 40h, al\ntimes 10 nop\nhlt");
    assertEquals(List.of("timer 6 6"), expired);
  }

  @Test
  void a_halted_processor_waits_for_the_deadline_in_no_time() {
    lab.cpu.time.schedule(deadline("timer"), 1_000_000);
    Stop stop = lab.run("hlt\nrdtsc\nhlt");
    assertEquals(Stop.Kind.HALTED, stop.kind());
    assertEquals(List.of("timer 1 1000000"), expired);
    assertEquals(1_000_000, lab.cpu.r[0]);
    assertEquals(3, lab.cpu.retired);
  }

  @Test
  void a_timer_that_never_wakes_the_processor_meets_the_limit() {
    lab.cpu.time.schedule(
        new Deadline() {
          @Override
          protected void expire() {
            lab.cpu.time.schedule(this, lab.cpu.time.now() + 10);
          }
        },
        10);
    lab.code("hlt");
    assertEquals(Stop.Kind.LIMIT, lab.engine.run(1000).kind());
    assertEquals(Activity.HLT, lab.cpu.activity);
  }
}
