package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RF and TF on every way into and out of a handler. SDM Vol. 3B "Instruction-Breakpoint Exception
 * Condition" and "Single-Step Exception Condition".
 */
@DisplayName("RF and TF")
class ResumeAndTrapFlagTest {
  private static final long BOTH = Rflags.RF | Rflags.TF;
  private static final int FLAGS_OF_FRAME = 2;
  private static final int FLAGS_ABOVE_CODE = 3;

  /** Where SYSCALL and SYSENTER go. */
  private static final long TARGET = Lab.HANDLERS + 0x1000;

  private static final byte HLT = (byte) 0xF4;

  private Lab lab;
  private Cpu cpu;

  @BeforeEach
  void create() {
    lab = new Lab();
    cpu = lab.cpu;
  }

  private void flags(long more) {
    cpu.setRflags(Lab.flags(more));
  }

  private long image(int place) {
    return lab.stack(place) & BOTH;
  }

  @ParameterizedTest(name = "{0}, RF before: {1}")
  @CsvSource({
    "int 0x40, 0",
    "int 0x40, 1",
    "int3, 0",
    "int3, 1",
    "int1, 0",
    "int1, 1",
    "int 3, 1",
    "int 4, 1"
  })
  @DisplayName("a software interrupt pushes RF = 0 and goes on with RF = TF = 0")
  void softwareInterrupt(String code, int before) {
    flags(Rflags.TF | (before != 0 ? Rflags.RF : 0));
    lab.code(code).engine.step();
    assertEquals(Rflags.TF, image(FLAGS_OF_FRAME));
    assertEquals(0, cpu.rflags() & BOTH);
    assertEquals(0, lab.seen.size(), "TF is 0 in the handler, so nothing traps");
  }

  @ParameterizedTest(name = "RF before: {0}")
  @ValueSource(longs = {0, Rflags.RF})
  @DisplayName("a software interrupt that faults pushes RF = 1, as every fault does")
  void softwareInterruptThatFaults(long before) {
    lab.gate(0x40, 0x0E, 0, Lab.CODE64);
    flags(before);
    lab.code("int 0x40").engine.step();
    lab.faults("#NP", 0x202, "idt-gate-is-present");
    assertEquals(Rflags.RF, image(FLAGS_ABOVE_CODE));
    assertEquals(0, cpu.rflags() & Rflags.RF);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {"ud2|2", "div cl|2", "mov [rax + 0x40000000], eax|3", "mov ss, ecx|3", "fwait|2"})
  @DisplayName("faults push RF = 1")
  void faults(String code, int place) {
    cpu.r[1] = code.startsWith("mov ss") ? 0x50 : 0;
    cpu.controls.loadCr0(cpu.cr0 | 0xA);
    flags(0);
    lab.code(code).engine.step();
    assertEquals(1, lab.seen.size());
    assertEquals(Rflags.RF, image(place));
  }

  @ParameterizedTest(name = "RF before: {0}")
  @ValueSource(longs = {0, Rflags.RF})
  @DisplayName("a trap after an instruction pushes RF = 0")
  void trap(long before) {
    flags(before | Rflags.TF);
    lab.code("nop").engine.step();
    lab.faults("#DB", 0, "no-single-step");
    assertEquals(Rflags.TF, image(FLAGS_OF_FRAME));
  }

  @ParameterizedTest(name = "rep {0}")
  @ValueSource(
      strings = {"movsb", "movsq", "stosd", "lodsw", "insb", "outsb", "e cmpsb", "ne scasb"})
  @DisplayName("a trap between two iterations pushes RF = 1 and returns to the instruction")
  void betweenIterations(String code) {
    boolean compares = code.contains(" ");
    for (long left = 3; left > 0; left--) {
      create();
      cpu.r[0] = 1;
      cpu.r[1] = left;
      cpu.r[6] = 0x5_0000;
      cpu.r[7] = 0x5_1000;
      flags(Rflags.TF);
      long start = cpu.rip;
      lab.code("rep" + (compares ? code : " " + code)).engine.step();
      assertEquals("#DB", lab.fault().vector());
      boolean again = left > 1;
      assertEquals(again ? BOTH : Rflags.TF, image(FLAGS_OF_FRAME), "iterations left: " + left);
      int length = code.equals("movsq") || code.equals("lodsw") ? 3 : 2;
      assertEquals(start + (again ? 0 : length), lab.stack(0));
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"cmpsb", "scasb"})
  @DisplayName("a comparison writes the flags when it ends, not between its iterations")
  void flagsOfAComparison(String code) {
    for (long left = 1; left <= 2; left++) {
      create();
      cpu.r[1] = left;
      cpu.r[6] = 0x5_0000;
      cpu.r[7] = 0x5_1000;
      flags(Rflags.TF | Rflags.CF);
      lab.code("repe " + code).engine.step();
      long expected = left == 1 ? Rflags.ZF | Rflags.PF : Rflags.CF;
      assertEquals(expected, lab.stack(FLAGS_OF_FRAME) & Rflags.STATUS);
    }
  }

