package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that are entered as every rule demands, in circumstances that are not ordinary. */
class GuestEntriesTest {
  private static final RunListener WATCHER =
      new RunListener() {
        @Override
        public boolean wantsSteps() {
          return true;
        }
      };

  private static final long ACTIVATE_SECONDARY = 0x8000_0000L;
  private static final long ACTIVATE_TERTIARY = 0x2_0000L;
  private static final long ENABLE_EPT = 2;
  private static final long EPTP = 0x24_001EL;

  private static Machine machine(String cpu) {
    return Machine.builder().cpu(cpu).firmware(Firmware.LOCKED_ON).limit(20_000).build();
  }

  private static Program program(Map<VmcsField, Long> fields, String before) {
    String text =
        VmcsPrelude.text(Long.SIZE, fields)
            + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
            + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n"
            + before
            + "vmlaunch\nhost: jmp program_exit\nguest: cpuid\nhandler: vmcall\n";
    return Program.assembly("guest.asm", text);
  }

  /** The guest's stack is where the code stands that enters it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInjectedEventIsPushedOverTheRunningCode(boolean watched) {
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    fields.put(VmcsField.GUEST_RFLAGS, 0x202L);
    fields.put(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 0x8000_0030L);
    String before =
        """
        lea rax, [rel handler]
        mov [0x2300], ax
        mov word [0x2302], 8
        mov word [0x2304], 0x8E00
        shr rax, 16
        mov [0x2306], ax
        mov qword [0x2308], 0
        lea rax, [rel launch]
        and rax, -16
        mov ecx, 0x681C
        vmwrite rcx, rax
        jmp begin
        begin: times 64 nop
        launch:
        """;
    Machine machine = machine("skylake");
    if (watched) {
      machine.listener(WATCHER);
    }
    Run run = machine.run(program(fields, before));
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(ExitReason.VMCALL.number, machine.get(VmcsField.EXIT_REASON));
    assertEquals(
        machine.addressOf("launch").orElseThrow() / 16 * 16 - 40, machine.get(VmcsField.GUEST_RSP));
  }

  /** VM exits lead to what stands behind VMLAUNCH, so being executed it has noticed nothing. */
  @Test
  void aFailureThatLooksLikeAnExitIsNotNoticed() {
    Program program = program(Map.of(VmcsField.HOST_TR_SELECTOR, 0L), "");
    Event.VmFailed failed = (Event.VmFailed) machine("skylake").run(program).events().get(0);
    assertFalse(failed.lookedAt());
  }

