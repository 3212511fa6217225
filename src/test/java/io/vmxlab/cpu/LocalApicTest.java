package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SDM Vol. 3A "Advanced Programmable Interrupt Controller (APIC)". */
class LocalApicTest {
  /** Where the test's page table shows the registers. */
  private static final long PAGE = 0x10_0000;

  private final Lab lab = new Lab();
  private final List<Integer> taken = new ArrayList<>();

  @BeforeEach
  void map() {
    lab.page(PAGE, 0xFEE0_0000L | PageEntry.P | PageEntry.RW);
    lab.cpu.observer =
        new CpuObserver() {
          @Override
          public void onInterrupt(Cpu cpu, int vector) {
            taken.add(vector);
          }

          @Override
          public void onException(Cpu c, Fault f) {
            lab.seen.add(
                new Lab.Seen(
                    f.vector().mnemonic(), f.errorCode(), c.rip, f.violated().id(), f.address()));
          }
        };
    write(0xF0, 0x1FF);
  }

  private long read(int register) {
    return lab.cpu.mmu.read(32, PAGE + register, 3);
  }

  private void write(int register, long value) {
    lab.cpu.mmu.write(32, PAGE + register, 3, value);
  }

  /** Bit of a vector in the eight words from a register on. */
  private boolean bit(int first, int vector) {
    return (read(first + vector / 32 * 16) >>> vector % 32 & 1) != 0;
  }

  private long msr(Msr msr) {
    return lab.cpu.get(msr);
  }

  @Test
  void after_reset_it_is_off_by_software_and_every_entry_is_masked() {
    lab.cpu.apic.reset();
    assertEquals(0xFF, read(0xF0));
    for (int entry = 0x320; entry <= 0x370; entry += 0x10) {
      assertEquals(0x10000, read(entry));
    }
    write(0x320, 0x30);
    assertEquals(0x10030, read(0x320), "a mask stays while it is off");
    assertEquals(0x0105_0014, read(0x30));
    assertEquals(0xFFFF_FFFFL, read(0xE0));
  }

  @Test
  void an_interrupt_goes_from_request_to_service_to_the_end() {
    write(0x300, 0x40000 | 0x41); // to itself
    assertTrue(bit(0x200, 0x41));
    lab.run("sti\nnop\nhlt");
    assertEquals(List.of(0x41), taken);
    assertTrue(bit(0x100, 0x41));
    assertEquals(0x40, read(0xA0), "PPR is the class in service");
    write(0xB0, 0);
    assertEquals(0, read(0xA0));
  }

  @Test
  void only_a_higher_class_than_the_task_s_priority_is_taken() {
    write(0x80, 0x50);
    write(0x300, 0x40000 | 0x5F);
    write(0x300, 0x40000 | 0x60);
    lab.run("sti\nnop\nhlt");
    assertEquals(List.of(0x60), taken);
    write(0xB0, 0);
    lab.cpu.rip = Lab.CODE;
    lab.cpu.activity = Activity.ACTIVE;
    lab.run("xor eax, eax\nmov cr8, rax\nsti\nnop\nhlt");
    assertEquals(List.of(0x60, 0x5F), taken);
  }

  @Test
  void cr8_is_the_upper_half_of_the_task_priority() {
    write(0x80, 0x57);
    assertEquals(5, lab.cpu.cr8);
    assertEquals(0x57, read(0x80));
    lab.run("mov eax, 9\nmov cr8, rax\nhlt");
    assertEquals(0x90, read(0x80));
  }

  @ParameterizedTest
  @CsvSource({"0xB, 1", "0x0, 2", "0x1, 4", "0x3, 16", "0x8, 32", "0xA, 128"})
  void the_timer_counts_ticks_over_its_divisor(String divide, int divisor) {
    write(0x3E0, Integer.decode(divide));
    write(0x320, 0x31);
    write(0x380, 10);
    lab.cpu.retired += 4L * divisor;
    assertEquals(6, read(0x390));
    lab.run("sti\nhlt");
    assertEquals(List.of(0x31), taken);
    assertEquals(0, read(0x390));
    assertEquals(10, read(0x380));
  }

  @Test
  void a_periodic_timer_begins_anew() {
    write(0x3E0, 0xB);
    write(0x320, 0x20031);
    write(0x380, 1000);
    lab.run("sti\nhlt");
    write(0xB0, 0);
    assertTrue(read(0x390) > 900);
    lab.cpu.rip = Lab.CODE;
    lab.cpu.activity = Activity.ACTIVE;
    lab.run();
    assertEquals(List.of(0x31, 0x31), taken);
  }

  @Test
  void a_deadline_comes_when_the_time_stamp_counter_reaches_it() {
    write(0x320, 0x40032);
    lab.run(
        "rdtsc\nshl rdx, 32\nor rax, rdx\nadd rax, 500\nmov rbx, rax\nmov rdx, rax\nshr rdx, 32\n"
            + "mov ecx, 0x6E0\nwrmsr\nsti\nagain: jmp again");
    assertEquals(List.of(0x32), taken);
    assertEquals(0, msr(Msr.IA32_TSC_DEADLINE));
    assertEquals(lab.cpu.r[3], lab.cpu.get(Msr.IA32_TIME_STAMP_COUNTER) - 1, "HLT is one more");
  }

