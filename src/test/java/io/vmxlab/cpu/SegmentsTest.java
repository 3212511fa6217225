package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments outside 64-bit mode. SDM Vol. 3A "Limit Checking", "Type Checking". */
class SegmentsTest {
  private static final int DATA = 0x93;
  private static final int DOWN = 0x97;
  private static final int BIG = SegmentRights.DB;

  private final PhysicalMemory memory = new PhysicalMemory(2 << 20);
  private final Cpu cpu = new Cpu(memory);
  private final Engine engine = new Engine(cpu);

  /** 32-bit protected mode without paging, flat. */
  private void flat32() {
    cpu.set(State.CR0, Cr0.PE | Cr0.ET | Cr0.NE);
    cpu.segment(SegmentRegister.CS).set(8, 0, -1, 0x9B | BIG | SegmentRights.G);
    for (SegmentRegister r :
        new SegmentRegister[] {
          SegmentRegister.SS, SegmentRegister.DS, SegmentRegister.ES, SegmentRegister.FS
        }) {
      cpu.segment(r).set(16, 0, -1, DATA | BIG | SegmentRights.G);
    }
    cpu.gdtr.set(0x800, 0x3F);
    memory.write(0x808, 64, 0x00CF_9B00_0000_FFFFL);
    memory.write(0x810, 64, 0x00CF_9300_0000_FFFFL);
    cpu.idtr.set(0x1000, 0x7FF);
    cpu.rip = 0x8000;
    cpu.r[4] = 0x7000;
  }

  private void code(CodeMode mode, String text) {
    long at = cpu.rip;
    byte[] bytes = new Assembler(Engine.table(), "t", mode, at, Map.of()).assemble(text).bytes();
    memory.write(at + cpu.segment(SegmentRegister.CS).base, bytes);
  }

  @ParameterizedTest(name = "rights {0} limit {1}: {3} bytes at {2}, write {4}: {5}")
  @CsvSource({
    // expand-up
    "0x93,   0xFFFF,     0xFFFF, 1, 0, -",
    "0x93,   0xFFFF,     0xFFFF, 2, 0, access-within-limit",
    "0x93,   0xFFFF,    0x10000, 1, 0, access-within-limit",
    "0x93,   0,               0, 1, 0, -",
    "0x93,   0xFFFFFFFF, 0xFFFFFFFF, 4, 0, -",
    "0x93,   0xFFFFFFFE, 0xFFFFFFFF, 1, 0, access-within-limit",
    // expand-down: valid from limit + 1 on
    "0x97,   0x0FFF,     0x1000, 1, 1, -",
    "0x97,   0x0FFF,     0x0FFF, 1, 1, access-within-limit",
    "0x97,   0x0FFF,     0xFFFF, 1, 1, -",
    "0x97,   0x0FFF,     0xFFFF, 2, 1, access-within-limit",
    "0x4097, 0x0FFF,    0x10000, 4, 1, -",
    "0x4097, 0x0FFF, 0xFFFFFFFE, 4, 1, access-within-limit",
    // types
    "0x91,   0xFFFF,          0, 4, 0, -",
    "0x91,   0xFFFF,          0, 4, 1, segment-is-writable",
    "0x9B,   0xFFFF,          0, 4, 0, -",
    "0x9B,   0xFFFF,          0, 4, 1, segment-is-writable",
    "0x99,   0xFFFF,          0, 4, 0, segment-is-readable",
    "0x10093,0xFFFF,          0, 4, 0, segment-is-usable",
  })
  void accesses(String rights, String limit, String offset, int bytes, int write, String cause) {
    flat32();
    Segment ds = cpu.segment(SegmentRegister.DS);
    ds.set(16, 0x100, (int) (long) Long.decode(limit), Integer.decode(rights));
    int number = SegmentRegister.DS.ordinal();
    long at = Long.decode(offset);
    if (cause.equals("-")) {
      assertEquals(at + 0x100 & 0xFFFF_FFFFL, cpu.linear(number, at, bytes, write != 0));
    } else {
      Fault f = assertThrows(Fault.class, () -> cpu.linear(number, at, bytes, write != 0));
      assertEquals("#GP " + cause, f.vector().mnemonic() + " " + f.violated().id());
    }
  }

  @Test
  void beyondTheStackSegmentIsSs() {
    flat32();
    cpu.segment(SegmentRegister.SS).limit = 0xFFF;
    Fault f = assertThrows(Fault.class, () -> cpu.linear(2, 0xFFD, 4, true));
    assertEquals("#SS", f.vector().mnemonic());
  }

