package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.McgStatus;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.engine.Stop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3A "Maskable Hardware Interrupts", "Nonmaskable Interrupt (NMI)". */
class InterruptsTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;
  private final List<Integer> delivered = new ArrayList<>();

  /** An interrupt controller that hands out vectors in turn. */
  private final Deque<Integer> waiting = new ArrayDeque<>();

  InterruptsTest() {
    CpuObserver before = cpu.observer;
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onInterrupt(Cpu c, int vector) {
            delivered.add(vector);
          }

          @Override
          public void onException(Cpu c, Fault fault) {
            before.onException(c, fault);
          }
        };
    cpu.interrupts =
        c -> {
          int vector = waiting.isEmpty() ? InterruptSource.NO_VECTOR : waiting.remove();
          if (!waiting.isEmpty()) {
            c.events.signal(Event.INTERRUPT);
          }
          return vector;
        };
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            return 0;
          }

          @Override
          public void out(int port, int width, int value) {
            request(value & 0xFF);
          }
        };
  }

  private void request(int vector) {
    if (vector == 2) {
      cpu.events.signal(Event.NMI);
    } else {
      waiting.add(vector);
      cpu.events.signal(Event.INTERRUPT);
    }
  }

  /** Gates whose handlers count in R8 and return. */
  private void returning(int... vectors) {
    for (int vector : vectors) {
      lab.memory.write(
          Lab.handler(vector), new byte[] {0x49, (byte) 0xFF, (byte) 0xC0, 0x48, (byte) 0xCF});
    }
  }

  @Test
  void an_interrupt_waits_for_if() {
    returning(0x40);
    lab.run("mov al, 40h\nout 80h, al\ninc ecx\ninc ecx\nsti\ninc ecx\ninc ecx\nhlt");
    assertEquals(List.of(0x40), delivered);
    assertEquals(1, cpu.r[8]);
    assertEquals(4, cpu.r[1]);
  }

  /** "STI-Set Interrupt Flag": the instruction after STI is executed first. */
  @Test
  void sti_delays_by_one_instruction() {
    cpu.events.signal(Event.INTERRUPT);
    waiting.add(0x40);
    lab.run("sti\ninc ecx\ninc ecx\nhlt");
    assertEquals(1, cpu.r[1]);
    assertEquals(Lab.CODE + 3, lab.stack(0));
  }

  @Test
  void sti_with_if_set_delays_nothing() {
    cpu.setRflags(Rflags.IF);
    lab.run("mov al, 40h\nsti\nout 80h, al\ninc ecx\nhlt");
    assertEquals(0, cpu.r[1]);
  }

  @Test
  void mov_ss_delays_by_one_instruction() {
    lab.run("mov al, 2\nmov ecx, 10h\nmov ss, ecx\nout 80h, al\ninc edx\nhlt");
    assertEquals(List.of(2), delivered);
    assertEquals(0, cpu.r[2], "the write itself is the instruction after MOV SS");
    assertEquals(Lab.CODE + 11, lab.stack(0));
  }

  @Test
  void popf_and_iret_open_the_window() {
    returning(0x40);
    lab.run("mov al, 40h\nout 80h, al\npushfq\nor qword [rsp], 200h\npopfq\nhlt");
    assertEquals(List.of(0x40), delivered);
    assertEquals(Lab.flags(Rflags.IF), cpu.flagsRest & ~Rflags.STATUS, "and IRET restores IF");
  }

  /** "Interrupt and exception priority": NMI is class 5, maskable interrupts class 6. */
  @Test
  void nmi_comes_first() {
    returning(2, 0x40);
    waiting.add(0x40);
    cpu.interrupts = c -> waiting.isEmpty() ? InterruptSource.NO_VECTOR : waiting.remove();
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            return 0;
          }

          @Override
          public void out(int port, int width, int value) {
            cpu.events.signal(Event.INTERRUPT);
            cpu.events.signal(Event.NMI);
          }
        };
    cpu.setRflags(Rflags.IF);
    lab.run("out 80h, al\nhlt");
    assertEquals(List.of(2, 0x40), delivered);
    assertEquals(2, cpu.r[8]);
  }

  @Test
  void several_requests_are_delivered_one_upon_another() {
    lab.gate(0x40, 0x8F, 0, Lab.CODE64);
    waiting.addAll(List.of(0x40, 0x41));
    cpu.setRflags(Rflags.IF);
    lab.code("nop\nhlt");
    cpu.events.signal(Event.INTERRUPT);
    lab.run();
    assertEquals(List.of(0x40, 0x41), delivered);
    assertEquals(Lab.handler(0x40), lab.stack(0), "trap gate: before its first instruction");
  }

  /** "Handling Multiple NMIs": IRET unblocks, and one NMI is latched meanwhile. */
  @Test
  void nmi_is_blocked_until_iret() {
    lab.memory.write(
        Lab.handler(2), new byte[] {(byte) 0xB0, 2, (byte) 0xE6, (byte) 0x80, 0x49, (byte) 0xFF});
    lab.memory.write(Lab.handler(2) + 6, new byte[] {(byte) 0xC0, 0x48, (byte) 0xCF});
    lab.code("mov al, 2\nout 80h, al\nhlt");
    lab.engine.run(2 + 4);
    assertEquals(List.of(2, 2), delivered, "once from the handler, after its IRET");
    assertTrue(cpu.nmiBlocked);
  }

  @Test
  void an_iret_that_faults_unblocks_nmis() {
    cpu.nmiBlocked = true;
    cpu.r[4] = 0x8000_0000_0000L;
    lab.gate(12, 0x8E, 1, Lab.CODE64);
    lab.run("iretq");
    assertFalse(cpu.nmiBlocked);
    assertEquals("#SS", lab.seen.get(0).vector());
  }

  @Test
  void hlt_ends_with_an_interrupt() {
    returning(0x40);
    Deadline timer =
        new Deadline() {
          @Override
          protected void expire() {
            request(0x40);
          }
        };
    cpu.time.schedule(timer, 1000);
    lab.run("sti\nhlt\nmov edx, 7\nhlt");
    assertEquals(1, cpu.r[8]);
    assertEquals(7, cpu.r[2]);
  }

  @Test
  void hlt_with_if_clear_is_not_ended_by_an_interrupt() {
    Deadline timer =
        new Deadline() {
          @Override
          protected void expire() {
            request(0x40);
          }
        };
    cpu.time.schedule(timer, 1000);
    Stop stop = lab.run("hlt\nmov edx, 7\nhlt");
    assertEquals(Stop.Kind.HALTED, stop.kind());
    assertEquals(0, cpu.r[2]);
    assertTrue(cpu.events.pending(Event.INTERRUPT));
  }

  /** EXT is 1 in the error code of a fault on the way of an external interrupt. */
  @Test
  void a_fault_on_the_way_has_ext_set() {
    lab.gate(0x40, 0x0E, 0, Lab.CODE64);
    cpu.setRflags(Rflags.IF);
    lab.run("mov al, 40h\nout 80h, al\nhlt");
    lab.faults("#NP", 0x40 * 8 + 2 + 1, "idt-gate-is-present");
  }

  /** The gate's DPL counts for INT n alone. */
  @Test
  void dpl_of_the_gate_does_not_count() {
    lab.toUser();
    cpu.setRflags(Rflags.IF);
    waiting.add(0x40);
    lab.code("nop\nnop");
    cpu.events.signal(Event.INTERRUPT);
    lab.run();
    assertEquals(List.of(), lab.seen);
    assertEquals(0, cpu.cpl);
  }

  @Test
  void a_request_that_has_gone_delivers_nothing() {
    cpu.setRflags(Rflags.IF);
    lab.code("inc ecx\nhlt");
    cpu.events.signal(Event.INTERRUPT);
    lab.run();
    assertEquals(1, cpu.r[1]);
  }

  @Test
  void the_source_is_told_of_the_task_priority() {
    List<Long> told = new ArrayList<>();
    cpu.interrupts =
        new InterruptSource() {
          @Override
          public int acknowledge(Cpu c) {
            return NO_VECTOR;
          }

          @Override
          public void taskPriorityChanged(Cpu c) {
            told.add(c.cr8);
          }
        };
    lab.run("mov eax, 5\nmov cr8, rax\nhlt");
    assertEquals(List.of(5L), told);
  }

  @Test
  void a_repeated_string_instruction_is_interrupted_with_rf_set() {
    cpu.setRflags(Rflags.IF);
    lab.code("rep outsb\nhlt");
    cpu.r[1] = 100;
    cpu.r[6] = 0x5_0000;
    lab.memory.write(0x5_0000, new byte[] {0x40});
    lab.run();
    assertEquals(Lab.CODE, lab.stack(0), "the instruction goes on later");
    assertEquals(Rflags.RF, lab.stack(2) & Rflags.RF);
    assertEquals(99, cpu.r[1]);
  }

  @Test
  void a_machine_check_is_delivered_with_mce() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.MCE);
    lab.code("nop\nhlt");
    cpu.events.signal(Event.MACHINE_CHECK);
    lab.run();
    assertEquals("#MC", lab.seen.get(0).vector());
    assertEquals(McgStatus.MCIP | McgStatus.RIPV, cpu.get(Msr.IA32_MCG_STATUS));
    cpu.events.signal(Event.MACHINE_CHECK);
    assertEquals(Activity.SHUTDOWN, cpu.activity, "one is in progress");
  }

  @Test
  void a_machine_check_without_mce_shuts_down() {
    cpu.events.signal(Event.MACHINE_CHECK);
    assertEquals(Activity.SHUTDOWN, cpu.activity);
  }

  /** "MP Initialization Protocol Algorithm": INIT, then SIPI. */
  @Test
  void an_application_processor_waits_for_a_sipi() {
    cpu.set(Msr.IA32_APIC_BASE, cpu.get(Msr.IA32_APIC_BASE) & ~ApicBase.BSP);
    cpu.events.signalStartUp(0x10);
    assertEquals(Lab.CODE, cpu.rip, "lost: the processor runs");
    cpu.events.signal(Event.INIT);
    assertEquals(Activity.WAIT_FOR_SIPI, cpu.activity);
    cpu.events.signal(Event.NMI);
    assertEquals(Activity.WAIT_FOR_SIPI, cpu.activity);
    cpu.events.signalStartUp(0x10);
    assertEquals(List.of(2), delivered, "the NMI has waited");
    assertEquals(0x1000_0000, lab.memory.read(0xFFFA, 32), "CS:IP of the first instruction");
    assertEquals(Activity.ACTIVE, cpu.activity);
  }
}
