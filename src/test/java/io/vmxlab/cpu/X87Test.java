package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import io.vmxlab.arch.X87Status;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a process of the host does not show of the x87 FPU. SDM Vol. 1 "Programming with the x87
 * FPU", Vol. 3A "Task Switching and the x87 FPU", Vol. 2A by instruction.
 */
@DisplayName("The x87 FPU")
class X87Test {
  private static final long AREA = Lab.USER + 0x1000;
  private static final long POISON = 0x5A5A_5A5A_5A5A_5A5AL;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  private Stop run(String text) {
    cpu.activity = Activity.ACTIVE;
    return lab.run(text);
  }

  private void poison(int bytes) {
    for (int i = 0; i < bytes; i += 8) {
      lab.memory.write(AREA + i, 64, POISON);
    }
  }

  @Test
  @DisplayName("after RESET: nothing masked, single precision, no register empty, +0.0 in all")
  void reset() {
    assertEquals(0x0040, cpu.x87.control());
    assertEquals(0, cpu.x87.status());
    assertEquals(0xFF, cpu.x87.used());
    assertEquals(0, cpu.x87.significand(3));
    assertEquals(0x1F80, cpu.xmm.mxcsr);
  }

  @Test
  @DisplayName("INIT leaves it alone")
  void init() {
    cpu.x87.initialise();
    cpu.xmm.low[5] = 7;
    Reset.init(cpu);
    assertEquals(0x037F, cpu.x87.control());
    assertEquals(0, cpu.x87.used());
    assertEquals(7, cpu.xmm.low[5]);
  }

  @ParameterizedTest(name = "{0} with CR0.EM = {1}, CR0.MP = {2}, CR0.TS = {3}: #NM {4}")
  @CsvSource({
    "fld1,        0, 0, 0, false",
    "fld1,        1, 0, 0, true",
    "fld1,        0, 0, 1, true",
    "fld1,        0, 1, 0, false",
    "fninit,      1, 0, 0, true",
    "fnstsw ax,   0, 0, 1, true",
    "fxsave [rbx],1, 0, 0, true",
    "fxsave [rbx],0, 0, 1, true",
    "wait,        1, 0, 0, false",
    "wait,        0, 0, 1, false",
    "wait,        0, 1, 0, false",
    "wait,        0, 1, 1, true",
  })
  void deviceNotAvailable(String code, int em, int mp, int ts, boolean raised) {
    cpu.x87.initialise();
    cpu.r[3] = AREA;
    long bits = (em == 0 ? 0 : Cr0.EM) | (mp == 0 ? 0 : Cr0.MP) | (ts == 0 ? 0 : Cr0.TS);
    cpu.set(State.CR0, cpu.cr0 & ~(Cr0.EM | Cr0.MP | Cr0.TS) | bits);
    run(code + "\n hlt");
    assertEquals(raised ? List.of("#NM") : List.of(), vectors());
  }

  private List<String> vectors() {
    return lab.seen.stream().map(Lab.Seen::vector).toList();
  }

  @Test
  @DisplayName("an exception without mask waits for the next instruction that waits")
  void pending() {
    cpu.x87.initialise();
    run("push 37Bh\n fldcw [rsp]\n fld1\n fldz\n fdivp st1, st0\n fnstsw ax\n nop\n fnop\n hlt");
    assertEquals(List.of("#MF"), vectors());
    int status = (int) cpu.r[0] & 0xFFFF;
    assertEquals(X87Status.ES | X87Status.B | 4, status & ~(7 << X87Status.TOP));
    assertEquals("no-x87-exception-pending", lab.seen.get(0).cause());
    assertEquals(0xF9, cpu.x87.opcode & 0xFF); // DE F9
    assertEquals(0x6F9, cpu.x87.opcode);
  }

  @Test
  @DisplayName("FLDCW that unmasks a flag raised before makes it pending")
  void unmasked() {
    cpu.x87.initialise();
    run("fld1\n fldz\n fdivp st1, st0\n fwait\n push 37Bh\n fldcw [rsp]\n fwait\n hlt");
    assertEquals(List.of("#MF"), vectors());
  }

  @Test
  @DisplayName("with CR0.NE = 0 a pending exception stops the run: FERR# is not modelled")
  void externalError() {
    cpu.x87.initialise();
    cpu.set(State.CR0, cpu.cr0 & ~Cr0.NE);
    Stop stop = run("push 37Bh\n fldcw [rsp]\n fld1\n fldz\n fdivp st1, st0\n fwait");
    assertEquals(Stop.Kind.UNMODELLED, stop.kind());
    assertTrue(stop.detail().contains("FERR#"), stop.detail());
  }

  @Test
  @DisplayName("a store that faults leaves the stack and the flags as they are")
  void faultingStore() {
    cpu.x87.initialise();
    run("fldpi\n mov rbx, 40000000h\n fstp dword [rbx]\n hlt");
    assertEquals(List.of("#PF"), vectors());
    assertEquals(0x80, cpu.x87.used());
    assertEquals(7 << X87Status.TOP, cpu.x87.status());
  }

