package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What guests do that no vector can show: it is not at the instruction under test. */
class GuestsTest {
  private static final long WAIT_FOR_SIPI = 3;
  private static final long APIC_ACCESS = 44;
  private static final long CPUID = 10;

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

  /** SDM Vol. 3C "Unrestricted Guests": neither PE nor PG need be 1, whatever writes CR0. */
  @ParameterizedTest
  @ValueSource(longs = {Cr0.NE | Cr0.ET, Cr0.NE | Cr0.ET | Cr0.PE})
  void anUnrestrictedGuestWritesCr0(long cr0) {
    run(
        Map.of(
            VmcsField.PRIMARY_CONTROLS, 0x8000_0000L,
            VmcsField.SECONDARY_CONTROLS, 0x82L,
            VmcsField.EPT_POINTER, 0x21_001EL,
            VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC09BL,
            VmcsField.GUEST_CR0, cr0 | Cr0.TS,
            VmcsField.GUEST_CR4, Cr4.VMXE),
        """
        mov dword [0x210000], 0x211007
        mov dword [0x211000], 0x212007
        mov dword [0x212000], 0xB7
        mov ecx, 0x4012
        vmread rax, rcx
        and eax, 0xFFFFFDFF
        vmwrite rcx, rax
        """,
        "clts\nsmsw ax\nlmsw ax\nbits 32\nmov eax, cr0\nmov cr0, eax\ncpuid\n");
    assertEquals(CPUID, machine.get(VmcsField.EXIT_REASON));
    assertEquals(cr0, machine.get(VmcsField.GUEST_CR0));
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
