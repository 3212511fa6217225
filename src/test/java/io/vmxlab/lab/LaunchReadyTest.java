package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import io.vmxlab.model.CpuModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine on which VMLAUNCH is all that is missing. */
class LaunchReadyTest {
  private static Machine ready(String cpu, int mode) {
    Machine machine =
        Machine.builder().cpu(cpu).mode(mode).firmware(Firmware.LOCKED_ON).limit(100).build();
    LaunchReady.prepare(machine);
    return machine;
  }

  private static Run run(Machine machine, String code) {
    return machine.run(Program.assembly(code));
  }

  @TestFactory
  Stream<DynamicTest> everyProcessorEntersTheGuestAndLeavesIt() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String cpu : CpuModels.names()) {
      for (int mode : new int[] {64, 32}) {
        tests.add(DynamicTest.dynamicTest(cpu + ", " + mode + " bits", () -> enters(cpu, mode)));
      }
    }
    return tests.stream();
  }

  private static void enters(String cpu, int mode) {
    Machine machine = ready(cpu, mode);
    Run run = run(machine, "vmlaunch");
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(List.of(), run.events());
    assertEquals(Vmx.ROOT, run.vmx());
    assertEquals(ExitReason.CPUID.number, machine.get(VmcsField.EXIT_REASON));
  }

  /** RIP and RSP of the host are such that a function's RET behind VMLAUNCH returns. */
  @ParameterizedTest
  @CsvSource({"64", "32"})
  void theHostHasTheStackThatTheProgramBeganWith(int mode) {
    Machine machine = ready("skylake", mode);
    String code =
        "f: mov ecx, 6C16h\n mov eax, exited\n vmwrite %1$scx, %1$sax\n vmlaunch\nexited: mov eax, 5\n ret";
    Program program = Program.assembly("f.asm", code.formatted(mode == 64 ? "r" : "e"));
    assertEquals(5, machine.run(program.call("f")).returnValue().orElseThrow());
  }

  /** With EPT as it is prepared the guest runs too. */
  @Test
  void eptNeedsOnlyItsControls() {
    Machine machine = ready("skylake", 64);
    String code =
        """
        mov ecx, 4002h
        vmread rax, rcx
        bts rax, 31
        vmwrite rcx, rax
        mov eax, 2
        mov ecx, 401Eh
        vmwrite rcx, rax
        vmlaunch
        """;
    assertEquals(List.of(), run(machine, code).events());
    assertEquals(ExitReason.CPUID.number, machine.get(VmcsField.EXIT_REASON));
    assertEquals(MemoryMap.EPT_PML4 | 0x1E, machine.get(VmcsField.EPT_POINTER));
  }

  /** Instructions are counted from the beginning of the program. */
  @Test
  void transitionsCountTheProgramsOwnInstructions() {
    LessonMachine machine =
        new LessonMachine(CpuModels.standard(), Firmware.LOCKED_ON, 64, List.of(), true, "");
    LessonRun run = LessonRun.of(machine, Program.assembly("nop\nvmlaunch"), "", true);
    assertEquals(2, run.exits().rows().get(0).last().place().instructions());
    assertEquals(List.of(Vmx.ROOT, Vmx.NON_ROOT, Vmx.ROOT), run.operations());
  }

  /** The limit of the program's own run is not spent on what comes before it. */
  @Test
  void theLimitIsTheProgramsOwn() {
    Machine machine = ready("skylake", 64);
    assertEquals(100, machine.limit());
    assertEquals(Outcome.Kind.LIMIT, run(machine, "l: jmp l").kind());
    assertEquals(100, run(machine, "l: jmp l").instructions());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16 | locked-on  | skylake | 16-bit mode",
        "64 | locked-off | skylake | IA32_FEATURE_CONTROL.VMX_OUTSIDE_SMX (bit 2) is 1",
      })
  void aMachineThatCannotBeIsRefused(int mode, String firmware, String cpu, String why) {
    Machine machine = Machine.builder().cpu(cpu).mode(mode).firmware(firmware).build();
    BadInputException e = assertThrows(BadInputException.class, () -> LaunchReady.prepare(machine));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