  @Test
  @DisplayName(
      "FNSTENV in protected mode: 28 bytes with selectors and opcode, 14 bytes without opcode")
  void protectedEnvironment() {
    cpu.x87.initialise();
    cpu.x87.instructionOffset = 0x1_2345_6789L;
    cpu.x87.instructionSelector = 0x1234;
    cpu.x87.operandOffset = 0x8765_4321L;
    cpu.x87.operandSelector = 0x4321;
    cpu.x87.opcode = 0x5AB;
    cpu.r[3] = AREA;
    poison(64);
    run("fnstenv [rbx]\n o16 fnstenv [rbx+32]\n hlt");
    assertEquals(0xFFFF_0000_FFFF_037FL, lab.memory.read(AREA, 64));
    assertEquals(0x2345_6789_FFFF_FFFFL, lab.memory.read(AREA + 8, 64));
    assertEquals(0x8765_4321_05AB_1234L, lab.memory.read(AREA + 16, 64));
    assertEquals(0x5A5A_5A5A_FFFF_4321L, lab.memory.read(AREA + 24, 64));
    assertEquals(0x6789_FFFF_0000_037FL, lab.memory.read(AREA + 32, 64));
    assertEquals(0x5A5A_4321_4321_1234L, lab.memory.read(AREA + 40, 64));
  }

  @ParameterizedTest(name = "{0} bits")
  @CsvSource({
    "16, 2067FFFF0000037F, 5A5A2000455715AB",
    "32, FFFF0000FFFF037F, 000015ABFFFF2067",
  })
  @DisplayName("FNSTENV in real-address mode: linear addresses, and the opcode")
  void realEnvironment(int bits, String first, String second) {
    Cpu real = new Cpu(lab.memory);
    X87 x87 = real.x87;
    x87.initialise();
    x87.instructionOffset = 0x67;
    x87.instructionSelector = 0x1200;
    x87.operandOffset = 0x4557;
    x87.operandSelector = 0x2000;
    x87.opcode = 0x5AB;
    poison(64);
    real.segment(SegmentRegister.CS).set(0x0100, 0x1000, 0xFFFF, 0x9B);
    real.segment(SegmentRegister.DS).set((int) (AREA >> 4), AREA, 0xFFFF, 0x93);
    byte[] code =
        bits == 16 ? new byte[] {(byte) 0xD9, 0x37} : new byte[] {0x66, (byte) 0xD9, 0x37};
    for (int i = 0; i < code.length; i++) {
      lab.memory.write8(0x1000 + i, code[i]);
    }
    real.rip = 0;
    real.r[3] = 0;
    new Engine(real).step();
    long at = AREA;
    assertEquals(Long.parseUnsignedLong(first, 16), lab.memory.read(at, 64));
    long behind = bits == 16 ? at + 8 : at + 12;
    assertEquals(second, String.format("%016X", lab.memory.read(behind, 64)));
  }

  @Test
  @DisplayName("FXSAVE demands alignment, and saves XMM registers while CR4.OSFXSR is 1")
  void fxsave() {
    cpu.x87.initialise();
    cpu.xmm.low[15] = 0x1111;
    cpu.r[3] = AREA;
    poison(512);
    run("fldpi\n fxsave [rbx]\n hlt");
    assertEquals(0x80, lab.memory.read(AREA + 4, 16));
    assertEquals(0xC90F_DAA2_2168_C235L, lab.memory.read(AREA + 32, 64));
    assertEquals(0x4000, lab.memory.read(AREA + 40, 64));
    assertEquals(0x0000_FFFF_0000_1F80L, lab.memory.read(AREA + 24, 64));
    assertEquals(POISON, lab.memory.read(AREA + 400, 64));
    cpu.set(State.CR4, cpu.cr4 | Cr4.OSFXSR);
    run("fxsave [rbx]\n hlt");
    assertEquals(0x1111, lab.memory.read(AREA + 400, 64));
    assertEquals(POISON, lab.memory.read(AREA + 416, 64));
    cpu.r[3] = AREA + 8;
    run("fxsave [rbx]\n hlt");
    assertEquals(List.of("#GP"), vectors());
    assertEquals("save-area-is-aligned", lab.seen.get(0).cause());
  }

  @Test
  @DisplayName("FXRSTOR refuses reserved bits of MXCSR, and takes back what FXSAVE saved")
  void fxrstor() {
    cpu.x87.initialise();
    cpu.set(State.CR4, cpu.cr4 | Cr4.OSFXSR);
    cpu.xmm.high[9] = 0x2222;
    cpu.r[3] = AREA;
    poison(512);
    run("fldpi\n fld1\n fxsave64 [rbx]\n fninit\n hlt");
    cpu.xmm.high[9] = 0;
    run("fxrstor64 [rbx]\n hlt");
    assertEquals(0x2222, cpu.xmm.high[9]);
    assertEquals(0xC0, cpu.x87.used());
    assertEquals(0xC90F_DAA2_2168_C235L, cpu.x87.significand(1));
    lab.memory.write(AREA + 24, 32, 0x1_1F80);
    run("fxrstor [rbx]\n hlt");
    assertEquals("mxcsr-reserved-bits-clear", lab.seen.get(0).cause());
  }

  @Test
  @DisplayName("LOCK is refused")
  void lock() {
    run("db 0F0h, 0D8h, 03h\n hlt"); // LOCK FADD dword [RBX]
    assertEquals(List.of("#UD"), vectors());
  }
}
