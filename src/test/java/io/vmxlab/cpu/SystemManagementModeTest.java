package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 3C "System Management Mode". */
class SystemManagementModeTest {
  private static final long SMBASE = 0x3_0000;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;
  private final List<Integer> written = new ArrayList<>();

  /** Port B2H is SMI#, port B4H NMI#, port B6H INIT#; others keep what is written. */
  @BeforeEach
  void ports() {
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            signal(port);
            return 0x77;
          }

          @Override
          public void out(int port, int width, int value) {
            written.add(value);
            signal(port);
          }

          private void signal(int port) {
            switch (port) {
              case 0xB2 -> cpu.events.signal(Event.SMI);
              case 0xB4 -> cpu.events.signal(Event.NMI);
              case 0xB6 -> cpu.events.signal(Event.INIT);
              default -> {}
            }
          }
        };
  }

  private void handler(String text) {
    handler(SMBASE, text);
  }

  private void handler(long smbase, String text) {
    byte[] code =
        new Assembler(Engine.table(), "handler", CodeMode.BITS16, 0x8000, Map.of())
            .assemble(text)
            .bytes();
    lab.memory.write(smbase + 0x8000, code);
  }

  private long saved(int offset, int width) {
    return lab.memory.read(SMBASE + 0x8000 + offset, width);
  }

  @Test
  void registers_are_as_the_table_says() {
    cpu.dr[7] = Dr7.FIXED | 1;
    cpu.segment(SegmentRegister.FS).base = 0x1234_5678_9ABCL;
    cpu.setRflags(Rflags.IF | Rflags.CF | Rflags.FIXED);
    cpu.cr2 = 0x2222;
    cpu.r[3] = 0x3333_4444_5555L;
    cpu.events.signal(Event.SMI);
    assertTrue(cpu.smm);
    assertEquals(0x8000, cpu.rip);
    assertEquals(Rflags.FIXED, cpu.rflags());
    assertEquals(0x3000, cpu.get(State.CS_SELECTOR));
    assertEquals(SMBASE, cpu.get(State.CS_BASE));
    for (String name : List.of("ES", "SS", "DS", "FS", "GS")) {
      assertEquals(0, cpu.get(State.valueOf(name + "_SELECTOR")), name);
      assertEquals(0, cpu.get(State.valueOf(name + "_BASE")), name);
      assertEquals(0xFFFF_FFFFL, cpu.get(State.valueOf(name + "_LIMIT")), name);
    }
    assertEquals(Cr0.WP | Cr0.NE | Cr0.ET, cpu.cr0, "PE, EM, TS and PG are 0, others stay");
    assertEquals(0, cpu.cr4);
    assertEquals(0, cpu.efer);
    assertEquals(Dr7.FIXED, cpu.dr[7]);
    assertEquals(0x2222, cpu.cr2);
    assertEquals(0x3333_4444_5555L, cpu.r[3]);
    assertEquals(CodeMode.BITS16, cpu.codeMode());
    assertTrue(cpu.nmiBlocked);
  }

  @Test
  void the_map_is_that_of_intel_64() {
    cpu.events.signal(Event.SMI);
    assertEquals(Cr0.PE | Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET, saved(0x7FF8, 64));
    assertEquals(Lab.PML4, saved(0x7FF0, 64));
    assertEquals(Rflags.FIXED, saved(0x7FE8, 64));
    assertEquals(Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE, saved(0x7FE0, 64));
    assertEquals(Lab.CODE, saved(0x7FD8, 64));
    assertEquals(Lab.TASK, saved(0x7FC4, 32));
    assertEquals(Lab.CODE64, saved(0x7FAC, 32));
    assertEquals(Lab.STACK, saved(0x7F7C, 64));
    assertEquals(0x3_0101, saved(0x7EFC, 32), "restart of I/O instructions, relocation");
    assertEquals(SMBASE, saved(0x7EF8, 32));
    assertEquals(Lab.IDT, saved(0x7E94, 32));
    assertEquals(Lab.GDT, saved(0x7E8C, 32));
    assertEquals(Cr4.PAE, saved(0x7E40, 32));
    assertEquals(0, saved(0x7F00, 32), "neither restart is asked for");
    assertEquals(0, saved(0x7FA4, 32), "no I/O instruction");
  }

  @Test
  void rsm_goes_on_as_if_nothing_had_been() {
    handler("mov eax, 99\nmov ds, ax\nmov esp, 4\nstc\nrsm");
    cpu.segment(SegmentRegister.GS).base = 0x7FFF_1234_5678L;
    cpu.r[8] = 0x8888_7777_6666_5555L;
    lab.run("mov eax, 5\nout 0B2h, al\npush rax\nmov ebx, [rsp]\nhlt");
    assertFalse(cpu.smm);
    assertEquals(5, cpu.r[3]);
    assertEquals(0x8888_7777_6666_5555L, cpu.r[8]);
    assertEquals(0x7FFF_1234_5678L, cpu.segment(SegmentRegister.GS).base);
    assertEquals(CodeMode.BITS64, cpu.codeMode());
    assertEquals(Rflags.FIXED, cpu.rflags());
    assertFalse(cpu.nmiBlocked);
  }

  @Test
  void rsm_comes_back_to_cpl_3() {
    handler("rsm");
    lab.segments(Lab.USER64, Lab.USERDATA, 3);
    lab.code("nop");
    cpu.r[4] = Lab.USER_STACK;
    cpu.events.signal(Event.SMI);
    lab.engine.run(1);
    assertEquals(3, cpu.cpl);
    assertEquals(Lab.CODE, cpu.rip);
  }

  @Test
  void the_handler_changes_registers_in_the_map() {
    handler("mov dword [cs:0FF5Ch], 12345678h\nadd word [cs:0FFD8h], 1\nrsm");
    lab.run("out 0B2h, al\nhlt\nmov ecx, eax\nhlt");
    assertEquals(0x1234_5678, cpu.r[1]);
  }

  @Test
  void smbase_is_moved_by_rsm() {
    handler("mov dword [cs:0FEF8h], 50000h\nrsm");
    handler(0x5_0000, "mov al, 42h\nout 80h, al\nrsm");
    lab.run("out 0B2h, al\nout 0B2h, al\nhlt");
    assertEquals(List.of(0, 0, 0x42), written);
    assertEquals(0x5_0000, lab.memory.read(0x5_FEF8, 32));
  }

  @ParameterizedTest(name = "flag {0}: HLT again {1}")
  @CsvSource({"1, true", "0, false"})
  void auto_halt_restart(int flag, boolean again) {
    handler("mov al, [cs:0FF02h]\nout 80h, al\nmov byte [cs:0FF02h], " + flag + "\nrsm");
    lab.run("hlt\nmov al, 7\nout 80h, al\nhlt");
    cpu.events.signal(Event.SMI);
    lab.engine.run(100);
    assertEquals(again ? List.of(1) : List.of(1, 7), written);
    assertEquals(Activity.HLT, cpu.activity);
  }

  @Test
  void one_smi_and_one_nmi_wait_for_the_end_of_smm() {
    handler(
        """
        inc byte [cs:9000h]
        cmp byte [cs:9000h], 1
        jne .second
        out 0B2h, al
        out 0B2h, al
        out 0B4h, al
        .second: rsm
        """);
    lab.run("out 0B2h, al\nhlt");
    assertEquals(2, lab.memory.read8(SMBASE + 0x9000));
    assertEquals(Lab.handler(2) + 1, cpu.rip, "the NMI comes after the second SMI");
  }

  @Test
  void blocking_of_nmis_is_restored() {
    handler("rsm");
    cpu.nmiBlocked = true;
    lab.run("out 0B2h, al\nout 0B4h, al\nhlt");
    assertTrue(cpu.nmiBlocked);
    assertTrue(cpu.events.pending(Event.NMI));
  }

  @Test
  void init_waits_for_the_end_of_smm() {
    handler("out 0B6h, al\nmov al, 1\nout 80h, al\nrsm");
    lab.code("out 0B2h, al\nhlt");
    lab.engine.run(5);
    assertEquals(List.of(0, 0, 1), written);
    assertEquals(0xFFFF_0000L, cpu.segment(SegmentRegister.CS).base, "INIT has come");
  }

  @Test
  void an_smi_comes_before_a_single_step_trap_which_is_not_lost() {
    handler("mov al, 1\nout 80h, al\nrsm");
    cpu.flagsRest |= Rflags.TF;
    lab.run("out 0B2h, al\nhlt");
    assertEquals(List.of(0, 1), written);
    assertEquals(List.of("#DB"), lab.seen.stream().map(Lab.Seen::vector).toList());
    assertEquals(Lab.CODE + 2, lab.seen.get(0).rip());
  }

  @Test
  void an_smi_waits_for_the_instruction_after_sti() {
    handler("rsm");
    lab.code("nop\nnop\nhlt");
    cpu.stepping.setShadow(Stepping.STI);
    cpu.events.signal(Event.SMI);
    assertFalse(cpu.smm);
    lab.engine.run(1);
    assertTrue(cpu.smm);
    assertEquals(Lab.CODE + 1, saved(0x7FD8, 64));
  }

  @ParameterizedTest(name = "{0}: type {1}")
  @CsvSource({
    "'out 0B2h, al',            8, 1",
    "'mov edx, 0B2h\nout dx, ax',  0, 2",
    "'mov edx, 0B2h\noutsb',    2, 1",
    "'mov edx, 0B2h\nrep outsb',6, 1"
  })
  void the_io_instruction_is_told(String code, int type, int bytes) {
    handler("hlt");
    cpu.r[Gpr.RSI] = 0x5_0000;
    cpu.r[Gpr.RCX] = 3;
    lab.run(code + "\nhlt");
    assertEquals(0xB2L << 16 | type << 4 | bytes << 1 | 1, saved(0x7FA4, 32));
    assertEquals((type & 2) == 0 ? 0 : 0x5_0000, saved(0x7F9C, 64));
  }

  @Test
  void an_io_instruction_is_executed_again() {
    handler(
        "inc byte [cs:9000h]\ncmp byte [cs:9000h], 1\njne .end\nmov word [cs:0FF00h], 0FFh\n.end: rsm");
    cpu.r[Gpr.RSI] = 0x5_0000;
    cpu.r[Gpr.RCX] = 2;
    lab.memory.write(0x5_0000, 16, 0x0201);
    lab.run("mov edx, 0B2h\nrep outsb\nhlt");
    assertEquals(List.of(1, 1, 2), written);
    assertEquals(0, cpu.r[Gpr.RCX]);
    assertEquals(0x5_0002, cpu.r[Gpr.RSI]);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "saved-cr0-is-legal,             'and byte [cs:0FFF8h], 0FEh'",
    "saved-cr0-is-legal,             'or dword [cs:0FFF8h], 20000000h'",
    "saved-cr4-reserved-bits-clear,  'or dword [cs:0FE40h], 80000000h'",
    "saved-paging-is-legal,          'and byte [cs:0FE40h], 0DFh'"
  })
  void a_state_that_is_none_shuts_down(String cause, String code) {
    List<String> told = new ArrayList<>();
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onShutdown(Cpu c, io.vmxlab.arch.Cause violated) {
            told.add(violated.id());
          }
        };
    handler(code + "\nrsm");
    Stop stop = lab.run("out 0B2h, al\nhlt");
    assertEquals(Stop.Kind.SHUTDOWN, stop.kind());
    assertEquals(List.of(cause), told);
  }

  @Test
  void reset_ends_it_and_init_does_not_move_smbase() {
    handler("mov dword [cs:0FEF8h], 50000h\nrsm");
    lab.run("out 0B2h, al\nhlt");
    Reset.init(cpu);
    assertEquals(0x5_0000, cpu.management().base());
    cpu.events.signal(Event.SMI);
    Reset.powerUp(cpu);
    assertEquals(SMBASE, cpu.management().base());
    assertFalse(cpu.smm);
    assertFalse(cpu.events.blocked(Event.SMI));
  }

  @Test
  void freezing_of_what_debugctl_enables() {
    cpu.set(Msr.IA32_DEBUGCTL, Debugctl.FREEZE_WHILE_SMM | Debugctl.BTF);
    handler("hlt");
    lab.run("out 0B2h, al\nhlt");
    assertEquals(Debugctl.FREEZE_WHILE_SMM, cpu.get(Msr.IA32_DEBUGCTL));
    handler("rsm");
    cpu.rip = 0x8000;
    cpu.activity = Activity.ACTIVE;
    lab.engine.run(1);
    assertEquals(Debugctl.FREEZE_WHILE_SMM | Debugctl.BTF, cpu.get(Msr.IA32_DEBUGCTL));
  }

  @Test
  void address_line_20_is_not_masked_in_smm() {
    cpu.setA20m(true);
    cpu.events.signal(Event.SMI);
    assertFalse(cpu.a20m());
    cpu.management().resume();
    assertTrue(cpu.a20m());
  }

  /** A VMX abort blocks SMIs, also on a processor that had none before. */
  @Test
  void resetUnblocksSmis() {
    cpu.events.block(Event.SMI);
    Reset.powerUp(cpu);
    assertFalse(cpu.events.blocked(Event.SMI));
  }
}
