package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 16-bit code at the end of its segment. The instruction pointer is EIP there too: only branches
 * with a 16-bit operand size cut it. Every line was also run on a processor (family 6, model 207).
 */
@DisplayName("16-bit code at FFFFH and beyond")
class CodeLimitTest {
  private static final long BASE = 0x5_0000;

  private Lab lab;
  private Cpu cpu;

  @BeforeEach
  void create() {
    lab = new Lab();
    cpu = lab.cpu;
  }

  private void start(int at, int limit, String bytes) {
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    cpu.segment(SegmentRegister.CS).set(Lab.CODE32, BASE, limit, 0x9B);
    cpu.segment(SegmentRegister.SS).set(Lab.DATA, 0x2_0000, 0xFFFF, 0x93);
    for (SegmentRegister r : new SegmentRegister[] {SegmentRegister.DS, SegmentRegister.ES}) {
      cpu.segment(r).set(Lab.DATA, 0, -1, 0x93 | SegmentRights.DB | SegmentRights.G);
    }
    for (long i = 0; i < 0x2_0000; i++) {
      lab.memory.write(BASE + i, 8, 0xCC);
    }
    lab.memory.write(BASE + at, HexFormat.of().parseHex(bytes));
    cpu.r[0] = 0;
    cpu.r[4] = 0x1000;
    cpu.rip = at;
  }

  @ParameterizedTest(name = "{0}: {1} at {2}, limit {3}")
  @CsvSource({
    // spotless:off
    "NOP,                       90,           FFFF,  FFFF,  #GP, 10000",
    "NOP,                       90,           FFFF,  1FFFF, ,    10000",
    "POPF,                      9D,           FFFF,  FFFF,  #GP, 10000",
    "14 prefixes,               2E2E2E2E2E2E2E2E2E2E2E2E2E2E90, FFF1, FFFF, #GP, 10000",
    "MOV across the limit,      B83412,       FFFF,  FFFF,  #GP, FFFF",
    "MOV across,                B83412,       FFFF,  1FFFF, ,    10002",
    "UD2 within,                0F0B,         FFFE,  FFFF,  #UD, FFFE",
    "UD2 across the limit,      0F0B,         FFFF,  FFFF,  #GP, FFFF",
    "bad bytes across the limit,0FFF,         FFFF,  FFFF,  #GP, FFFF",
    "LOCK NOP within,           F090,         FFFE,  FFFF,  #UD, FFFE",
    "CALL,                      E80010,       FFFD,  FFFF,  ,    1000",
    "JMP rel16,                 E90010,       FFFD,  FFFF,  ,    1000",
    "JMP rel16,                 E90010,       FFFD,  1FFFF, ,    1000",
    "JMP rel8,                  EB10,         FFFE,  1FFFF, ,    10",
    "JMP rel8 back,             EBFD,         10100, 1FFFF, ,    FF",
    "JMP rel8 on,               EB02,         10100, 1FFFF, ,    104",
    "JMP rel32 on,              66E902000000, 10100, 1FFFF, ,    10108",
    "JMP rel32 below 0,         66E900FEFFFF, 100,   1FFFF, #GP, 100",
    "CALL rel32 across,         66E810000000, FFFA,  1FFFF, ,    10010",
    "Jcc not taken,             7410,         FFFE,  FFFF,  #GP, 10000",
    "Jcc not taken,             7410,         FFFE,  1FFFF, ,    10000",
    "JCXZ taken,                E310,         FFFE,  1FFFF, ,    10",
    // spotless:on
  })
  @DisplayName("goes on at EIP, or faults there")
  void edges(String what, String bytes, String at, String limit, String vector, String rip) {
    start(Integer.parseInt(at, 16), Integer.parseInt(limit, 16), bytes);
    lab.engine.step();
    if (lab.seen.isEmpty() && "#GP".equals(vector)) {
      lab.engine.step(); // the instruction completes; there is no next one
    }
    assertEquals(vector == null ? 0 : 1, lab.seen.size(), what);
    if (vector != null) {
      assertEquals(vector, lab.fault().vector());
      assertEquals(Long.parseLong(rip, 16), lab.fault().rip());
    } else {
      assertEquals(Long.parseLong(rip, 16), cpu.rip);
    }
  }

  @Test
  @DisplayName("in blocks as well, and a repeated instruction faults after its end")
  void blocks() {
    start(0xFFFC, 0xFFFF, "90909090");
    lab.engine.run(1000);
    assertEquals("code-within-limit", lab.seen.get(0).cause());
    assertEquals(0x1_0000, lab.seen.get(0).rip());
    create();
    start(0xFFFE, 0xFFFF, "F3A4");
    cpu.r[1] = 3;
    lab.engine.run(1000);
    assertEquals(0x1_0000, lab.seen.get(0).rip());
    assertEquals(0, cpu.r[1] & 0xFFFF);
  }

  @Test
  @DisplayName("a near CALL pushes as much of EIP as its operand size holds")
  void returnAddresses() {
    start(0xFFFD, 0xFFFF, "E80010");
    lab.engine.step();
    assertEquals(0, lab.memory.read(0x2_0FFE, 16));
    create();
    start(0xFFFA, 0x1_FFFF, "66E810000000");
    lab.engine.step();
    assertEquals(0x1_0000, lab.memory.read(0x2_0FFC, 32));
  }

  @Test
  @DisplayName("32-bit code ends at its limit too")
  void wide() {
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    cpu.segment(SegmentRegister.CS).set(Lab.CODE32, 0, (int) Lab.CODE + 1, 0x9B | SegmentRights.DB);
    cpu.rip = Lab.CODE;
    lab.code(CodeMode.BITS32, "nop\nnop\nnop");
    lab.engine.run(1000);
    assertEquals("code-within-limit", lab.seen.get(0).cause());
    assertEquals(Lab.CODE + 2, lab.seen.get(0).rip());
  }
}