  @Test
  @DisplayName("a pause that only the run's limit makes is no end: RF stays, and nothing is pushed")
  void pauseWithoutTrap() {
    cpu.r[1] = 5000;
    cpu.r[6] = 0x5_0000;
    cpu.r[7] = 0x5_4000;
    flags(Rflags.RF);
    lab.code("repe cmpsb\nint3").engine.step();
    assertEquals(Rflags.RF, cpu.rflags() & Rflags.RF);
    lab.engine.step();
    assertEquals(0, cpu.rflags() & Rflags.RF);
    lab.engine.step();
    assertEquals(0, image(FLAGS_OF_FRAME));
  }

  @ParameterizedTest(name = "flags {0}")
  @ValueSource(longs = {0, Rflags.RF, Rflags.TF, BOTH})
  @DisplayName("IRET loads both; TF traps after the next instruction, RF lasts for it")
  void iret(long loaded) {
    cpu.r[0] = Lab.flags(loaded);
    lab.code(
        "mov rcx, rsp\nmov edx, ss\npush rdx\npush rcx\npush rax\nmov edx, cs\npush rdx\n"
            + "lea rdx, [rel next]\npush rdx\niretq\nnext: nop\nnop\nhlt");
    lab.engine.run(10);
    assertEquals(0, lab.seen.size(), "no trap after IRET itself");
    assertEquals(loaded, cpu.rflags() & BOTH);
    lab.engine.step();
    assertEquals((loaded & Rflags.TF) != 0 ? 1 : 0, lab.seen.size());
    assertEquals(0, cpu.rflags() & BOTH);
    if ((loaded & Rflags.TF) != 0) {
      assertEquals(Rflags.TF, image(FLAGS_OF_FRAME));
    }
  }

  @Test
  @DisplayName("IRET with 16 bits does not load RF, and what was set before ends with it")
  void iretOf16Bits() {
    long target = 0x7000;
    long[] frame = {target, Lab.CODE64, Lab.flags(0), 0x6F00, Lab.DATA};
    for (int i = 0; i < frame.length; i++) {
      lab.memory.write(Lab.STACK + 2 * i, 16, frame[i]);
    }
    flags(Rflags.RF);
    lab.code("iretw").engine.step();
    assertEquals(target, cpu.rip);
    assertEquals(0, cpu.rflags() & Rflags.RF);
  }

  @Test
  @DisplayName("POPF does not load RF; loading TF = 0 traps once more")
  void popf() {
    lab.code("pushfq\nand qword [rsp], ~0x100\nor qword [rsp], 0x10000\npopfq\nhlt");
    lab.engine.run(3);
    flags(Rflags.TF);
    lab.engine.step();
    assertEquals("#DB", lab.fault().vector());
    assertEquals(0, image(FLAGS_OF_FRAME));
  }

  @ParameterizedTest(name = "TF {0}, IA32_FMASK.TF {1}, watched {2}")
  @CsvSource({"0,0,0", "0,1,0", "1,0,0", "1,1,0", "0,0,1", "1,0,1", "1,1,1"})
  @DisplayName("SYSCALL: R11 has RF = 0; TF traps at the target unless IA32_FMASK clears it")
  void syscall(int trapFlag, int masked, int watched) {
    cpu.set(Msr.IA32_STAR, 0x0018_0008_0000_0000L);
    cpu.set(Msr.IA32_LSTAR, TARGET);
    cpu.set(Msr.IA32_FMASK, masked != 0 ? Rflags.TF : 0);
    long trap = trapFlag != 0 ? Rflags.TF : 0;
    flags(Rflags.RF | trap);
    go("syscall", watched);
    assertEquals(trap, cpu.r[11] & BOTH);
    assertEquals(0, cpu.rflags() & BOTH, "either masked or cleared by the handler of #DB");
    assertEquals(trapFlag != 0 && masked == 0 ? 1 : 0, traps());
    if (!lab.seen.isEmpty()) {
      assertEquals(TARGET, lab.stack(0));
      assertEquals(Rflags.TF, image(FLAGS_OF_FRAME));
    }
  }

  @ParameterizedTest(name = "TF before {0}, loaded {1}, watched {2}")
  @CsvSource({"0,0,0", "0,1,0", "1,0,0", "1,1,0", "0,1,1", "1,0,1", "1,1,1"})
  @DisplayName("SYSRET: a TF that it loads traps at once; RF is not loaded")
  void sysret(int before, int loaded, int watched) {
    cpu.set(Msr.IA32_STAR, 0x0018_0008_0000_0000L);
    cpu.r[1] = Lab.USER;
    cpu.r[11] = Lab.flags(Rflags.RF | (loaded != 0 ? Rflags.TF : 0));
    flags(before != 0 ? Rflags.TF : 0);
    go("sysretq", watched);
    assertEquals(loaded, traps());
    if (loaded != 0) {
      assertEquals(Lab.USER, lab.stack(0));
      assertEquals(Rflags.TF, image(FLAGS_OF_FRAME));
    }
    assertEquals(0, cpu.rflags() & BOTH);
  }