  @Test
  void deadline_and_count_do_not_mix() {
    write(0x380, 1000);
    lab.cpu.set(Msr.IA32_TSC_DEADLINE, 77);
    assertEquals(0, msr(Msr.IA32_TSC_DEADLINE), "not in its mode");
    write(0x320, 0x40032);
    assertEquals(0, read(0x390), "the count stopped");
    write(0x380, 5);
    assertEquals(0, read(0x390));
  }

  @Test
  void wrong_vectors_and_registers_are_errors() {
    write(0x370, 0xFE);
    write(0x300, 0x4000F);
    read(0x40);
    write(0x280, 0);
    assertEquals(0xA0, read(0x280), "send illegal vector, illegal register address");
    assertTrue(bit(0x200, 0xFE));
    write(0x280, 0);
    assertEquals(0, read(0x280));
  }

  @Test
  void an_nmi_is_sent_to_itself_whatever_if_is() {
    write(0x300, 0x40400);
    lab.run("nop\nhlt");
    assertEquals(List.of(2), taken);
  }

  /** SDM Vol. 3A "x2APIC State Transitions": from off (0), xAPIC (1), x2APIC (2). */
  @ParameterizedTest
  @CsvSource({
    "0, 0, true", "0, 1, true", "0, 2, false",
    "1, 0, true", "1, 1, true", "1, 2, true",
    "2, 0, true", "2, 1, false", "2, 2, true"
  })
  void modes_change_only_by_the_ways_there_are(int from, int to, boolean allowed) {
    long[] modes = {0xFEE0_0100L, 0xFEE0_0900L, 0xFEE0_0D00L};
    lab.cpu.set(Msr.IA32_APIC_BASE, modes[1]);
    if (from != 1) {
      lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, modes[from]);
    }
    lab.cpu.rip = Lab.CODE;
    lab.run("mov ecx, 0x1B\nxor edx, edx\nmov eax, " + modes[to] + "\nwrmsr\nhlt");
    assertEquals(allowed ? 0 : 1, lab.seen.size());
    assertEquals(modes[allowed ? to : from], msr(Msr.IA32_APIC_BASE));
  }

  @Test
  void the_registers_move_with_the_base_and_leave_the_page_in_other_modes() {
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0xFED0_0900L);
    assertEquals(0xFFFF_FFFFL, read(0x30));
    lab.page(PAGE, 0xFED0_0000L | PageEntry.P | PageEntry.RW);
    lab.cpu.mmu.flushAll();
    assertEquals(0x0105_0014, read(0x30));
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0xFED0_0D00L);
    assertEquals(0xFFFF_FFFFL, read(0x30));
    assertEquals(0x0105_0014, lab.cpu.msrs.read(0x803));
  }

  @Test
  void ram_at_the_base_gives_way() {
    lab.cpu.memory.write(0x8_0030, 32, 0x1234);
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0x8_0900L);
    assertEquals(0x0105_0014, lab.cpu.mmu.read(32, 0x8_0030, 3));
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0xFEE0_0900L);
    assertEquals(0x1234, lab.cpu.mmu.read(32, 0x8_0030, 3));
  }

  @Test
  void x2apic_registers_are_msrs_and_the_logical_id_comes_from_the_id() {
    lab.cpu.apic.id(0x25);
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0xFEE0_0D00L);
    lab.cpu.msrs.write(0x80F, 0x1FF);
    assertEquals(0x25, lab.cpu.msrs.read(0x802));
    assertEquals(0x2_0020, lab.cpu.msrs.read(0x80D));
    lab.cpu.msrs.write(0x83F, 0x55); // SELF IPI
    assertEquals(1 << 0x15, lab.cpu.msrs.read(0x822));
    lab.cpu.msrs.write(0x830, 0x25L << 32 | 0x56);
    assertEquals(3 << 0x15, lab.cpu.msrs.read(0x822));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rdmsr 0x80B x2apic-register-readable",
        "rdmsr 0x80E x2apic-register-readable",
        "rdmsr 0x831 x2apic-register-readable",
        "wrmsr 0x802 x2apic-register-writable",
        "wrmsr 0x839 x2apic-register-writable",
        "wrmsr 0x80B x2apic-reserved-bits-clear",
        "wrmsr 0x808 x2apic-reserved-bits-clear"
      })
  void x2apic_faults(String row) {
    String[] words = row.split(" ");
    lab.cpu.msrs.write(Msr.IA32_APIC_BASE.index, 0xFEE0_0D00L);
    lab.run("mov ecx, " + words[1] + "\nmov eax, 0x100\nxor edx, edx\n" + words[0] + "\nhlt");
    lab.faults("#GP", 0, words[2]);
  }

  @Test
  void outside_x2apic_mode_its_msrs_are_not_there() {
    lab.run("mov ecx, 0x802\nrdmsr\nhlt");
    lab.faults("#GP", 0, "msr-is-implemented");
  }

  @Test
  void logical_destinations_are_flat_or_clustered() {
    write(0xD0, 0x2400_0000L);
    assertTrue(named(0x04) && named(0x20) && !named(0x08));
    write(0xE0, 0x0FFF_FFFFL);
    assertTrue(named(0x24) && named(0x2C) && !named(0x14) && !named(0x28));
  }

  private boolean named(int logical) {
    return lab.cpu.apic.isNamedBy(new ApicMessage(ApicMessage.FIXED, 0x40, true, false, logical));
  }
}
