package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.model.CpuModels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is allowed in a dump and said all the same, and where nothing is said. */
class DumpHintsTest {
  /** How each hint begins; a field that a dump lacks is no reason for one. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "HOST_RSP = 0xFFFFC90000003C84,                                  Host RSP is not 8-byte aligned: neither",
    "HOST_RSP = 0xFFFFC90000003C88,                                  ",
    "HOST_RSP = 0,                                                   Host RSP is 0",
    "HOST_RIP = 0,                                                   Host RIP is 0",
    "VM_EXIT_CONTROLS = 0x8000; PIN_BASED_CONTROLS = 1,              VM exits acknowledge interrupts",
    "VM_EXIT_CONTROLS = 0x8000; PIN_BASED_CONTROLS = 0,              ",
    "PRIMARY_CONTROLS = 0; SECONDARY_CONTROLS = 2,                   secondary controls are set",
    "SECONDARY_CONTROLS = 2,                                         ",
    "PRIMARY_CONTROLS = 0x80000000; SECONDARY_CONTROLS = 0x101008,   ",
    "PRIMARY_CONTROLS = 0x80000000; SECONDARY_CONTROLS = 0x101000,   ENABLE_RDTSCP is 0",
    "PRIMARY_CONTROLS = 0x80000000; SECONDARY_CONTROLS = 0x10100A; EPT_POINTER = 0x1018, the EPTP's",
    "PRIMARY_CONTROLS = 0x80000000; SECONDARY_CONTROLS = 0x10100A; EPT_POINTER = 0x101E, ",
    "VM_ENTRY_CONTROLS = 0x8000; VM_EXIT_CONTROLS = 0,               VM entries load IA32_EFER",
    "VM_ENTRY_CONTROLS = 0x8000,                                     ",
    "EXCEPTION_BITMAP = 0xFFFFFFFF,                                  every exception",
  })
  void hint(String lines, String begins) {
    VmcsDump dump = VmcsDump.parse("dump", lines.replace("; ", "\n"));
    List<String> hints = DumpHints.of(dump, List.of(CpuModels.named("skylake")));
    assertEquals(begins == null ? 0 : 1, hints.size(), hints.toString());
    if (begins != null) {
      assertEquals(begins, hints.get(0).substring(0, begins.length()));
    }
  }
}
