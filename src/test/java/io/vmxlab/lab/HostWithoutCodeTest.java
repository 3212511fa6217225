package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A VM exit to a host whose code no page holds")
class HostWithoutCodeTest {
  private static final long ABSENT = 0x7FFF_0000_0000L;

  private static final String PROGRAM =
      VmcsPrelude.text(Long.SIZE, Map.of())
          + """
          lea rax, [rel guest]
          mov ecx, 0x681E
          vmwrite rcx, rax
          mov rax, 0x7FFF00000000
          mov ecx, 0x6C16
          vmwrite rcx, rax
          vmlaunch
          hlt
          guest: nop
          nop
          cpuid
          jmp guest
          """;

  @ParameterizedTest
  @EnumSource(EngineChoice.class)
  @DisplayName("faults in the host, not at the instruction of the guest")
  void faultsInTheHost(EngineChoice engine) {
    Machine watched = machine(engine);
    watched.listener(
        new RunListener() {
          @Override
          public boolean wantsSteps() {
            return true;
          }
        });
    Run stepped = watched.run(Program.assembly(PROGRAM));
    Run run = machine(engine).run(Program.assembly(PROGRAM));
    assertEquals(ABSENT, run.register("rip"));
    assertEquals(ABSENT, stepped.register("rip"));
    assertEquals(stepped.instructions(), run.instructions());
  }

  private static Machine machine(EngineChoice engine) {
    return Machine.builder().firmware(Firmware.LOCKED_ON).engine(engine).limit(100_000).build();
  }
}
