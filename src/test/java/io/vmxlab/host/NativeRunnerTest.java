package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the comparison makes of hosts that are not as expected. */
@DisplayName("Hosts of other kinds")
class NativeRunnerTest {
  @TempDir Path directory;

  @Test
  @DisplayName("/proc/cpuinfo: features any number of spaces apart, tabs, none")
  void cpuinfo() {
    assertEquals(
        Set.of("fpu", "vme", "abm"),
        NativeRunner.features(List.of("vmx flags\t: x", "flags\t\t:  fpu  vme   abm ")));
    assertEquals(Set.of("fpu"), NativeRunner.features(List.of("flags:fpu")));
    assertEquals(Set.of(), NativeRunner.features(List.of("Features : neon", "")));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisplayName("a host program that dies is no defect of vmxlab")
  void dies() throws Exception {
    HostUnavailable reason = unavailable("echo 'no such luck' >&2; exit 9");
    assertTrue(reason.getMessage().contains("status 9 at case 1 of 1"), reason.getMessage());
    assertTrue(reason.getMessage().endsWith(": no such luck"), reason.getMessage());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisplayName("a host program that answers nonsense for a NOP is no defect of vmxlab")
  void nonsense() throws Exception {
    HostUnavailable reason = unavailable("exec cat /dev/zero");
    assertTrue(reason.getMessage().contains("a NOP did this: vector 0"), reason.getMessage());
  }

  private HostUnavailable unavailable(String script) throws Exception {
    Path program = directory.resolve("hostrun");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    NativeRunner host = new NativeRunner(program);
    return assertThrows(HostUnavailable.class, () -> host.check(CodeMode.BITS64));
  }
}