  /** What the processor allows and vmxlab does not do stops the run, instead of being left out. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    "LOAD_CET_STATE,             emerald-rapids, VM_ENTRY_CONTROLS,   20, GUEST_S_CET",
    "LOAD_PKRS,                  emerald-rapids, VM_ENTRY_CONTROLS,   22, GUEST_IA32_PKRS",
    "LOAD_IA32_LBR_CTL,          emerald-rapids, VM_ENTRY_CONTROLS,   21, GUEST_IA32_LBR_CTL",
    "LOAD_UINV,                  emerald-rapids, VM_ENTRY_CONTROLS,   19, GUEST_UINV",
    "LOAD_IA32_RTIT_CTL,         emerald-rapids, VM_ENTRY_CONTROLS,   18, GUEST_IA32_RTIT_CTL",
    "LOAD_IA32_BNDCFGS,          skylake,        VM_ENTRY_CONTROLS,   16, GUEST_IA32_BNDCFGS",
    "SAVE_IA32_PERF_GLOBAL_CTRL, emerald-rapids, VM_EXIT_CONTROLS,    30, GUEST_IA32_PERF_GLOBAL_CTRL",
    "LOAD_CET_STATE,             emerald-rapids, VM_EXIT_CONTROLS,    28, HOST_S_CET",
    "LOAD_PKRS,                  emerald-rapids, VM_EXIT_CONTROLS,    29, HOST_IA32_PKRS",
    "VMM_BUS_LOCK_DETECTION,     emerald-rapids, SECONDARY_CONTROLS,  30, ",
    "INSTRUCTION_TIMEOUT,        emerald-rapids, SECONDARY_CONTROLS,  31, ",
    "IPI_VIRTUALIZATION,         emerald-rapids, TERTIARY_CONTROLS,   4,  ",
  })
  void whatIsNotModelledStopsTheRun(
      String control, String cpu, VmcsField vector, int bit, VmcsField loaded) {
    assertEquals("guests with " + control, unmodelled(cpu, vector, bit, loaded, 1));
    if (loaded != null) {
      assertEquals("completed", unmodelled(cpu, vector, bit, loaded, 0));
    }
  }

  private static String unmodelled(
      String cpu, VmcsField vector, int bit, VmcsField loaded, long value) {
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    fields.put(vector, 1L << bit);
    if (vector == VmcsField.SECONDARY_CONTROLS) {
      fields.put(VmcsField.PRIMARY_CONTROLS, ACTIVATE_SECONDARY);
      fields.put(VmcsField.SECONDARY_CONTROLS, 1L << bit | ENABLE_EPT);
      fields.put(VmcsField.EPT_POINTER, EPTP);
    } else if (vector == VmcsField.TERTIARY_CONTROLS) {
      fields.put(VmcsField.PRIMARY_CONTROLS, ACTIVATE_TERTIARY);
    }
    if (loaded != null) {
      fields.put(loaded, value);
    }
    Run run = machine(cpu).run(program(fields, ""));
    assertTrue(run.events().isEmpty(), () -> Explain.text(run));
    return run.outcome() instanceof Outcome.Unmodelled u ? u.what() : run.kind().id();
  }

  /** A bit of a register that a VM entry loads, and that MOV and WRMSR stop at. */
  @ParameterizedTest
  @CsvSource({
    "CR4.CET,           GUEST_CR4,           0x800000",
    "IA32_DEBUGCTL.BTS, GUEST_IA32_DEBUGCTL, 0x80",
  })
  void bitsThatAreNotModelledStopTheRun(String bit, VmcsField field, String mask) {
    String before =
        "mov ecx, "
            + field.encoding()
            + "\nvmread rax, rcx\nor rax, "
            + mask
            + "\nvmwrite rcx, rax\n";
    Map<VmcsField, Long> fields = Map.of(VmcsField.VM_ENTRY_CONTROLS, 4L);
    Run run = machine("emerald-rapids").run(program(fields, before));
    assertEquals(bit, ((Outcome.Unmodelled) run.outcome()).what());
  }

  /** Shutdown has more than one reason. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "VM_EXIT_MSR_LOAD_COUNT,  1, host-msrs-loadable,  the VM exit ended in a VMX abort",
    "VM_EXIT_MSR_STORE_COUNT, 1, guest-msrs-storable, the VM exit ended in a VMX abort",
    "GUEST_ACTIVITY_STATE,    2, '',                  shutdown",
  })
  void shutdownIsExplained(VmcsField field, long value, String rule, String words) {
    String area = "mov dword [0x240000], 0xC0000100\nmov dword [0x250000], 0x802\n";
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    fields.put(VmcsField.VM_EXIT_MSR_LOAD_ADDRESS, 0x24_0000L);
    fields.put(VmcsField.VM_EXIT_MSR_STORE_ADDRESS, 0x25_0000L);
    fields.put(field, value);
    Run run = machine("skylake").run(program(fields, area));
    assertEquals(Outcome.Kind.SHUTDOWN, run.kind());
    Explanation why = Explain.outcome(run).orElseThrow();
    assertEquals(rule, why.rule());
    assertTrue(why.title().endsWith(words), why.title());
    assertEquals(!rule.isEmpty(), why.mend().isPresent());
  }
}
