package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.CODE64;
import static io.vmxlab.cpu.Lab.RSP0;
import static io.vmxlab.cpu.Lab.USER;
import static io.vmxlab.cpu.Lab.USER_STACK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.SegmentRegister;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 3A "IA-32e Mode Call Gates", "Stack Switching in IA-32e Mode". */
@DisplayName("Call gates in IA-32e mode")
class GatesIn64BitModeTest {
  private static final int GATE = 0x60;
  private static final int DPL3 = 0xEC;
  private static final long TARGET = 0x1_2340;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  @BeforeEach
  void target() {
    lab.memory.write8(TARGET, 0xF4);
    gate(DPL3, CODE64, TARGET, 0);
  }

  private void gate(int rights, int selector, long target, long upper) {
    long low = (target & 0xFFFF) | (long) selector << 16 | (long) rights << 40;
    lab.memory.write(Lab.GDT + GATE, 64, low | (target & 0xFFFF_0000L) << 32);
    lab.memory.write(Lab.GDT + GATE + 8, 64, upper);
  }

  private void call() {
    lab.code("call dword far [rel pointer]\nnop\npointer: dd 12345678h\ndw 60h");
    lab.run();
  }

  @Test
  void a_call_inward_pushes_four_quadwords_on_the_stack_of_the_TSS() {
    lab.toUser();
    call();
    lab.completes();
    assertEquals(TARGET + 1, cpu.rip);
    assertEquals(0, cpu.cpl);
    assertEquals(RSP0 - 32, cpu.r[4]);
    assertEquals(USER + 6, lab.stack(0));
    assertEquals(Lab.USER64, lab.stack(1));
    assertEquals(USER_STACK, lab.stack(2));
    assertEquals(Lab.USERDATA, lab.stack(3));
    assertEquals(0, cpu.segment(SegmentRegister.SS).selector);
  }

  @Test
  void a_call_at_the_same_level_pushes_two_quadwords() {
    call();
    lab.completes();
    assertEquals(Lab.STACK - 16, cpu.r[4]);
    assertEquals(Lab.CODE + 6, lab.stack(0));
    assertEquals(CODE64, lab.stack(1));
  }

  @Test
  void a_far_return_of_64_bits_goes_back() {
    lab.memory.write(TARGET, new byte[] {0x48, (byte) 0xCB});
    lab.toUser();
    lab.code("call dword far [rel pointer]\nhlt\npointer: dd 12345678h\ndw 60h");
    lab.run();
    lab.faults("#GP", 0, "privileged-cpl-is-0");
    assertEquals(USER + 6, lab.fault().rip(), "the HLT after the call, at CPL 3");
  }

  @ParameterizedTest(name = "{0}: {1}({2}) {3}")
  @CsvSource({
    "dpl,       #GP, 0x60, gate-privilege",
    "absent,    #NP, 0x60, gate-is-present",
    "upper,     #GP, 0x60, gate-upper-type-is-0",
    "null,      #GP, 0,    selector-is-not-null",
    "data,      #GP, 0x10, code-segment-type",
    "32-bit,    #GP, 0x40, gate-target-is-64bit",
    "dpl-3,     #GP, 0x28, code-segment-privilege",
    "canonical, #GP, 0,    branch-target-is-canonical",
    "16-bit,    #GP, 0x60, code-segment-type",
    "limit,     #GP, 0x60, selector-within-table",
    "tss,       #TS, 0x30, tss-holds-stack",
    "stack,     #SS, 0,    address-is-canonical",
  })
  void defects(String defect, String vector, String code, String cause) {
    boolean user = !defect.equals("dpl-3");
    switch (defect) {
      case "dpl" -> gate(0x8C, CODE64, TARGET, 0);
      case "absent" -> gate(0x6C, CODE64, TARGET, 0);
      case "upper" -> gate(DPL3, CODE64, TARGET, 1L << 40);
      case "null" -> gate(DPL3, 3, TARGET, 0);
      case "data" -> gate(DPL3, Lab.DATA, TARGET, 0);
      case "32-bit" -> gate(DPL3, Lab.CODE32, TARGET, 0);
      case "dpl-3" -> gate(DPL3, Lab.USER64, TARGET, 0);
      case "canonical" -> gate(DPL3, CODE64, TARGET, 0x8000);
      case "16-bit" -> gate(0xE4, CODE64, TARGET, 0);
      case "limit" -> cpu.gdtr.limit = GATE + 14;
      case "tss" -> cpu.segment(SegmentRegister.TR).limit = 10;
      default -> lab.memory.write(Lab.TSS + 4, 64, 0x8000_0000_0010L);
    }
    if (user) {
      lab.toUser();
    }
    call();
    lab.faults(vector, Integer.decode(code), cause);
  }

  /** 64-bit handlers' stacks may lie above 4 GBytes, whatever the code that is interrupted. */
  @Test
  void a_stack_above_4_GBytes_serves_compatibility_mode() {
    lab.memory.write(Lab.PML4 + 511 * 8, 64, Lab.PDPT | Lab.OPEN);
    long high = 0xFFFF_FF80_0000_0000L + 0x5_1008;
    lab.memory.write(Lab.TSS + 4, 64, high);
    lab.toUser();
    lab.segments(Lab.USER32, Lab.USERDATA, 3);
    cpu.rip = USER;
    lab.code(CodeMode.BITS32, "ud2");
    lab.run();
    assertEquals("#UD", lab.fault().vector());
    assertEquals((high & ~15) - 40, cpu.r[4]);
    assertEquals(USER, lab.memory.read(0x5_1000 - 40, 64));
  }
}
