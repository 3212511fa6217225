package io.vmxlab.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Dialect;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorRunner;
import io.vmxlab.lab.Vectors;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** INVEPT and INVVPID right after VMXON, as hypervisors flush, on every model. */
class InvalidationTest {
  private static final long SUCCEEDED = 0;
  private static final long FAILED = 1;

  static List<DumpedCpu> models() {
    return CpuModels.list().stream().filter(c -> c.has(Feature.VMX)).toList();
  }

  private static boolean shows(DumpedCpu cpu, Msr msr, int bit) {
    return (cpu.msr(msr.index).orElse(0) >>> bit & 1) != 0;
  }

  /**
   * RAX is 1 if CF or ZF is 1, with the descriptor at {@code desc}.
   *
   * @param mode bits of the code
   */
  private static Run flush(DumpedCpu cpu, int mode, String mnemonic, int type, String low) {
    String register = mode == 64 ? "rax" : "eax";
    String text =
        """
        vmxon [vmxon_pointer]
        mov eax, %d
        %s %s, [desc]
        setbe al
        movzx eax, al
        jmp done
        align 16
        desc: dq %s, 100000h
        done: nop
        """
            .formatted(type, mnemonic, register, low);
    Machine machine =
        Machine.builder()
            .cpu(cpu)
            .firmware(Firmware.LOCKED_ON)
            .mode(mode)
            .set("CR4.VMXE", "1")
            .build();
    return machine.run(Program.assembly(text));
  }

