package com.example.boot;

import static io.vmxlab.arch.Cr0.NE;
import static io.vmxlab.arch.Cr4.VMXE;
import static io.vmxlab.arch.Vector.GP;
import static io.vmxlab.junit.VmxlabAssertions.assertThat;
import static io.vmxlab.machine.Firmware.LOCKED_OFF;
import static io.vmxlab.machine.Firmware.LOCKED_ON;
import static io.vmxlab.machine.Firmware.LOCKED_SMX_ONLY;

import io.vmxlab.junit.OnMachine;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@OnMachine(firmware = LOCKED_ON)
class BootTest {
  @ParameterizedTest
  @MethodSource("io.vmxlab.model.CpuModels#names")
  void entersVmxOperationOnEveryModel(String cpu, MachineBuilder builder) {
    assertThat(builder.cpu(cpu).build().run(Boot.enterVmx()))
        .as("boot on " + cpu)
        .returned(0)
        .enteredVmx()
        .hasCr4(VMXE)
        .nothingFailed();
  }

  @Test
  @OnMachine
  void opensFeatureControlIfTheFirmwareHasNot(Machine machine) {
    assertThat(machine.run(Boot.enterVmx())).enteredVmx().has("IA32_FEATURE_CONTROL", 5);
  }

  @Test
  @OnMachine(set = "cr0.NE=0")
  void setsTheFixedBitsOfCr0(Machine machine) {
    assertThat(machine.run(Boot.enterVmx())).enteredVmx().hasCr0(NE);
  }

  @Test
  void respectsFirmwareThatForbidsIt(
      @OnMachine(firmware = LOCKED_OFF) Machine off,
      @OnMachine(firmware = LOCKED_SMX_ONLY) Machine smxOnly) {
    assertThat(off.run(Boot.enterVmx())).returned(1).endedOutsideVmx().unchanged("cr4");
    assertThat(smxOnly.run(Boot.enterVmx())).returned(1).endedOutsideVmx();
  }

  @ParameterizedTest
  @ValueSource(longs = {0x20_0001, 0x20_0800, 0x20_0FFF})
  @Tag("sdm-vmxon")
  void reportsARegionThatIsNotAligned(long region, Machine machine) {
    assertThat(machine.run(Boot.enterVmx(region)))
        .returned(2)
        .failedInvalid()
        .at("VMXON")
        .violated("vmxon-region-aligned");
  }

  @Test
  @Tag("sdm-vmx-restrictions")
  void vmxeCannotBeClearedAfterwards(Machine machine) {
    assertThat(machine.run(Boot.enterVmx())).enteredVmx();
    assertThat(machine.run(Program.assembly("mov rax, cr4\nbtr rax, 13\nmov cr4, rax")))
        .faultedWith(GP, 0)
        .violated("cr4-vmx-fixed-to-1")
        .hasCr4(VMXE);
  }
}
