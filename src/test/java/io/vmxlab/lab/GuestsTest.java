package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What guests do that no vector can show: it is not at the instruction under test. */
class GuestsTest {
  private static final long WAIT_FOR_SIPI = 3;
  private static final long APIC_ACCESS = 44;

  private final Machine machine =
      Machine.builder().cpu("skylake").firmware(Firmware.LOCKED_ON).build();

  /** Runs a guest; {@code host} is where VM exits lead. */
  private Run run(Map<VmcsField, Long> fields, String before, String guest) {
    String code =
        VmcsPrelude.text(Long.SIZE, fields)
            + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
            + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n"
            + before
            + "vmlaunch\nhost: hlt\nguest: "
            + guest;
    return machine.run(Program.assembly("guest.asm", code));
  }

  /** SDM Vol. 3C "Other Causes of VM Exits": INIT is blocked then, and causes no VM exit. */
  @Test
  void initDoesNotReachAGuestThatWaitsForSipi() {
    Run run =
        run(
            Map.of(VmcsField.GUEST_ACTIVITY_STATE, WAIT_FOR_SIPI),
            "mov ebx, 0xFEE00000\nmov dword [rbx+0x310], 0\nmov dword [rbx+0x300], 0x4500\n",
            "nop\n");
    assertEquals(Outcome.Kind.HALTED, run.kind());
    assertEquals(Vmx.NON_ROOT, run.vmx());
    assertEquals(0, machine.get(VmcsField.EXIT_REASON));
  }

  /**
   * SDM Vol. 3C "Saving Segment Registers and Descriptor-Table Registers": bits 11:8 and 31:17 are
   * saved as 0, of unusable segments too, whose other bits but bit 16 are left open.
   */
  @Test
  void reservedAccessRightsAreSavedAsZero() {
    run(Map.of(VmcsField.GUEST_ES_ACCESS_RIGHTS, 0xFFFF_FFFFL), "", "cpuid\n");
    long saved = machine.get(VmcsField.GUEST_ES_ACCESS_RIGHTS);
    assertEquals(1 << 16, saved & 0xFFFF_0F00L);
  }

  /** SDM Vol. 3C "Virtualizing Memory-Mapped APIC Accesses". */
  @Test
  void aFetchFromTheApicAccessPageLeaves() {
    run(
        Map.of(
            VmcsField.PRIMARY_CONTROLS, 0x8020_0000L,
            VmcsField.SECONDARY_CONTROLS, 1L,
            VmcsField.VIRTUAL_APIC_ADDRESS, 0x23_3000L,
            VmcsField.APIC_ACCESS_ADDRESS, 0x23_4000L),
        "",
        "mov eax, 0x234040\njmp rax\n");
    assertEquals(APIC_ACCESS, machine.get(VmcsField.EXIT_REASON));
    assertEquals(0x2040, machine.get(VmcsField.EXIT_QUALIFICATION));
    assertEquals(0x23_4040, machine.get(VmcsField.GUEST_RIP));
  }
}
