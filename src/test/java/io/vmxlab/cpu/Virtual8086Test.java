package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SDM Vol. 3B "Virtual-8086 Mode", "Sensitive Instructions". */
class Virtual8086Test {
  private static final long GDT = 0x800;
  private static final long IDT = 0x1000;
  private static final long TSS = 0x2000;
  private static final long HANDLER = 0x3000;
  private static final long MONITOR = 0x4000;

  /** Code runs at 1234:0010. */
  private static final long CODE = 0x12350;

  private static final int CODE32 = 0x08;
  private static final int DATA32 = 0x10;
  private static final int CODE_DPL3 = 0x18;
  private static final int CONFORMING = 0x20;
  private static final int TASK = 0x28;
  private static final int CODE16_STACK = 0x30;
  private static final int GATE32 = 0x8E;
  private static final int GATE16 = 0x86;
  private static final int DPL3 = 0x60;
  private static final long ESP0 = 0x7000;

  private final PhysicalMemory memory = new PhysicalMemory(2 << 20);
  private final Cpu cpu = new Cpu(memory);
  private final Engine engine = new Engine(cpu);
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void monitor() {
    cpu.set(State.CR0, Cr0.PE | Cr0.ET | Cr0.NE);
    memory.write(GDT + CODE32, 64, 0x00CF_9B00_0000_FFFFL);
    memory.write(GDT + DATA32, 64, 0x00CF_9300_0000_FFFFL);
    memory.write(GDT + CODE_DPL3, 64, 0x00CF_FB00_0000_FFFFL);
    memory.write(GDT + CONFORMING, 64, 0x00CF_9F00_0000_FFFFL);
    memory.write(GDT + TASK, 64, 0x0000_8B00_0000_0067L | TSS << 16);
    memory.write(GDT + CODE16_STACK, 64, 0x0000_9300_0000_FFFFL);
    cpu.gdtr.set(GDT, 0x3F);
    cpu.idtr.set(IDT, 0x7FF);
    cpu.segment(SegmentRegister.CS).set(CODE32, 0, -1, 0xC09B);
    for (SegmentRegister s : new SegmentRegister[] {SegmentRegister.SS, SegmentRegister.DS}) {
      cpu.segment(s).set(DATA32, 0, -1, 0xC093);
    }
    cpu.segment(SegmentRegister.TR).set(TASK, TSS, 0x87, 0x8B);
    memory.write(TSS + 4, 32, ESP0);
    memory.write(TSS + 8, 32, DATA32);
    memory.write(TSS + 0x66, 16, 0x68);
    for (int v = 0; v < 256; v++) {
      gate(v, GATE32, CODE32);
    }
    memory.write8(HANDLER, 0xF4);
    cpu.r[4] = ESP0;
    cpu.rip = MONITOR;
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onException(Cpu c, Fault f) {
            seen.add(f.vector().mnemonic() + "(" + f.errorCode() + ") " + f.violated().id());
          }
        };
  }

  private void gate(int vector, int rights, int selector) {
    memory.write(IDT + vector * 8L, 64, HANDLER | (long) selector << 16 | (long) rights << 40);
  }

  private static byte[] code(CodeMode mode, long at, String text) {
    return new Assembler(Engine.table(), "t", mode, at, Map.of()).assemble(text).bytes();
  }

  /** Goes by IRETD to 1234:0010 with SS:ESP = 2000:8000 and ES DS FS GS = 3000H to 3003H. */
  private void enter(int iopl, String text) {
    enter(iopl, 0x10, text);
  }

  private void enter(int iopl, long eip, String text) {
    memory.write(CODE, code(CodeMode.BITS16, 0x10, text));
    String frame =
        "push dword 0x3003\npush dword 0x3002\npush dword 0x3001\npush dword 0x3000\n"
            + "push dword 0x2000\npush dword 0x8000\npush dword "
            + (Rflags.VM | Rflags.FIXED | (long) iopl << 12)
            + "\npush dword 0x1234\npush dword "
            + eip
            + "\niretd";
    memory.write(MONITOR, code(CodeMode.BITS32, MONITOR, frame));
  }

  private void steps(int count) {
    IntStream.range(0, count).forEach(i -> engine.step());
  }

  /** The doubleword so many places above the top of the handler's stack. */
  private long stack(int place) {
    return memory.read(cpu.r[4] + place * 4L, 32);
  }

  @Test
  void iretdLoadsEverything() {
    enter(0, "nop");
    steps(10);
    assertEquals(List.of(), seen);
    assertEquals(3, cpu.cpl);
    assertEquals(0x10, cpu.rip);
    assertEquals(0x8000, cpu.r[4]);
    assertEquals(CodeMode.BITS16, cpu.codeMode());
    assertEquals(Rflags.VM | Rflags.FIXED, cpu.rflags());
    int[] selectors = {0x3000, 0x1234, 0x2000, 0x3001, 0x3002, 0x3003};
    for (int i = 0; i < selectors.length; i++) {
      Segment s = cpu.segments[i];
      assertEquals(selectors[i], s.selector);
      assertEquals((long) selectors[i] << 4, s.base);
      assertEquals(0xFFFF, s.limit);
      assertEquals(0xF3, s.rights);
    }
  }

  @Test
  void anEipAbove64KBytesIsRefusedBeforeAnythingChanges() {
    enter(0, 0x1_0000, "nop");
    steps(10);
    assertEquals(List.of("#GP(0) branch-target-within-limit"), seen);
    assertEquals(0, cpu.cpl);
    assertEquals(CODE32, cpu.segment(SegmentRegister.CS).selector);
    assertEquals(0, stack(0));
    assertEquals(MONITOR, stack(1) & ~0xFFFL);
  }

  @Test
  void segmentsAreSelectorsTimes16() {
    enter(0, "mov ax, 0x4000\nmov ds, ax\nmov byte [0x10], 0x5A\npush ax\nud2");
    engine.run(100);
    assertEquals(0x5A, memory.read8(0x40010));
    assertEquals(0x4000, memory.read(0x27FFE, 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {GATE32, GATE16})
  void aFaultGoesToLevel0WithTheDataSegmentsOnTheStack(int rights) {
    int width = rights == GATE32 ? 32 : 16;
    gate(13, rights, CODE32);
    enter(0, "mov eax, [0xFFFF]");
    assertEquals(Stop.Kind.HALTED, engine.run(100).kind());
    long[] expected = {0, 0x10, 0x1234, 0, 0x8000, 0x2000, 0x3000, 0x3001, 0x3002, 0x3003};
    expected[3] = (Rflags.VM | Rflags.RF | Rflags.FIXED) & (1L << width) - 1;
    assertEquals(ESP0 - expected.length * width / 8, cpu.r[4]);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], memory.read(cpu.r[4] + (long) i * width / 8, width), "place " + i);
    }
    assertEquals(0, cpu.cpl);
    assertEquals(0, cpu.flagsRest & (Rflags.VM | Rflags.IF | Rflags.RF));
    assertEquals(DATA32, cpu.segment(SegmentRegister.SS).selector);
    for (SegmentRegister s :
        new SegmentRegister[] {
          SegmentRegister.ES, SegmentRegister.DS, SegmentRegister.FS, SegmentRegister.GS
        }) {
      assertFalse(cpu.segment(s).usable());
      assertEquals(0, cpu.segment(s).selector);
    }
  }

  @Test
  void backAndForth() {
    memory.write(
        HANDLER, code(CodeMode.BITS32, HANDLER, "mov eax, 0x77\nadd dword [ss:esp], 2\niretd"));
    enter(0, "ud2\nmov bx, ax\nud2\nhlt");
    steps(14);
    assertEquals(List.of("#UD(0) sdm-ud"), seen);
    assertEquals(0x12, cpu.rip);
    assertEquals(0x1234, cpu.segment(SegmentRegister.CS).selector);
    assertEquals(0x3001, cpu.segment(SegmentRegister.DS).selector);
    assertEquals(0x8000, cpu.r[4]);
    engine.step();
    assertEquals(0x77, cpu.r[3] & 0xFFFF);
  }

  /** SDM: "nonconforming, 32-bit code segment with a privilege level of 0". */
  @ParameterizedTest
  @CsvSource({"0x18", "0x20"})
  void theHandlerRunsAtLevel0(String selector) {
    int wrong = Integer.decode(selector);
    gate(6, GATE32, wrong);
    enter(0, "ud2");
    engine.run(100);
    assertEquals(2, seen.size());
    assertEquals("#GP(" + (wrong + 1) + ") virtual-8086-handler-privilege", seen.get(1));
  }

  @ParameterizedTest(name = "{0} at IOPL {1}: {2}")
  @CsvSource({
    "cli,       0, virtual-8086-iopl-is-3",
    "sti,       2, virtual-8086-iopl-is-3",
    "pushf,     0, virtual-8086-iopl-is-3",
    "popf,      0, virtual-8086-iopl-is-3",
    "int 0x20,  2, virtual-8086-iopl-is-3",
    "iret,      0, virtual-8086-iopl-is-3",
    "cli,       3, -",
    "sti,       3, -",
    "pushf,     3, -",
    "popf,      3, -",
    "int3,      0, -",
    "'in al, 0x20', 3, io-permitted",
    "'in al, 0x7F', 3, -",
    "hlt,       3, privileged-cpl-is-0",
  })
  void sensitiveInstructions(String instruction, int iopl, String cause) {
    gate(3, GATE32 | DPL3, CODE32);
    memory.write8(TSS + 0x68 + 0x20 / 8, 1);
    enter(iopl, instruction);
    steps(11);
    assertEquals(cause.equals("-") ? List.of() : List.of("#GP(0) " + cause), seen);
  }

  @Test
  void intNAtIopl3GoesThroughTheIdt() {
    gate(0x20, GATE32 | DPL3, CODE32);
    enter(3, "int 0x20");
    steps(11);
    assertEquals(List.of(), seen);
    assertEquals(HANDLER, cpu.rip);
    assertEquals(0x12, stack(0));
    assertEquals(0, cpu.cpl);
  }

  @Test
  void intNAtIopl3NeedsAGateWithDpl3() {
    enter(3, "int 0x20");
    steps(11);
    assertEquals(List.of("#GP(258) idt-gate-dpl"), seen);
  }

  /** IRET does not change VM, IOPL, VIP and VIF there. */
  @Test
  void iretAtIopl3StaysInTheMode() {
    enter(3, "push word 0x0047\npush word 0x1300\npush word 0x20\niret");
    steps(14);
    assertEquals(List.of(), seen);
    assertEquals(0x20, cpu.rip);
    assertEquals(0x13000, cpu.segment(SegmentRegister.CS).base);
    assertEquals(
        Rflags.VM | Rflags.IOPL | Rflags.FIXED | Rflags.ZF | Rflags.PF | Rflags.CF, cpu.rflags());
  }

  @Test
  void withTheExtensionsStiMeansTheVirtualInterruptFlag() {
    enter(0, "sti");
    steps(10);
    cpu.controls.loadCr4(cpu.cr4 | Cr4.VME);
    engine.step();
    assertEquals(List.of(), seen);
    assertEquals(Rflags.VIF, cpu.rflags() & (Rflags.VIF | Rflags.IF));
  }
}