  @ParameterizedTest(name = "TF {0}")
  @ValueSource(longs = {0, Rflags.TF})
  @DisplayName("SYSENTER and SYSEXIT leave TF alone, so it traps at the target; RF becomes 0")
  void sysenter(long trap) {
    cpu.set(Msr.IA32_SYSENTER_CS, 8);
    cpu.set(Msr.IA32_SYSENTER_ESP, Lab.STACK);
    cpu.set(Msr.IA32_SYSENTER_EIP, TARGET);
    for (String code : new String[] {"sysenter", "sysexitq"}) {
      lab.seen.clear();
      lab.segments(Lab.CODE64, Lab.DATA, 0);
      cpu.rip = Lab.CODE;
      cpu.r[1] = Lab.USER_STACK;
      cpu.r[2] = Lab.USER;
      flags(Rflags.RF | trap);
      lab.code(code).engine.step();
      assertEquals(trap != 0 ? 1 : 0, lab.seen.size(), code);
      assertEquals(0, cpu.rflags() & BOTH, code);
      if (trap != 0) {
        assertEquals(Rflags.TF, image(FLAGS_OF_FRAME), code);
        assertEquals(code.equals("sysenter") ? TARGET : Lab.USER, lab.stack(0));
      }
    }
  }

  @Test
  @DisplayName("PUSHF shows RF = 0; any instruction ends RF")
  void pushf() {
    flags(Rflags.RF);
    lab.code("pushfq").engine.step();
    assertEquals(0, image(0));
    assertEquals(0, cpu.get(State.RFLAGS) & Rflags.RF);
  }

  @Test
  @DisplayName("INTO pushes RF = 0 as well")
  void into() {
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    flags(Rflags.RF | Rflags.OF);
    lab.code(CodeMode.BITS32, "into").engine.step();
    assertEquals(0, image(FLAGS_OF_FRAME));
  }

  @Test
  @DisplayName("INT1 after MOV SS with TF = 1: the trap that MOV SS held back is dropped")
  void interruptInTheShadow() {
    long handler = Lab.USER;
    lab.gateTo(1, handler);
    lab.memory.write(handler, new byte[] {0x48, (byte) 0xCF}); // IRETQ
    lab.run(
        "pushfq\n or qword [rsp], 100h\n mov eax, ss\n popfq\n mov ss, eax\n int1\n int1\n nop\n"
            + " pushfq\n and qword [rsp], -257\n popfq\n hlt");
    assertEquals(4, traps(), "after NOP, PUSHFQ, AND and POPFQ");
  }

  @ParameterizedTest(name = "{0}: {1} traps")
  @CsvSource({"int1, 0", "int 1, 1"})
  @DisplayName("a watchpoint met by MOV SS: the exception of INT1 is in place of its own")
  void watchpointInTheShadow(String code, int traps) {
    lab.gateTo(1, Lab.USER);
    lab.memory.write(Lab.USER, new byte[] {0x48, (byte) 0xCF}); // IRETQ
    lab.memory.write(TARGET, 16, Lab.DATA);
    cpu.set(State.DR1, TARGET);
    cpu.set(State.DR7, 0x00F0_040AL);
    lab.run("mov ss, [" + TARGET + "]\n " + code + "\n hlt");
    assertEquals(traps, traps());
  }

  @Test
  @DisplayName("a return to an outer level makes GS null and leaves its base")
  void baseStays() {
    cpu.segment(SegmentRegister.GS).set(Lab.DATA, 0x12345678, -1, 0x93);
    lab.memory.write(Lab.USER, new byte[] {HLT});
    lab.run("push 23h\n push 38000h\n push 2\n push 2Bh\n push 30000h\n iretq");
    assertEquals(0, cpu.segment(SegmentRegister.GS).selector);
    assertEquals(0x12345678, cpu.segment(SegmentRegister.GS).base);
  }

  /** Runs to the next HLT in blocks, or watched instruction by instruction. */
  private void go(String code, int watched) {
    if (watched != 0) {
      lab.engine.stepListener(
          new StepListener() {
            @Override
            public void before(Cpu processor, Instruction insn) {}

            @Override
            public void after(Cpu processor, Instruction insn) {}
          });
    }
    lab.memory.write(TARGET, new byte[] {HLT});
    lab.memory.write(Lab.USER, new byte[] {HLT});
    lab.run(code);
  }

  private long traps() {
    return lab.seen.stream().filter(fault -> fault.vector().equals("#DB")).count();
  }
}