  private static void expect(DumpedCpu cpu, String what, boolean exists, long flags, Run run) {
    String about = cpu.name() + " " + what + ": " + run.outcome();
    if (exists) {
      assertEquals(Outcome.Kind.COMPLETED, run.kind(), about);
      assertEquals(flags, run.get(State.RAX), about);
    } else {
      assertEquals("#UD", run.outcome().fault().orElseThrow().title(), about);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void invept(DumpedCpu cpu) {
    boolean exists =
        shows(cpu, Msr.IA32_VMX_PROCBASED_CTLS2, 33) && shows(cpu, Msr.IA32_VMX_EPT_VPID_CAP, 20);
    for (int type = 0; type < 4; type++) {
      boolean known =
          type == 1 && shows(cpu, Msr.IA32_VMX_EPT_VPID_CAP, 25)
              || type == 2 && shows(cpu, Msr.IA32_VMX_EPT_VPID_CAP, 26);
      Run run = flush(cpu, 64, "invept", type, "20301Eh");
      expect(cpu, "INVEPT type " + type, exists, known ? SUCCEEDED : FAILED, run);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void invvpid(DumpedCpu cpu) {
    boolean exists =
        shows(cpu, Msr.IA32_VMX_PROCBASED_CTLS2, 37) && shows(cpu, Msr.IA32_VMX_EPT_VPID_CAP, 32);
    for (int type = 0; type < 5; type++) {
      boolean known = type < 4 && shows(cpu, Msr.IA32_VMX_EPT_VPID_CAP, 40 + type);
      Run run = flush(cpu, 64, "invvpid", type, "1");
      expect(cpu, "INVVPID type " + type, exists, known ? SUCCEEDED : FAILED, run);
    }
  }

  /** Outside 64-bit mode the register operand has 32 bits. */
  @Test
  void in32BitCode() {
    String text =
        """
        lea eax, [tables]
        mov cr3, eax
        mov dword [tables], 83h
        mov eax, cr4
        or eax, 2010h
        mov cr4, eax
        mov eax, cr0
        or eax, 80000020h
        mov cr0, eax
        vmxon [vmxon_pointer]
        mov eax, 2
        invept eax, [desc]
        setbe bl
        mov eax, 1
        invvpid eax, [desc]
        setbe bh
        movzx eax, bx
        jmp done
        desc: dq 1, 0
        align 4096
        tables: times 4096 db 0
        done: nop
        """;
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).mode(32).build();
    Run run = machine.run(Program.assembly(text));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(0, run.get(State.RAX));
  }

  /** The translations of VMX root operation have VPID 0: no type drops them. */
  @Test
  void theTranslationsOfRootOperationStay() {
    String text =
        """
        vmxon [vmxon_pointer]
        mov eax, [201000h]
        mov rcx, cr3
        mov rcx, [rcx]
        and rcx, -1000h
        mov rcx, [rcx]
        and rcx, -1000h
        mov qword [rcx+8], 0    ; 200000H to 3FFFFFH: no longer present
        mov eax, 2
        invept rax, [desc]
        invvpid rax, [desc]
        mov eax, [201000h]
        mov ebx, 1
        invlpg [201000h]
        mov eax, [201000h]
        desc: dq 0, 0
        """;
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).set("CR4.VMXE", "1").build();
    Run run = machine.run(Program.assembly(text));
    assertEquals("#PF(0)", run.outcome().fault().orElseThrow().title());
    assertEquals(1, run.get(State.RBX));
  }

  @Test
  void thePublicCase() throws Exception {
    try (var in = getClass().getResourceAsStream("/io/vmxlab/cases/invept-after-vmxon.asm")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
      Run run = machine.run(Program.assembly(text).dialect(Dialect.NASM));
      assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
      assertEquals(0, run.get(State.RAX) & 0xFF);
      assertTrue(run.events().isEmpty());
    }
  }

  /** What each rule's mend says, as instructions in front of the instruction under test. */
  private static final Map<String, String> MENDS =
      Map.ofEntries(
          Map.entry("invept-ept-supported", asks(0x48B, 33)),
          Map.entry("invept-supported", asks(0x48C, 20)),
          Map.entry("invvpid-vpid-supported", asks(0x48B, 37)),
          Map.entry("invvpid-supported", asks(0x48C, 32)),
          Map.entry("invept-type-supported", shownType(25, 26, 1)),
          Map.entry("invvpid-type-supported", shownType(40, 43, 0)),
          Map.entry("invept-eptp-memory-type", "and byte [202000h], -8\nor byte [202000h], 6"),
          Map.entry(
              "invept-eptp-page-walk-length", "and byte [202000h], -57\nor byte [202000h], 18h"),
          Map.entry("invept-eptp-accessed-dirty-supported", "and byte [202000h], -65"),
          Map.entry("invept-eptp-shadow-stack-supported", "and byte [202000h], 7Fh"),
          Map.entry(
              "invept-eptp-reserved-bits-clear", "mov dword [202004h], 0\nand byte [202001h], -16"),
          Map.entry(
              "invvpid-descriptor-reserved-bits-clear",
              "mov dword [202004h], 0\nmov word [202002h], 0"),
          Map.entry("invvpid-vpid-not-0", "mov word [202000h], 1"),
          Map.entry("invvpid-address-is-canonical", "mov dword [20200Ch], 0"));

  /** Leaves the instruction out where the bit of the capability MSR is 0. */
  private static String asks(int msr, int bit) {
    String half = bit < 32 ? "eax" : "edx";
    return "mov ecx, %d\nrdmsr\nbt %s, %d\njnc behind\nmov eax, 2".formatted(msr, half, bit % 32);
  }

  /** The first type that a bit from {@code low} to {@code high} of MSR 48CH shows. */
  private static String shownType(int low, int high, int first) {
    StringBuilder text = new StringBuilder("mov ecx, 48Ch\nrdmsr\nmov ebx, eax\n");
    String half = low < 32 ? "ebx" : "edx";
    for (int bit = high; bit >= low; bit--) {
      int type = first + bit - low;
      text.append("bt %s, %d\nmov ecx, %d\ncmovc rax, rcx\n".formatted(half, bit % 32, type));
    }
    return text.toString();
  }

  /** Without those whose descriptor lies on a page that is not present: there is more to mend. */
  static Stream<TestVector> violating() {
    return Vectors.builtIn().stream()
        .filter(v -> !v.id().endsWith("-type-before-operand"))
        .filter(v -> v.violates().stream().anyMatch(MENDS::containsKey))
        .filter(v -> v.mode() == 64 && !v.initial().containsKey("CPL"));
  }

  /** Mends what is violated, and again what then shows, until the vector's instruction is done. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("violating")
  void theMendOfARuleSatisfiesIt(TestVector vector) {
    for (DumpedCpu cpu : CpuModels.reference()) {
      if (!VectorRunner.applies(vector, cpu)) {
        continue;
      }
      StringBuilder mends = new StringBuilder();
      for (String rule : vector.violates()) {
        mends.append(MENDS.getOrDefault(rule, "")).append('\n');
      }
      String text = vector.code().assembly().replace("test:", mends + "test:") + "\nbehind: nop";
      MachineBuilder builder =
          Machine.builder().cpu(cpu).firmware(vector.firmware()).force(vector.force());
      vector.initial().forEach((name, value) -> builder.set(name, Long.toString(value)));
      Run run = builder.build().run(Program.assembly(text).dialect(Dialect.NASM));
      assertEquals(Outcome.Kind.COMPLETED, run.kind(), cpu.name() + text + run.outcome());
      for (Event event : run.events()) {
        String rule = event instanceof Event.VmFailed f ? f.cause().map(Cause::id).orElse("") : "";
        assertFalse(vector.violates().contains(rule), vector.id() + ": " + rule);
      }
    }
  }

  /** Every rule of the two instructions has a mend, and a place in the table above. */
  @Test
  void everyRuleHasAMend() {
    for (RuleBook.Entry entry : RuleBook.book().entries()) {
      String id = entry.rule().id();
      if (id.startsWith("invept") || id.startsWith("invvpid")) {
        assertFalse(entry.rule().mend().text().isEmpty(), id);
        assertTrue(MENDS.containsKey(id), id);
      }
    }
  }
}
