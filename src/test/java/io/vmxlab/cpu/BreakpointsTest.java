package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the three-machine images do not show of SDM Vol. 3B "Debug Exceptions": 64-bit mode, blocks
 * of code, and IA32_DEBUGCTL.
 */
@DisplayName("Breakpoints")
class BreakpointsTest {
  private static final long DATA = 0x5_0000;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  /** Breakpoint 0: on writes of 8 bytes. */
  private void watchWrites(long address) {
    cpu.controls.writeDr(0, address);
    cpu.controls.writeDr(7, 0x9_0402);
  }

  @ParameterizedTest(name = "watched: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("a trap comes right after its instruction, in blocks and step by step")
  void right_after_its_instruction(boolean watched) {
    if (watched) {
      lab.engine.stepListener(
          new StepListener() {
            @Override
            public void before(Cpu c, Instruction insn) {}

            @Override
            public void after(Cpu c, Instruction insn) {}
          });
    }
    watchWrites(DATA);
    lab.run("inc ecx\nmov rbx, [50000h]\nmov [50004h], ecx\ninc ecx\ninc ecx\nhlt");
    assertEquals("no-data-breakpoint", lab.fault().cause());
    assertEquals(1, cpu.r[1]);
    assertEquals(Dr6.FIXED | Dr6.B0, cpu.dr[6]);
    assertEquals(1, lab.memory.read(DATA + 4, 32));
    assertEquals(4, cpu.retired, "the HLT of the handler among them");
  }

  @Test
  @DisplayName("pages that were written before are watched as well")
  void a_short_way_that_exists_is_forgotten() {
    lab.run("mov [50000h], ecx\nmov [50000h], ecx\nhlt");
    lab.completes();
    cpu.activity = Activity.ACTIVE;
    watchWrites(DATA);
    lab.run("mov [50000h], ecx\nhlt");
    assertEquals("no-data-breakpoint", lab.fault().cause());
  }

  @Test
  @DisplayName("the frame of an exception is data")
  void the_frame_of_an_exception() {
    watchWrites(Lab.STACK - 40);
    lab.run("ud2");
    assertEquals("#UD", lab.seen.get(0).vector());
    assertEquals("no-data-breakpoint", lab.seen.get(1).cause());
    assertEquals(Lab.handler(6), lab.seen.get(1).rip(), "before the handler's first instruction");
  }

  @Test
  @DisplayName("descriptor tables and paging structures are not")
  void tables_are_no_data() {
    cpu.controls.writeDr(0, Lab.GDT + Lab.DATA);
    cpu.controls.writeDr(7, 0xB_0402);
    lab.run("mov ecx, 10h\nmov ds, ecx\nhlt");
    lab.completes();
  }

  @Test
  @DisplayName("INT n after MOV SS: the trap comes in the handler")
  void mov_ss_and_int() {
    lab.memory.write(DATA, 16, Lab.DATA);
    cpu.controls.writeDr(0, DATA);
    cpu.controls.writeDr(7, 0xB_0402);
    lab.run("mov ss, [50000h]\nint 40h\nhlt");
    assertEquals("no-data-breakpoint", lab.fault().cause());
    assertEquals(Lab.handler(0x40), lab.fault().rip());
  }

  @Test
  @DisplayName("all 64 bits of an address are compared")
  void wide_addresses() {
    watchWrites(1L << 40 | DATA);
    lab.run("mov [50000h], ecx\nhlt");
    lab.completes();
  }

  @Test
  @DisplayName("BTF: a trap after branches only, and cleared by it")
  void single_step_on_branches() {
    cpu.set(Msr.IA32_DEBUGCTL, Debugctl.BTF);
    cpu.setRflags(Rflags.TF);
    lab.run("inc ecx\njnz there\nnop\nthere: inc ecx\nhlt");
    assertEquals("no-single-step", lab.fault().cause());
    assertEquals(1, cpu.r[1]);
    assertEquals(Lab.CODE + 5, lab.fault().rip());
    assertEquals(0, cpu.get(Msr.IA32_DEBUGCTL));
  }

  @Test
  @DisplayName("BTF and LBR can be written by WRMSR")
  void debugctl() {
    lab.run("mov ecx, 1D9h\nmov eax, 3\nxor edx, edx\nwrmsr\nhlt");
    lab.completes();
    assertEquals(3, cpu.get(Msr.IA32_DEBUGCTL));
  }

  @Test
  @DisplayName("while nothing is enabled, code runs in blocks")
  void nothing_enabled() {
    cpu.controls.writeDr(0, Lab.CODE);
    assertTrue(!cpu.singleStepPending());
    cpu.controls.writeDr(7, 0x402);
    assertTrue(cpu.singleStepPending());
  }
}
