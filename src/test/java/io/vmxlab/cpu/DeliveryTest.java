package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.CODE;
import static io.vmxlab.cpu.Lab.CODE64;
import static io.vmxlab.cpu.Lab.DATA;
import static io.vmxlab.cpu.Lab.RSP0;
import static io.vmxlab.cpu.Lab.STACK;
import static io.vmxlab.cpu.Lab.USER;
import static io.vmxlab.cpu.Lab.handler;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.engine.Stop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 3A "Exception and Interrupt Handling in 64-bit Mode" and "Error Code". */
class DeliveryTest {
  private static final int INTERRUPT = 0x8E;
  private static final int TRAP = 0x8F;
  private static final int DPL3 = 0x60;
  private static final int GP = 13;
  private static final int PF = 14;
  private static final int DF = 8;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  private void undefined() {
    assertEquals(Stop.Kind.HALTED, lab.run("ud2").kind());
  }

  @Test
  void faultAtCpl0KeepsTheStackAndPushesFiveQuadwords() {
    cpu.r[4] = STACK - 4;
    cpu.setRflags(Rflags.IF | Rflags.CF);
    undefined();
    assertEquals(STACK - 16 - 40, cpu.r[4], "aligned to 16 bytes, then five pushes");
    assertEquals(CODE, lab.stack(0));
    assertEquals(CODE64, lab.stack(1));
    assertEquals(Lab.flags(Rflags.IF | Rflags.CF | Rflags.RF), lab.stack(2), "RF set for a fault");
    assertEquals(STACK - 4, lab.stack(3));
    assertEquals(DATA, lab.stack(4));
    assertEquals(DATA, cpu.segment(SegmentRegister.SS).selector);
    assertEquals(0, cpu.flagsRest & (Rflags.IF | Rflags.RF));
    assertEquals(handler(6) + 1, cpu.rip);
  }

  @Test
  void anErrorCodeIsPushedLast() {
    lab.page(0x5_0000, 0);
    lab.run("mov eax, [0x50000]");
    assertEquals(STACK - 48, cpu.r[4]);
    assertEquals(0, lab.stack(0));
    assertEquals(CODE, lab.stack(1));
    assertEquals(0x5_0000, cpu.cr2);
  }

  @Test
  void privilegeChangeTakesRsp0AndANullSs() {
    lab.toUser();
    undefined();
    assertEquals(RSP0 - 40, cpu.r[4]);
    assertEquals(0, cpu.cpl);
    assertEquals(CODE64, cpu.segment(SegmentRegister.CS).selector);
    assertEquals(0, cpu.segment(SegmentRegister.SS).selector);
    assertFalse(cpu.segment(SegmentRegister.SS).usable());
    assertEquals(Lab.USER_STACK, lab.stack(3));
    assertEquals(Lab.USERDATA, lab.stack(4));
  }

  @Test
  void aConformingHandlerKeepsCplAndStack() {
    lab.toUser();
    lab.gate(6, INTERRUPT, 0, Lab.CONFORMING);
    lab.page(handler(6), handler(6) & ~0xFFFL | Lab.OPEN | PageEntry.US);
    lab.memory.write(handler(6), new byte[] {(byte) 0xEB, (byte) 0xFE});
    lab.code("ud2");
    lab.engine.step();
    assertEquals(3, cpu.cpl);
    assertEquals(Lab.CONFORMING | 3, cpu.segment(SegmentRegister.CS).selector);
    assertEquals(Lab.USER_STACK - 40, cpu.r[4]);
  }

  @Test
  void istIsTakenEvenWithoutPrivilegeChange() {
    lab.gate(6, INTERRUPT, 3, CODE64);
    undefined();
    assertEquals(Lab.ist(3) - 40, cpu.r[4]);
    assertEquals(STACK, lab.stack(3));
  }

  @Test
  void aTrapGateLeavesIf() {
    cpu.setRflags(Rflags.IF);
    lab.gate(6, TRAP, 0, CODE64);
    undefined();
    assertTrue((cpu.flagsRest & Rflags.IF) != 0);
  }

