package com.example.boot;

import static io.vmxlab.junit.VmxlabAssertions.assertThat;
import static io.vmxlab.machine.Firmware.LOCKED_OFF;

import io.vmxlab.junit.OnMachine;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import org.junit.jupiter.api.Test;

/**
 * Expects what cannot be, to show how that reads. Its name keeps it out of the build; {@code mvn
 * test -Dtest=WrongExpectation} runs it.
 */
class WrongExpectation {
  @Test
  @OnMachine(firmware = LOCKED_OFF)
  void entersVmxOperationAgainstTheFirmware(Machine machine) {
    Program program =
        Program.assembly("mov rax, cr4\nor eax, 2000h\nmov cr4, rax\nvmxon [vmxon_pointer]");
    assertThat(machine.run(program)).as("enable").enteredVmx();
  }
}
