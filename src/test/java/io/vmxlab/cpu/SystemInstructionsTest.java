package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.CODE;
import static io.vmxlab.cpu.Lab.STACK;
import static io.vmxlab.cpu.Lab.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System instructions as code meets them. SDM Vol. 2 by instruction. */
class SystemInstructionsTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov rax, cr0",
        "mov rax, cr2",
        "mov cr2, rax",
        "mov cr3, rax",
        "mov rax, cr8",
        "mov cr8, rax",
        "mov rax, dr0",
        "mov dr7, rax",
        "lmsw ax",
        "clts",
        "rdmsr",
        "wrmsr",
        "lgdt [rsp]",
        "lidt [rsp]",
        "lldt ax",
        "ltr ax",
        "invlpg [rsp]",
        "wbinvd",
        "invd",
        "hlt",
        "swapgs",
      })
  void privilegedInstructionsAboveCpl0(String instruction) {
    lab.toUser();
    lab.run(instruction);
    lab.faults("#GP", 0, "privileged-cpl-is-0");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0F 20 C8,       control-register-exists",
    "0F 20 E8,       control-register-exists",
    "44 0F 20 C8,    control-register-exists",
    "44 0F 21 C0,    sdm-mov-dr",
    "8E C8,          sdm-mov",
    "8E F0,          sdm-mov",
    "8C F0,          sdm-mov",
    "0F 01 D0,       osxsave-enabled",
    "F3 0F AE C0,    fsgsbase-enabled",
    "0F 01 EE,       pke-enabled",
    "0F 01 EF,       pke-enabled",
  })
  void undefinedOperands(String bytes, String cause) {
    String[] parts = bytes.split(" ");
    for (int i = 0; i < parts.length; i++) {
      lab.memory.write8(CODE + i, Integer.parseInt(parts[i], 16));
    }
    lab.run();
    lab.faults("#UD", 0, cause);
  }

  @Test
  void debugRegisters4And5AreAliasesUnlessDe() {
    lab.run("mov eax, 0x00000400\nmov dr7, rax\nmov rbx, dr5\nmov rcx, dr4\nhlt");
    lab.completes();
    assertEquals(0x400, cpu.r[3]);
    assertEquals(0xFFFF_0FF0L, cpu.r[1]);
    cpu.controls.loadCr4(cpu.cr4 | Cr4.DE);
    cpu.activity = Activity.ACTIVE;
    lab.run("mov rbx, dr5");
    lab.faults("#UD", 0, "debug-register-exists");
  }

  @Test
  void smsw() {
    lab.run("mov rax, -1\nsmsw ax\nmov rbx, -1\nsmsw rbx\nhlt");
    lab.completes();
    assertEquals(cpu.cr0, cpu.r[3]);
    assertEquals(0xFFFF_FFFF_FFFF_0000L | (cpu.cr0 & 0xFFFF), cpu.r[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smsw eax", "sldt eax", "str eax", "sgdt [rsp]", "sidt [rsp]"})
  void userModeInstructionPrevention(String instruction) {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.UMIP);
    lab.toUser();
    lab.run(instruction);
    lab.faults("#GP", 0, "umip-cpl-is-0");
  }

  @Test
  void descriptorTablesGoThroughMemory() {
    lab.run(
        "lgdt [rel d]\nsgdt [rsp-16]\nlidt [rel d]\nsidt [rsp-32]\nhlt\nd: dw 0x123\ndq 0x8000");
    lab.completes();
    assertEquals(0x8000, cpu.gdtr.base);
    assertEquals(0x123, cpu.idtr.limit);
    assertEquals(0x123, lab.memory.read(STACK - 16, 16));
    assertEquals(0x8000, lab.memory.read(STACK - 30, 64));
  }

  @Test
  void lgdtOfANonCanonicalBase() {
    lab.run("lgdt [rel d]\nhlt\nd: dw 0x123\ndq 0x800000000000");
    lab.faults("#GP", 0, "table-base-is-canonical");
  }

  @Test
  void ltrMarksTheTssBusy() {
    lab.memory.write8(Lab.GDT + Lab.TASK + 5, 0x89);
    lab.run("mov eax, 0x30\nltr ax\nstr ebx\nhlt");
    lab.completes();
    assertEquals(0x8B, lab.memory.read8(Lab.GDT + Lab.TASK + 5));
    assertEquals(0x30, cpu.r[3]);
    assertEquals(Lab.TSS, cpu.get(State.TR_BASE));
  }

  @ParameterizedTest(name = "{0}: {1}({2}) {3}")
  @CsvSource({
    "'mov eax, 0x30\n ltr ax',    #GP, 0x30, tss-descriptor-type",
    "'xor eax, eax\n ltr ax',     #GP, 0,    selector-is-not-null",
    "'mov eax, 0x34\n ltr ax',    #GP, 0x34, selector-refers-to-gdt",
    "'mov eax, 0x10\n lldt ax',   #GP, 0x10, ldt-descriptor-type",
    "'mov eax, 0x78\n lldt ax',   #GP, 0x78, selector-within-table",
    "'mov eax, 0x8\n mov ss, eax',  #GP, 0x8, stack-segment-type",
    "'mov eax, 0x58\n mov ss, eax', #GP, 0x58, stack-segment-type",
    "'mov eax, 0x13\n mov ss, eax', #GP, 0x10, stack-segment-privilege",
    "'mov eax, 0x23\n mov ss, eax', #GP, 0x20, stack-segment-privilege",
    "'mov eax, 3\n mov ss, eax',    #GP, 0,    ss-selector-is-not-null",
    "'mov eax, 0x80\n mov ds, eax', #GP, 0x80, selector-within-table",
    "'mov eax, 0x14\n mov ds, eax', #GP, 0x14, selector-within-table",
    "'mov eax, 0x30\n mov ds, eax', #GP, 0x30, data-segment-type",
    "'mov eax, 0x13\n mov ds, eax', #GP, 0x10, data-segment-privilege",
    "'mov eax, 0x50\n mov ds, eax', #NP, 0x50, segment-is-present",
  })
  void selectorLoads(String text, String vector, String code, String cause) {
    lab.run(text);
    lab.faults(vector, Integer.decode(code), cause);
  }

  @Test
  void nullSelectorsAndAccessedBits() {
    lab.memory.write8(Lab.GDT + Lab.DATA + 5, 0x92);
    lab.run("mov eax, 0x10\nmov ds, eax\nxor ecx, ecx\nmov ss, ecx\nmov es, ecx\nhlt");
    lab.completes();
    assertEquals(0x93, lab.memory.read8(Lab.GDT + Lab.DATA + 5));
    assertEquals(0xC093, cpu.get(State.DS_RIGHTS));
    assertFalse(cpu.segment(SegmentRegister.SS).usable());
    assertFalse(cpu.segment(SegmentRegister.ES).usable());
  }

  @Test
  void syscallAndSysret() {
    cpu.msrs.set(Msr.IA32_STAR, 0x0018_0008_0000_0000L);
    cpu.msrs.set(Msr.IA32_LSTAR, CODE + 0x800);
    cpu.msrs.set(Msr.IA32_FMASK, Rflags.IF);
    lab.memory.write(CODE + 0x800, new byte[] {(byte) 0xFF, (byte) 0xC0, 0x48, 0x0F, 0x07});
    lab.toUser();
    cpu.setRflags(Rflags.IF | Rflags.CF);
    lab.run("syscall\nmov ebx, 7\nhlt");
    assertEquals(1, cpu.r[0]);
    assertEquals(7, cpu.r[3]);
    assertEquals("privileged-cpl-is-0", lab.fault().cause());
    assertEquals(USER + 2, cpu.r[1]);
    assertEquals(Lab.flags(Rflags.IF | Rflags.CF), cpu.r[11]);
    assertEquals(0x2B, lab.stack(2), "CS of SYSRET: 18H + 16, RPL 3");
    assertEquals(0x23, lab.stack(5), "SS of SYSRET: 18H + 8, RPL 3");
  }

  @Test
  void sysretToANonCanonicalAddressFaultsAtCpl0() {
    lab.run("mov rcx, 0x800000000000\no64 sysret".replace("o64 sysret", "sysretq"));
    lab.faults("#GP", 0, "branch-target-is-canonical");
    assertEquals(0, cpu.cpl);
  }

  @Test
  void syscallNeedsSce() {
    cpu.efer &= ~Efer.SCE;
    lab.run("syscall");
    lab.faults("#UD", 0, "syscall-enabled");
  }

  @Test
  void basesOfFsAndGs() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.FSGSBASE);
    cpu.msrs.set(Msr.IA32_KERNEL_GS_BASE, 0x1_2345);
    lab.run(
        "mov eax, 0x50000\nwrfsbase rax\nrdfsbase rbx\nswapgs\nrdgsbase rcx\nmov [fs:8], ebx\nhlt");
    lab.completes();
    assertEquals(0x5_0000, cpu.r[3]);
    assertEquals(0x1_2345, cpu.r[1]);
    assertEquals(0x5_0000, lab.memory.read(0x5_0008, 32));
  }

  @Test
  void portsGoToTheIoSpace() {
    List<String> log = new ArrayList<>();
    cpu.io =
        new IoSpace() {
          @Override
          public int in(int port, int width) {
            log.add("in " + port + " " + width);
            return 0x1234_5678;
          }

          @Override
          public void out(int port, int width, int value) {
            log.add("out " + port + " " + width + " " + Integer.toHexString(value));
          }
        };
    lab.run(
        "mov rax, -1\nin al, 0x60\nmov edx, 0x3F8\nin ax, dx\nin eax, dx\nout dx, al\nout 0x70, eax\n"
            + "mov edi, 0x50000\nmov ecx, 3\nrep insb\nmov esi, 0x50000\noutsw\nhlt");
    lab.completes();
    assertEquals(
        List.of(
            "in 96 8",
            "in 1016 16",
            "in 1016 32",
            "out 1016 8 78",
            "out 112 32 12345678",
            "in 1016 8",
            "in 1016 8",
            "in 1016 8",
            "out 1016 16 7878"),
        log);
    assertEquals(0x5_0003, cpu.r[7]);
    assertEquals(0x5_0002, cpu.r[6]);
    assertEquals(0, cpu.r[1]);
  }

  @ParameterizedTest(name = "IOPL {0}, bitmap {1}, {2}: {3}")
  @CsvSource({
    "3, FF, 'in al, 0x21',  true",
    "0, FF, 'in al, 0x21',  false",
    "0, FD, 'in al, 0x21',  true",
    "0, FD, 'in ax, 0x21',  false",
    "0, F9, 'in ax, 0x21',  true",
    "0, 00, 'in al, 0x80',  false",
  })
  void ioPermission(int iopl, String bitmap, String instruction, boolean permitted) {
    // ports 20H to 27H; the map ends at port 3FH
    cpu.segment(SegmentRegister.TR).limit = 0x68 + 8;
    lab.memory.write(Lab.TSS + 0x68, 64, -1);
    lab.memory.write8(Lab.TSS + 0x68 + 4, Integer.parseInt(bitmap, 16));
    lab.toUser();
    cpu.setRflags((long) iopl << 12);
    lab.run(instruction + "\nhlt");
    lab.faults("#GP", 0, permitted ? "privileged-cpl-is-0" : "io-permitted");
  }

  @Test
  void cliAndStiNeedIopl() {
    lab.toUser();
    cpu.setRflags(3L << 12);
    lab.run("sti\ncli\nsti\nmov eax, 1\nhlt");
    assertEquals(1, cpu.r[0]);
    lab.seen.clear();
    cpu.activity = Activity.ACTIVE;
    lab.toUser();
    cpu.setRflags(2L << 12);
    lab.run("cli");
    lab.faults("#GP", 0, "iopl-permits");
  }

  @Test
  void popfChangesOnlyWhatPrivilegeAllows() {
    lab.toUser();
    lab.run("push 0x7FFFFFFF\nand dword [rsp], 0x7FFFFEFF\npopfq\npushfq\npop rax\nhlt");
    long all = Rflags.STATUS | Rflags.DF | Rflags.NT | Rflags.AC | Rflags.ID;
    assertEquals(Lab.flags(all), cpu.r[0]);
  }

  @Test
  void farJumpToCompatibilityModeAndBack() {
    lab.memory.write(0x5_0000, 64, (long) Lab.CODE32 << 32 | CODE + 0x100);
    cpu.rip = CODE + 0x100;
    lab.code(CodeMode.BITS32, "mov eax, 0xFFFFFFFF\ninc eax\njmp 0x08:0x10200");
    cpu.rip = CODE + 0x200;
    lab.code("mov ebx, 9\nhlt");
    cpu.rip = CODE;
    lab.run("mov ecx, 0x50000\njmp far dword [rcx]");
    lab.completes();
    assertEquals(9, cpu.r[3]);
    assertTrue(cpu.in64BitMode());
  }

  @Test
  void farCallAndReturn() {
    lab.memory.write(0x5_0000, 64, CODE + 0x100);
    lab.memory.write(0x5_0008, 16, Lab.CODE64);
    cpu.rip = CODE + 0x100;
    lab.code("mov rbx, [rsp+8]\nmov rcx, [rsp]\nretfq".replace("retfq", "db 0x48\nretf"));
    cpu.rip = CODE;
    lab.run("mov eax, 0x50000\ndb 0x48, 0xFF, 0x18\nhlt");
    lab.completes();
    assertEquals(Lab.CODE64, cpu.r[3]);
    assertEquals(CODE + 8, cpu.r[1]);
    assertEquals(STACK, cpu.r[4]);
  }

  @ParameterizedTest(name = "IRETQ with CS {0}, SS {1}, RIP {2}: {3}({4}) {5}")
  @CsvSource({
    "0x00, 0x10, 0x10800,        #GP, 0,    selector-is-not-null",
    "0x7C, 0x10, 0x10800,        #GP, 0x7C, selector-within-table",
    "0x10, 0x10, 0x10800,        #GP, 0x10, code-segment-type",
    "0x28, 0x10, 0x10800,        #GP, 0x28, code-segment-privilege",
    "0x2B, 0x10, 0x10800,        #GP, 0x10, stack-segment-privilege",
    "0x2B, 0x00, 0x10800,        #GP, 0,    ss-selector-is-not-null",
    "0x08, 0x10, 0x800000000000, #GP, 0,    branch-target-is-canonical",
    "0x08, 0x58, 0x10800,        #GP, 0x58, stack-segment-type",
    "0x08, 0x50, 0x10800,        #SS, 0x50, stack-segment-is-present",
  })
  void iretChecks(String cs, String ss, String rip, String vector, String code, String cause) {
    lab.run(
        String.format(
            "push %s\npush 0x28000\npushfq\npush %s\nmov rax, %s\npush rax\niretq", ss, cs, rip));
    lab.faults(vector, Integer.decode(code), cause);
  }

  @Test
  void iretToUserAndNullDataSegments() {
    cpu.segment(SegmentRegister.DS).set(Lab.DATA, 0, -1, 0xC093);
    lab.run("push 0x23\npush 0x38000\npush 2\npush 0x2B\npush 0x30000\niretq");
    assertEquals(Lab.USER64, lab.stack(2), "code of zeros page-faults at CPL 3");
    assertFalse(cpu.segment(SegmentRegister.DS).usable(), "DPL 0 is out of reach");
    assertTrue(cpu.segment(SegmentRegister.ES).usable());
  }

  @Test
  void iretNested() {
    cpu.setRflags(Rflags.NT);
    lab.run("iretq");
    lab.faults("#GP", 0, "iret-not-nested");
  }

  @Test
  void sysenterAndSysexit() {
    cpu.msrs.set(Msr.IA32_SYSENTER_CS, 0x8);
    cpu.msrs.set(Msr.IA32_SYSENTER_EIP, CODE + 0x800);
    cpu.msrs.set(Msr.IA32_SYSENTER_ESP, STACK);
    lab.memory.write(CODE + 0x800, new byte[] {(byte) 0xF4});
    lab.toUser();
    lab.run("sysenter");
    lab.completes();
    assertEquals(0, cpu.cpl);
    assertEquals(STACK, cpu.r[4]);
    assertEquals(0x10, cpu.get(State.SS_SELECTOR));
  }

  @ParameterizedTest(name = "{0} of {1}: ZF {2}, {3}")
  @CsvSource({
    "lar,  0x08, 1, 0xA09B00",
    "lar,  0x30, 1, 0x008B00",
    "lar,  0x00, 0, 0x5A5A",
    "lar,  0x80, 0, 0x5A5A",
    "lar,  0x13, 0, 0x5A5A",
    "lar,  0x2B, 1, 0xA0FB00",
    "lsl,  0x10, 1, 0xFFFFFFFF",
    "lsl,  0x30, 1, 0x67",
    "verr, 0x58, 1, 0x5A5A",
    "verw, 0x58, 0, 0x5A5A",
    "verw, 0x10, 1, 0x5A5A",
    "verw, 0x08, 0, 0x5A5A",
    "verr, 0x30, 0, 0x5A5A",
  })
  void inspection(String instruction, String selector, int zf, String value) {
    boolean oneOperand = instruction.startsWith("v");
    String text = instruction + (oneOperand ? " cx" : " eax, ecx");
    lab.run("mov eax, 0x5A5A\nmov ecx, " + selector + "\n" + text + "\nsetz bl\nhlt");
    lab.completes();
    assertEquals(zf, cpu.r[3]);
    assertEquals(Long.decode(value), cpu.r[0]);
  }
}