  /** The IDT entry's own defects: error code is vector * 8 + 2 + EXT. */
  @ParameterizedTest(name = "{0}: {1}({2})")
  @CsvSource({
    "type-9,            #GP, 0x33, idt-entry-is-gate",
    "task-gate,         #GP, 0x33, idt-entry-is-gate",
    "not-present,       #NP, 0x33, idt-gate-is-present",
    "limit,             #GP, 0x33, idt-entry-within-limit",
    "selector-null,     #GP, 1,    idt-target-selector",
    "selector-limit,    #GP, 0x81, selector-within-table",
    "selector-data,     #GP, 0x11, idt-target-is-code",
    "selector-dpl-3,    #GP, 0x29, idt-target-is-code",
    "selector-32-bit,   #GP, 0x41, idt-target-is-64bit",
    "offset,            #GP, 1,    idt-target-offset",
    "tss-limit,         #TS, 0x31, tss-holds-stack",
    "stack,             #SS, 1,    handler-stack-is-canonical",
  })
  void defects(String defect, String vector, String code, String cause) {
    switch (defect) {
      case "type-9":
        lab.gate(6, 0x89, 0, CODE64);
        break;
      case "task-gate":
        lab.gate(6, 0x85, 0, CODE64);
        break;
      case "not-present":
        lab.gate(6, 0x0E, 0, CODE64);
        break;
      case "limit":
        lab.memory.write(0xC000, new byte[0x1000]);
        for (int i = 0; i < 0x1000; i += 8) {
          lab.memory.write(0xC000 + i, 64, lab.memory.read(Lab.IDT + i, 64));
        }
        cpu.idtr.set(Lab.IDT, 16 * 6 + 14);
        break;
      case "selector-null":
        lab.gate(6, INTERRUPT, 0, 3);
        break;
      case "selector-limit":
        lab.gate(6, INTERRUPT, 0, 0x80);
        break;
      case "selector-data":
        lab.gate(6, INTERRUPT, 0, DATA);
        break;
      case "selector-dpl-3":
        lab.gate(6, INTERRUPT, 0, Lab.USER64);
        break;
      case "selector-32-bit":
        lab.gate(6, INTERRUPT, 0, Lab.CODE32);
        break;
      case "offset":
        lab.memory.write(Lab.IDT + 6 * 16 + 8, 64, 0x8000);
        break;
      case "tss-limit":
        lab.gate(6, INTERRUPT, 1, CODE64);
        cpu.segment(SegmentRegister.TR).limit = 0x24 + 6;
        break;
      default:
        lab.gate(6, INTERRUPT, 1, CODE64);
        lab.memory.write(Lab.TSS + 0x24, 64, 0x8000_0000_0010L);
        break;
    }
    lab.code("ud2");
    lab.engine.step();
    assertEquals("#UD", lab.seen.get(0).vector());
    assertEquals(vector, lab.seen.get(1).vector());
    assertEquals(Integer.decode(code), lab.seen.get(1).errorCode());
    assertEquals(cause, lab.seen.get(1).cause());
  }

  @Test
  void theTssSlotMayEndWithTheLimit() {
    lab.gate(6, INTERRUPT, 1, CODE64);
    cpu.segment(SegmentRegister.TR).limit = 0x24 + 7;
    undefined();
    assertEquals(1, lab.seen.size());
  }

  /** "INT n/INTO/INT3/INT1": the gate's DPL counts for INT n, and EXT is 0. */
  @Test
  void intNAboveTheGatesDplIsRefused() {
    lab.toUser();
    lab.run("int 0x50");
    assertEquals(new Lab.Seen("#GP", 0x50 * 8 + 2, USER, "idt-gate-dpl", 0), lab.fault());
  }

  @Test
  void intNReturnsBehindItselfAndLeavesRfAlone() {
    lab.toUser();
    lab.gate(0x50, INTERRUPT | DPL3, 0, CODE64);
    lab.run("int 0x50");
    assertEquals(List.of(), lab.seen);
    assertEquals(USER + 2, lab.stack(0));
    assertEquals(Lab.flags(0), lab.stack(2));
  }

  @Test
  void int3IsCheckedAndInt1IsNot() {
    lab.toUser();
    lab.code("int1");
    lab.engine.step();
    assertEquals(handler(1), cpu.rip);
    lab.toUser();
    lab.code("int3");
    lab.engine.step();
    assertEquals("idt-gate-dpl", lab.fault().cause());
    assertEquals(3 * 8 + 2, lab.fault().errorCode());
  }

  /** Table "Conditions for Generating a Double Fault". */
  @ParameterizedTest(name = "{0} then {1}: {2}")
  @CsvSource({
    "#UD, #NP, #NP",
    "#UD, #PF, #PF",
    "#GP, #NP, #DF",
    "#GP, #PF, #PF",
    "#PF, #NP, #DF",
    "#PF, #PF, #DF",
  })
  void twoExceptions(String first, String second, String delivered) {
    int vector = first.equals("#UD") ? 6 : first.equals("#GP") ? GP : PF;
    if (second.equals("#NP")) {
      lab.gate(vector, 0x0E, 0, CODE64);
    } else {
      lab.gate(vector, INTERRUPT, 1, CODE64);
      lab.memory.write(Lab.TSS + 0x24, 64, 0x6_0000);
      lab.page(0x5_F000, 0);
    }
    lab.page(0x5_0000, 0);
    String code =
        first.equals("#UD")
            ? "ud2"
            : first.equals("#GP")
                ? "mov eax, 1\nmov cr8, rax\nmov eax, 16\nmov cr8, rax"
                : "mov eax, [0x50000]";
    lab.run(code);
    Lab.Seen last = lab.seen.get(lab.seen.size() - 1);
    assertEquals(first, lab.seen.get(0).vector());
    assertEquals(delivered, last.vector());
    if (delivered.equals("#DF")) {
      assertEquals(0, lab.stack(0), "error code 0");
      assertEquals(handler(DF) + 1, cpu.rip);
    }
    if (second.equals("#PF")) {
      assertEquals(0x6_0000 - 8, cpu.cr2, "of the latest page fault: SS is pushed first");
    }
  }

