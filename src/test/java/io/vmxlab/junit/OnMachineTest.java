package io.vmxlab.junit;

import static io.vmxlab.junit.VmxlabAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.cause;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

@OnMachine(cpu = "penryn", firmware = Firmware.LOCKED_OFF)
class OnMachineTest {
  @Retention(RetentionPolicy.RUNTIME)
  @OnMachine(mode = 32, set = "cr4.VMXE=1")
  @interface Client {}

  @Test
  void theClassDescribesIt(Machine machine) {
    assertEquals(1, machine.get("IA32_FEATURE_CONTROL"));
    assertEquals(CodeMode.BITS64, machine.mode());
  }

  @Test
  @OnMachine(cpu = "skylake-sp", memory = "16M", limit = 7)
  void theMethodCountsBeforeTheClass(Machine machine) {
    assertEquals(0, machine.get("IA32_FEATURE_CONTROL"));
    assertEquals(16 << 20, machine.read(0, 16 << 20).length);
    assertThat(machine.run(Program.assembly("again: jmp again"))).reachedLimit();
  }

  @Test
  void theParameterCountsBeforeTheMethod(
      @OnMachine(set = "rax=5") Machine one, @OnMachine(set = "rax=6") Machine other) {
    assertNotSame(one, other);
    assertThat(one.run(Program.assembly("nop"))).has("rax", 5);
    assertThat(other.run(Program.assembly("nop"))).has("rax", 6);
  }

  @Test
  @Client
  void anotherAnnotationCanStandForIt(Machine machine) {
    assertEquals(CodeMode.BITS32, machine.mode());
    assertEquals(1, machine.get("cr4.VMXE"));
  }

  @ParameterizedTest
  @MethodSource("io.vmxlab.model.CpuModels#names")
  void aBuilderCanBeFinishedByTheTest(String cpu, MachineBuilder builder) {
    Machine machine = builder.cpu(cpu).build();
    assertEquals(1, machine.get("IA32_FEATURE_CONTROL"));
  }

  @Nested
  class Inside {
    @Test
    void theClassAroundCountsToo(Machine machine) {
      assertEquals(1, machine.get("IA32_FEATURE_CONTROL"));
    }
  }

  @ExtendWith(MachineExtension.class)
  static class PlainCase {
    @Test
    void defaults(Machine machine) {
      assertEquals(0, machine.get("IA32_FEATURE_CONTROL"));
    }
  }

  static class WrongCase {
    @Test
    @OnMachine(cpu = "skylale")
    void wrong(Machine machine) {
      machine.stop();
    }
  }

  @Test
  void theExtensionAloneGivesAnOrdinaryMachine() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(PlainCase.class))
        .execute()
        .testEvents()
        .assertStatistics(s -> s.succeeded(1).failed(0));
  }

  @Test
  void wrongDescriptionsAreNamed() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(WrongCase.class))
        .execute()
        .testEvents()
        .assertThatEvents()
        .haveExactly(
            1, finishedWithFailure(cause(message(m -> m.contains("did you mean \"skylake\"")))));
  }
}
