package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Msr;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Java code does with intrinsics what system code does. */
class IntrinsicsTest {
  private static final int FEATURE_CONTROL = Msr.IA32_FEATURE_CONTROL.index;

  private static void adjust(Intrinsics cpu) {
    cpu.__writecr0((cpu.__readcr0() | cpu.__readmsr(0x486)) & cpu.__readmsr(0x487));
    cpu.__writecr4((cpu.__readcr4() | cpu.__readmsr(0x488)) & cpu.__readmsr(0x489));
  }

  @Test
  void entersAndLeavesVmxOperation() {
    Machine machine = Machine.create();
    Intrinsics cpu = new Intrinsics(machine);
    cpu.__writecr4(cpu.__readcr4() | Cr4.VMXE);
    cpu.__writemsr(FEATURE_CONTROL, FeatureControl.LOCK | FeatureControl.VMX_OUTSIDE_SMX);
    assertEquals(5, cpu.__readmsr(FEATURE_CONTROL));
    adjust(cpu);
    assertEquals(Intrinsics.VMX_SUCCESS, cpu.__vmx_on(MemoryMap.VMXON_POINTER));
    assertEquals(Vmx.ROOT, machine.vmx());
    cpu.__vmx_off();
    assertEquals(Vmx.OUTSIDE, machine.vmx());
  }

  @Test
  void exceptionsAreThrownAndChangeNothing() {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_OFF).build();
    Intrinsics cpu = new Intrinsics(machine);
    Snapshot before = machine.snapshot();
    GuestFaultException e =
        assertThrows(GuestFaultException.class, () -> cpu.__writemsr(FEATURE_CONTROL, 5));
    assertEquals("#GP(0)", e.fault().title());
    assertEquals(Optional.of("feature-control-unlocked"), e.fault().rule());
    assertEquals(List.of(), before.changes(machine.snapshot()));
    cpu.__writecr4(cpu.__readcr4() | Cr4.VMXE);
    adjust(cpu);
    GuestFaultException vmxon =
        assertThrows(GuestFaultException.class, () -> cpu.__vmx_on(MemoryMap.VMXON_POINTER));
    assertEquals(Optional.of("vmxon-outside-smx-enabled"), vmxon.fault().rule());
  }

  @Test
  void failureIsAResult() {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
    Intrinsics cpu = new Intrinsics(machine);
    cpu.__writecr4(cpu.__readcr4() | Cr4.VMXE);
    adjust(cpu);
    machine.write(MemoryMap.VMXON_REGION, new byte[4]);
    assertEquals(Intrinsics.VMX_FAILED, cpu.__vmx_on(MemoryMap.VMXON_POINTER));
  }

  @Test
  void cpuidReportsVmx() {
    int[] registers = new int[4];
    new Intrinsics(Machine.create()).__cpuid(registers, 1);
    assertEquals(1, registers[2] >>> 5 & 1);
  }

  @Test
  void workInEveryMode() {
    for (int bits : new int[] {64, 32, 16}) {
      Machine machine = Machine.builder().mode(bits).build();
      Intrinsics cpu = new Intrinsics(machine);
      assertEquals(machine.get("cr0"), cpu.__readcr0());
      assertEquals(0, cpu.__readmsr(FEATURE_CONTROL));
    }
  }
}
