package io.vmxlab.vmx;

import static io.vmxlab.cpu.Event.INIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What entering and leaving VMX operation changes besides what the vectors show. */
class VmxOperationTest {
  private static MachineBuilder ready() {
    return Machine.builder().set("IA32_FEATURE_CONTROL", "5").set("CR4.VMXE", "1");
  }

  private static final String VMXON = "vmxon [vmxon_pointer]";

  private static Machine inRootOperation(MachineBuilder builder) {
    Machine machine = builder.build();
    machine.run(Program.assembly(VMXON));
    assertEquals(Vmx.ROOT, machine.vmx());
    return machine;
  }

  /**
   * SDM Vol. 3C "VMXOFF-Leave VMX Operation": an A20M# that is still asserted takes effect again.
   */
  @Test
  void a20mIsBlockedInVmxOperation() {
    Machine machine = inRootOperation(ready());
    machine.cpu().setA20m(true);
    assertEquals(0, machine.get(State.A20M_MODE));
    machine.run(Program.assembly("vmxoff"));
    assertEquals(Vmx.OUTSIDE, machine.vmx());
    assertEquals(1, machine.get(State.A20M_MODE));
    machine.cpu().setA20m(false);
    assertEquals(0, machine.get(State.A20M_MODE));
  }

  /** SDM Vol. 3C "VMXOFF-Leave VMX Operation": A20M is unblocked only outside SMX operation. */
  @Test
  void vmxoffInSmxOperationLeavesA20mBlocked() {
    Machine machine =
        inRootOperation(ready().set("IA32_FEATURE_CONTROL", "7").set("SMX operation", "1"));
    machine.cpu().setA20m(true);
    machine.run(Program.assembly("vmxoff"));
    assertEquals(Vmx.OUTSIDE, machine.vmx());
    assertEquals(0, machine.get(State.A20M_MODE));
  }

  /** SDM Vol. 3C "Restrictions on VMX Operation": INIT is blocked until VMXOFF. */
  @Test
  void anInitThatIsPendingTakesEffectAfterVmxoff() {
    Machine machine = inRootOperation(ready());
    assertEquals(1, machine.get(State.INIT_BLOCKED));
    machine.cpu().events.signal(INIT);
    assertEquals(1, machine.get(State.INIT_PENDING));
    Run run = machine.run(Program.assembly("nop\nvmxoff\nmov eax, 5"));
    assertEquals(2, run.instructions());
    assertEquals(0, run.get(State.RAX));
    assertEquals(0xFFF0, run.get(State.RIP));
    assertEquals(0xFFFF_0000L, run.get(State.CS_BASE));
    assertEquals(0x10, run.get(State.CR0));
    assertEquals(0, run.get(State.CR4));
    assertEquals(5, run.get(Msr.IA32_FEATURE_CONTROL));
    assertEquals(0, machine.get(State.INIT_PENDING) + machine.get(State.INIT_BLOCKED));
    Outcome.Unmodelled outcome = (Outcome.Unmodelled) run.outcome();
    assertEquals("vmxoff", outcome.code().text());
    assertTrue(outcome.what().contains("INIT"), outcome.what());
  }

  /** SDM Vol. 3A "Priority Among Simultaneous Exceptions and Interrupts": INIT before traps. */
  @Test
  void initComesBeforeTheSingleStepTrap() {
    Machine machine = inRootOperation(ready());
    machine.cpu().events.signal(INIT);
    Run run = machine.run(Program.assembly("push 102h\npopf\nvmxoff"));
    assertEquals(Outcome.Kind.UNMODELLED, run.kind());
    assertEquals(0xFFF0, run.get(State.RIP));
    assertEquals(List.of(), run.events());
  }

  /** Outside VMX operation nothing blocks INIT. */
  @Test
  void anInitThatIsNotBlockedTakesEffectAtOnce() {
    Machine machine = ready().build();
    machine.cpu().events.signal(INIT);
    assertEquals(0, machine.get(State.INIT_PENDING));
    assertEquals(0xFFF0, machine.get(State.RIP));
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
