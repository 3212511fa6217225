package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The texts for the mistakes that people make when they enable VMX operation, as approved in {@code
 * src/test/resources/explain}. {@code -Dexplain.write=true} writes them anew.
 */
class EnablingMistakesTest {
  private static final Path APPROVED = Path.of("src/test/resources/explain");

  private static final String OPEN = "mov ecx, 3Ah\n mov eax, 5\n xor edx, edx\n wrmsr\n";
  private static final String VMXE = "mov rax, cr4\n or eax, 2000h\n mov cr4, rax\n";
  private static final String VMXON = "vmxon [vmxon_pointer]\n";

  /** A mistake: the program, the rule that it breaks, and what is set beforehand. */
  private record Mistake(
      String name, String rule, Firmware firmware, String code, List<String> settings) {}

  private static Mistake of(String name, String rule, String code, String... settings) {
    return new Mistake(name, rule, Firmware.UNLOCKED, code, List.of(settings));
  }

  private static Mistake with(Firmware firmware, String name, String rule, String code) {
    return new Mistake(name, rule, firmware, code, List.of());
  }

  // spotless:off
  private static final List<Mistake> MISTAKES = List.of(
      of("vmxe-clear",            "vmxon-cr4-vmxe",               OPEN + VMXON),
      of("ne-clear",              "vmxon-cr0-fixed-to-1",         OPEN + VMXE + VMXON, "cr0.NE=0"),
      of("never-locked",          "vmxon-feature-control-locked", VMXE + VMXON),
      with(Firmware.LOCKED_OFF,
         "locked-off",            "vmxon-outside-smx-enabled",    VMXE + VMXON),
      with(Firmware.LOCKED_SMX_ONLY,
         "locked-smx-only",       "vmxon-outside-smx-enabled",    VMXE + VMXON),
      of("inside-smx",            "vmxon-inside-smx-enabled",     OPEN + VMXE + VMXON, "smx=1"),
      with(Firmware.LOCKED_ON,
         "write-when-locked",     "feature-control-unlocked",     OPEN),
      of("controls-absent",       "msr-is-implemented",           "mov ecx, 492h\n rdmsr"),
      of("unknown-msr",           "msr-is-implemented",           "mov ecx, 0C0011234h\n rdmsr"),
      of("register-operand",      "operand-in-memory",                            OPEN + VMXE + "db 0F3h, 0Fh, 0C7h, 0F0h"),
      of("a20m",                  "vmxon-a20m-off",               "org 200000h\n" + OPEN + VMXE + VMXON, "a20m=1"),
      of("at-cpl-3",              "privileged-cpl-is-0",          VMXON, "cpl=3", "cr4.VMXE=1"),
      of("unaligned-region",      "vmxon-region-aligned",
          OPEN + VMXE + "push 4008h\n vmxon [rsp]"),
      of("region-too-high",       "vmxon-region-within-physical-width",
          OPEN + VMXE + "mov rax, 0xFFFFFFFFFFFF000\n push rax\n vmxon [rsp]"),
      of("wrong-revision",        "vmxon-revision-identifier",
          OPEN + VMXE + "mov dword [vmxon_region], 12345h\n" + VMXON),
      of("revision-bit-31",       "vmxon-revision-bit-31-clear",
          OPEN + VMXE + "or dword [vmxon_region], 80000000h\n" + VMXON),
      of("vmxon-twice",           "vmxon-outside-vmx-operation",  OPEN + VMXE + VMXON + VMXON),
      of("clear-vmxe-inside",     "cr4-vmx-fixed-to-1",
          OPEN + VMXE + VMXON + "mov rax, cr4\n btr rax, 13\n mov cr4, rax"),
      of("clear-pg-inside",       "cr0-vmx-fixed-to-1",
          OPEN + VMXE + VMXON + "mov rax, cr0\n btr rax, 31\n mov cr0, rax"),
      of("vmxoff-outside",        "vmx-instruction-in-vmx-operation", "vmxoff"),
      of("reserved-bit",          "",                             "mov ecx, 3Ah\n mov eax, 0Dh\n xor edx, edx\n wrmsr"),
      of("page-fault",            "page-is-present",              "mov rax, 0x123456789000\n vmxon [rax]",
          "cr4.VMXE=1", "IA32_FEATURE_CONTROL=5"),
      of("page-not-writable",     "page-is-writable",
"btr qword [11008h], 1\n mov [40000000h], eax"));
  // spotless:on

  @TestFactory
  Stream<DynamicTest> approved() {
    return MISTAKES.stream().map(m -> DynamicTest.dynamicTest(m.name, () -> check(m)));
  }

  private static void check(Mistake mistake) throws IOException {
    Run run = run(mistake);
    Sheet sheet = new Sheet(Style.PLAIN);
    new RunView(mistake.name, run, true, "").text(sheet);
    String text = sheet.toString();
    assertTrue(mistake.rule.isEmpty() || text.contains(mistake.rule), text);
    Path file = APPROVED.resolve(mistake.name + ".txt");
    if (Boolean.getBoolean("explain.write")) {
      Files.writeString(file, text);
    }
    assertEquals(Files.readString(file), text);
    text.lines().forEach(l -> assertTrue(l.length() <= Sheet.WIDTH, l));
  }

  private static Run run(Mistake mistake) {
    MachineBuilder builder = Machine.builder().firmware(mistake.firmware);
    mistake.settings.forEach(builder::set);
    return builder.build().run(Program.assembly(mistake.name + ".asm", mistake.code));
  }

  /** Executing the mend before VMXON is enough to make that check pass. */
  @Test
  void mendsMend() {
    for (Mistake m : MISTAKES) {
      Optional<Mend> mend = Explain.outcome(run(m)).flatMap(Explanation::mend);
      boolean before =
          mend.filter(x -> x.place() == Mend.Place.BEFORE && x.at().isEmpty()).isPresent();
      if (!before || !mend.get().text().contains("before VMXON")) {
        continue;
      }
      String mended = String.join("\n", mend.get().code()) + "\n" + m.code;
      Mistake again = new Mistake(m.name, m.rule, m.firmware, mended, m.settings);
      String rule = Explain.outcome(run(again)).map(Explanation::rule).orElse("");
      assertTrue(!rule.equals(m.rule), m.name + ": still " + rule);
    }
  }
}
