package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a program knows that a VMX instruction has failed. */
class FailureWatchTest {
  private static final String TWICE =
      "mov rax, cr4\n or eax, 2000h\n mov cr4, rax\n vmxon [vmxon_pointer]\n vmxon [%s]\n";

  /** The second VMXON fails with CF = 1, as there is no current VMCS to hold an error number. */
  private static Run run(String after) {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
    return machine.run(
        Program.assembly(TWICE.formatted("vmxon_pointer") + after.replace(";", "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jc done; done: ret | true",
        "mov ebx, 5; lea ecx, [rbx]; jbe done; done: ret | true",
        "setc al; ret | true",
        "cmovc eax, ebx; ret | true",
        "pushfq; pop rax; ret | true",
        "lahf; ret | true",
        "adc eax, 0; ret | true",
        "call f; jmp done; f: jc out; out: ret; done: ret | true",
        "ret | false",
        "xor eax, eax; jc done; done: ret | false",
        "inc ecx; jc done; done: ret | true",
        "cmp eax, 1; jc done; done: ret | false",
        "jz done; done: ret | false",
        "setz al; ret | false",
        "hlt | false",
        "mov ecx, 100; again: mov eax, ecx; lea ecx, [rcx-1]; jecxz done; jmp again; done: jc x; x: ret"
            + " | true",
        "vmxon [vmxon_pointer]; jc done; done: ret | false",
      })
  void looksAtTheFlag(String after, boolean looks) {
    Run run = run(after);
    Event.VmFailed first = (Event.VmFailed) run.events().get(0);
    assertEquals(looks, first.lookedAt(), after);
    assertEquals(looks ? 0 : 1, run.ignoredFailures().size(), after);
  }

  /** Nothing follows a VM entry unless it fails: whoever is there knows. */
  @Test
  void whatFollowsAVmEntryKnowsThatItHasFailed() {
    Run run = run("jc next; next: vmlaunch; xor eax, eax; ret");
    Event.VmFailed last = (Event.VmFailed) run.events().get(1);
    assertEquals("VMLAUNCH", last.code().mnemonic());
    assertTrue(last.lookedAt());
  }

  /** Watching for it changes nothing else. */
  @Test
  void everyInstructionIsCounted() {
    Run run = run("mov ecx, 3; l: loop l; jc x; x: ret");
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(5 + 1 + 3 + 1 + 1, run.instructions());
  }
}
