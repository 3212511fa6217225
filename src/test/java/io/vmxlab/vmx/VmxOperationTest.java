package io.vmxlab.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.State;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What entering and leaving VMX operation changes besides what the vectors show. */
class VmxOperationTest {
  private static MachineBuilder ready() {
    return Machine.builder().set("IA32_FEATURE_CONTROL", "5").set("CR4.VMXE", "1");
  }

  /** SDM Vol. 3C "Restrictions on VMX Operation": A20M# and INIT are blocked. */
  @Test
  void a20mIsBlockedInVmxOperation() {
    Machine machine = ready().build();
    machine.run(Program.assembly("vmxon [vmxon_pointer]"));
    assertEquals(Vmx.ROOT, machine.vmx());
    machine.cpu().setA20m(true);
    assertEquals(0, machine.get(State.A20M_MODE));
    assertEquals(1, machine.get(State.INIT_BLOCKED));
    machine.run(Program.assembly("vmxoff"));
    assertEquals(Vmx.OUTSIDE, machine.vmx());
    machine.cpu().setA20m(true);
    assertEquals(1, machine.get(State.A20M_MODE));
    assertEquals(0, machine.get(State.INIT_BLOCKED));
  }

  /** SDM Vol. 3C "VMXON—Enter VMX Operation": nothing else changes. */
  @Test
  void vmxonChangesNoRegister() {
    Machine machine = ready().build();
    Run run = machine.run(Program.assembly("vmxon [vmxon_pointer]"));
    for (State s :
        new State[] {State.CR0, State.CR3, State.CR4, State.RSP, State.RAX, State.DR7, State.CPL}) {
      assertEquals(run.before().get(s), run.get(s), s.itemName());
    }
  }

  /** SDM Vol. 3C "Conventions": the flags of VMfailInvalid and VMfailValid. */
  @ParameterizedTest
  @CsvSource({"false, 3", "true, 0x42"})
  void theErrorNumberNeedsACurrentVmcs(boolean current, String flags) {
    String text =
        """
        vmxon [vmxon_pointer]
        mov eax, [vmxon_region]
        mov [300000h], eax
        mov dword [300800h], 300000h
        """
            + (current ? "vmptrld [300800h]\n" : "")
            + "mov dword [300800h], 300001h\nvmclear [300800h]\n";
    Run run = ready().build().run(Program.assembly(text));
    assertEquals(Long.decode(flags), run.get(State.RFLAGS));
    Event.VmFailed event = (Event.VmFailed) run.events().get(0);
    assertEquals(
        current
            ? OptionalInt.of(VmInstructionError.VMCLEAR_INVALID_PHYSICAL_ADDRESS.number())
            : OptionalInt.empty(),
        event.error());
    assertEquals("vmclear-region-aligned", event.cause().orElseThrow().id());
  }
}
