package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3C "Default Treatment of SMI Delivery", "Default Treatment of RSM". */
class SmiInVmxOperationTest {
  private static final long NOTED = 0x24_9000;

  /** The handler notes CR4 and executes RSM. */
  private static final String HANDLER =
      "mov rax, 0x9000A3662EE0200F\nmov [0x248000], rax\nmov word [0x248008], 0xAA0F\n"
          + "mov dword [0x249000], 0x12345678\n";

  private static final String SMI =
      "mov ebx, 0xFEE00000\nmov dword [rbx + 0x310], 0\nmov dword [rbx + 0x300], 0x4200\n"
          + "jmp short .come\n.come:\n";

  private final Machine machine =
      Machine.builder()
          .cpu("skylake")
          .firmware(Firmware.LOCKED_ON)
          .mode(64)
          .memory(8L << 20)
          .set("IA32_SMBASE", "0x240000")
          .force(true)
          .build();

  private Run run(String text, Map<VmcsField, Long> fields) {
    return machine.run(
        Program.assembly("smi.asm", VmcsPrelude.text(Long.SIZE, fields) + HANDLER + text));
  }

  private long noted() {
    return machine.cpu().memory.read(NOTED, 32);
  }

  @Test
  void in_vmx_root_operation_it_comes_back_with_the_current_vmcs() {
    Run run =
        run(SMI + "mov ecx, 0x681E\nmov eax, 0x1234\nvmwrite rcx, rax\nvmread rdx, rcx", Map.of());
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(0, noted(), "CR4 in SMM");
    assertEquals(0x1234, run.get(State.RDX));
    assertEquals(Vmx.ROOT, machine.vmx());
    assertEquals(Cr4.VMXE, run.get(State.CR4) & Cr4.VMXE);
    assertEquals(1, machine.get(State.INIT_BLOCKED));
  }

  @Test
  void in_a_guest_it_comes_back_to_the_guest() {
    Run run =
        run(
            "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
                + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\nvmlaunch\nhlt\n"
                + "guest:\n"
                + SMI
                + "mov r14, 0x77\nvmcall\nhost: nop",
            Map.of());
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(0, noted(), "CR4 in SMM");
    assertEquals(0x77, run.get(State.R14));
    assertEquals(ExitReason.VMCALL.number, (int) machine.get(VmcsField.EXIT_REASON));
    assertEquals(0, machine.cpu().memory.read(0x24_FEE0, 32), "no EPT");
  }

  @Test
  void an_interrupt_window_stays_open_for_the_time_after_rsm() {
    Run run =
        run(
            "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
                + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n"
                + "mov ecx, 0x4002\nvmread rax, rcx\nor eax, 4\nvmwrite rcx, rax\n"
                + "vmlaunch\nhlt\n"
                + "guest:\n"
                + SMI
                + "cmp dword [0x249000], 0\njne .bad\nsti\nnop\nnop\n.bad: vmcall\nhost: nop",
            Map.of());
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(ExitReason.INTERRUPT_WINDOW.number, (int) machine.get(VmcsField.EXIT_REASON));
  }
}