  @Test
  void aFaultInDeliveringADoubleFaultShutsDown() {
    lab.gate(GP, 0x0E, 0, CODE64);
    lab.gate(DF, 0x0E, 0, CODE64);
    Stop stop = lab.run("mov eax, 16\nmov cr8, rax");
    assertEquals(Stop.Kind.SHUTDOWN, stop.kind());
    assertEquals(Activity.SHUTDOWN, cpu.activity);
    assertEquals(CODE + 5, cpu.rip, "where it started");
    assertEquals(STACK, cpu.r[4], "nothing was pushed");
  }

  @Test
  void anEmptyIdtShutsDown() {
    cpu.idtr.set(0, 0);
    assertEquals(Stop.Kind.SHUTDOWN, lab.run("ud2").kind());
    assertEquals(List.of("#UD", "#GP", "#DF"), lab.seen.stream().map(Lab.Seen::vector).toList());
  }

  @Test
  void aDeliveryThatFailsLeavesNoTrace() {
    lab.gate(6, INTERRUPT, 1, CODE64);
    lab.memory.write(Lab.TSS + 0x24, 64, 0x5_1010);
    lab.page(0x5_0000, 0);
    lab.memory.write(0x5_1000, 64, 0x77);
    lab.code("ud2");
    lab.engine.step();
    assertEquals(0x77, lab.memory.read(0x5_1000, 64), "the frame's first quadwords");
    assertEquals("#PF", lab.seen.get(1).vector());
    assertEquals(STACK, lab.stack(4), "the #PF handler's frame has the old RSP");
  }

  @Test
  void handlersReturnWithIret() {
    lab.memory.write(handler(6), new byte[] {0x48, (byte) 0x83, 0x04, 0x24, 2, 0x48, (byte) 0xCF});
    lab.toUser();
    cpu.setRflags(Rflags.IF | Rflags.CF);
    lab.run("ud2\nmov eax, 5\nhlt");
    assertEquals(5, cpu.r[0]);
    assertEquals("#UD", lab.seen.get(0).vector());
    Lab.Seen hlt = lab.seen.get(1);
    assertEquals("privileged-cpl-is-0", hlt.cause(), "back at CPL 3");
    assertEquals(USER + 7, hlt.rip());
    assertEquals(Lab.flags(Rflags.IF | Rflags.CF | Rflags.RF), lab.stack(3));
  }

  /** "Single-Step Exception Condition". */
  @Test
  void trapFlagTrapsAfterTheNextInstruction() {
    lab.run("pushfq\nor qword [rsp], 0x100\npopfq\ninc eax\ninc eax\nhlt");
    assertEquals("#DB", lab.fault().vector());
    assertEquals(1, cpu.r[0], "one instruction after POPF");
    assertEquals(1L << 14, cpu.dr[6] & 1L << 14, "BS");
    assertEquals(0, cpu.flagsRest & Rflags.TF);
    assertEquals(Rflags.TF, lab.stack(2) & (Rflags.TF | Rflags.RF), "a trap: RF is 0");
  }

  @Test
  void movSsHoldsTheTrapBack() {
    lab.run(
        "mov ecx, 0x10\npushfq\nor qword [rsp], 0x100\npopfq\nmov ss, ecx\ninc eax\ninc eax\nhlt");
    assertEquals("#DB", lab.fault().vector());
    assertEquals(1, cpu.r[0]);
  }

  @Test
  void generalDetectIsAFaultThatClearsItself() {
    cpu.dr[7] |= 1 << 13;
    lab.run("mov rax, dr0");
    assertEquals("general-detect-disabled", lab.fault().cause());
    assertEquals(CODE, lab.stack(0));
    assertEquals(1 << 13, cpu.dr[6] & 1 << 13);
    assertEquals(0, cpu.dr[7] & 1 << 13);
  }

  @Test
  void doubleFaultsAreNamed() {
    assertEquals(Vector.Severity.DOUBLE_FAULT, Vector.DF.severity);
    assertEquals("double-fault-rule", Requirement.DOUBLE_FAULT_RULE.id());
  }

  /** The frame goes into a page of decoded code, so that the instruction is begun twice. */
  @Test
  void anObserverIsToldOnceOfASoftwareInterrupt() {
    List<Integer> told = new ArrayList<>();
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onSoftwareInterrupt(Cpu c, int vector) {
            assertEquals(CODE, c.rip);
            told.add(vector);
          }
        };
    cpu.r[4] = CODE + 64;
    lab.run("int 0x40");
    assertEquals(CODE + 64 - 40, cpu.r[4]);
    assertEquals(List.of(0x40), told);
  }
}