  @Test
  void realModeSegmentsAreSelectorsTimes16() {
    cpu.segment(SegmentRegister.CS).set(0, 0, 0xFFFF, 0x9B);
    cpu.rip = 0x600;
    cpu.r[4] = 0x500;
    code(
        CodeMode.BITS16,
        "mov ax, 0x1234\nmov ds, ax\nmov byte [0x10], 0x5A\npush ds\npop es\nmov bl, [es:0x10]\nhlt");
    assertEquals(Stop.Kind.HALTED, engine.run(100).kind());
    assertEquals(0x5A, memory.read8(0x12350));
    assertEquals(0x5A, cpu.r[3]);
  }

  /** SDM Vol. 3B "Interrupt and Exception Handling" of real-address mode: FLAGS, CS, IP. */
  @Test
  void realModeInterrupt() {
    cpu.segment(SegmentRegister.CS).set(0x60, 0x600, 0xFFFF, 0x9B);
    cpu.rip = 0;
    cpu.r[4] = 0x500;
    cpu.setRflags(Rflags.IF | Rflags.CF);
    memory.write(0x21 * 4, 32, 0x0070_0010);
    memory.write(0x710, new byte[] {(byte) 0x40, (byte) 0xCF});
    code(CodeMode.BITS16, "int 0x21\npushf\npop bx\nhlt");
    assertEquals(Stop.Kind.HALTED, engine.run(100).kind());
    assertEquals(1, cpu.r[0]);
    assertEquals(Lab.flags(Rflags.IF), cpu.r[3] & ~Rflags.CF & ~Rflags.STATUS);
    assertEquals(0x500, cpu.r[4]);
    assertEquals(2, memory.read(0x4FA, 16));
    assertEquals(0x60, memory.read(0x4FC, 16));
  }

  @Test
  void realModeLimitViolation() {
    cpu.segment(SegmentRegister.CS).set(0, 0, 0xFFFF, 0x9B);
    cpu.rip = 0x600;
    cpu.r[4] = 0x500;
    memory.write(13 * 4, 32, 0x700);
    memory.write8(0x700, 0xF4);
    code(CodeMode.BITS16, "mov ax, [0xFFFF]\nhlt");
    engine.run(100);
    assertEquals(0x701, cpu.rip);
    assertEquals(0x4FA, cpu.r[4], "no error code");
  }

  @Test
  void protectedModeEnteredFromRealMode() {
    cpu.segment(SegmentRegister.CS).set(0, 0, 0xFFFF, 0x9B);
    cpu.rip = 0x600;
    memory.write(0x808, 64, 0x00CF_9B00_0000_FFFFL);
    memory.write(0x810, 64, 0x00CF_9300_0000_FFFFL);
    memory.write(0x500, 16, 0x17);
    memory.write(0x502, 32, 0x800);
    long start = cpu.rip;
    cpu.rip = 0x9000;
    code(CodeMode.BITS32, "mov ax, 0x10\nmov ds, ax\nmov dword [0x123456], 0x77\nhlt");
    cpu.rip = start;
    code(CodeMode.BITS16, "lgdt [0x500]\nmov eax, cr0\nor al, 1\nmov cr0, eax\njmp 8:0x9000");
    assertEquals(Stop.Kind.HALTED, engine.run(100).kind());
    assertEquals(0x77, memory.read(0x123456, 32));
    assertEquals(CodeMode.BITS32, cpu.codeMode());
  }

  /** A 32-bit interrupt gate without privilege change: EFLAGS, CS, EIP and the error code. */
  @Test
  void gateIn32BitMode() {
    flat32();
    memory.write(0x1000 + 13 * 8, 64, 0x0000_8E00_0008_9000L);
    memory.write8(0x9000, 0xF4);
    code(CodeMode.BITS32, "mov eax, 0x20\nmov ds, eax");
    engine.run(100);
    assertEquals(0x9001, cpu.rip);
    assertEquals(0x7000 - 16, cpu.r[4]);
    assertEquals(0x20, memory.read(cpu.r[4], 32));
    assertEquals(0x8005, memory.read(cpu.r[4] + 4, 32));
    assertEquals(8, memory.read(cpu.r[4] + 8, 32));
  }

  @Test
  void jumpThroughACallGate() {
    flat32();
    memory.write(0x820, 64, 0x0000_8C00_0008_9000L);
    memory.write8(0x9000, 0xF4);
    code(CodeMode.BITS32, "jmp 0x20:0");
    assertEquals(Stop.Kind.HALTED, engine.run(10).kind());
    assertEquals(0x9001, cpu.rip);
  }

  @Test
  void codeBeyondTheLimit() {
    flat32();
    cpu.segment(SegmentRegister.CS).limit = 0x8001;
    memory.write(0x1000 + 13 * 8, 64, 0x0000_8E00_0008_9000L);
    memory.write8(0x9000, 0xF4);
    String[] cause = new String[1];
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onException(Cpu c, Fault f) {
            cause[0] = f.violated().citation().title() + " " + Long.toHexString(c.rip);
          }
        };
    code(CodeMode.BITS32, "nop\nmov eax, 5");
    engine.run(2);
    assertEquals("Limit Checking 8001", cause[0]);
  }
}
