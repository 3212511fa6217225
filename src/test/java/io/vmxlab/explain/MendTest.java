package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.cpu.Requirement;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mends beside those of the vectors: what they say, and that they work. */
class MendTest {
  private static final String VMXE = "mov rax, cr4\n or eax, 2000h\n mov cr4, rax\n";

  private static Run run(String code, String... settings) {
    MachineBuilder machine = Machine.builder().firmware(Firmware.LOCKED_ON);
    for (String s : settings) {
      machine.set(s);
    }
    return machine.build().run(Program.assembly("mend.asm", code));
  }

  private static Explanation why(Run run) {
    Optional<Explanation> outcome = Explain.outcome(run);
    return outcome.orElseGet(
        () ->
            run.events().stream()
                .filter(e -> e instanceof Event.VmFailed)
                .map(e -> Explain.vmFail((Event.VmFailed) e))
                .findFirst()
                .orElseThrow());
  }

  /** The last line is the one that fails; the mend is written before it, or instead of it. */
  private static Run mended(String code, Mend mend, String... settings) {
    int last = code.stripTrailing().lastIndexOf('\n') + 1;
    boolean before = mend.place() == Mend.Place.BEFORE;
    String all =
        code.substring(0, last)
            + String.join("\n", mend.code())
            + "\n"
            + (before ? code.substring(last) : "")
            + "\nret\n"
            + String.join("\n", mend.data());
    return run(all, settings);
  }

  /** Operands that hold something else than the physical address of the region. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vmxon [4000h]                                     | the operand is the region itself; VMXON takes",
        "mov qword [200000h], 5000h; vmxon [200000h]       | the operand holds 5000h, the address of a pointer;",
        "mov qword [200000h], 4FF0h; vmxon [200000h]       | pass the physical address of a region on a 4-KByte",
        "mov qword [200000h], 70000000h; vmxon [200000h]   | there is no RAM at 70000000h, where the operand",
        "mov rax, [10000h]; mov [10800h], rax; mov rax, 0FFFF800000004000h; mov [200000h], rax;"
            + " vmxon [200000h] | the operand holds 0FFFF800000004000h, a virtual address; the page tables map it to"
            + " the physical address 4000h",
      })
  void regions(String lines, String words) {
    String code = VMXE + lines.strip().replace(";", "\n") + "\n";
    Mend mend = why(run(code)).mend().orElseThrow();
    assertTrue(mend.text().startsWith(words.strip()), mend.text());
    Run again = mended(code, mend);
    assertEquals("root", again.vmx().id(), Explain.text(again));
    assertTrue(again.events().isEmpty(), Explain.text(again));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mov rax, [0]                                                   | page-is-present",
        "btr qword [12000h + 0A0h * 8], 0; invlpg [0A0000h]; mov rax, [0A0000h] | page-is-present",
        "btr qword [11008h], 1; mov [40000000h], eax                    | page-is-writable",
        "rdfsbase rax                                                   | fsgsbase-enabled",
        "xgetbv                                                         | osxsave-enabled",
        "mov rax, cr4; bts eax, 18; mov cr4, rax; mov ecx, 2; xgetbv    | extended-control-register-exists",
        "mov eax, 5000h; xor ecx, ecx; monitor; mov ecx, 8; mwait                       | mwait-extensions",
      })
  void requirements(String lines, String rule) {
    String code = lines.strip().replace(";", "\n") + "\n";
    Explanation e = why(run(code));
    assertEquals(rule.strip(), e.rule());
    Mend mend = e.mend().orElseThrow();
    assertFalse(mend.code().isEmpty(), mend.text());
    Run again = mended(code, mend);
    assertTrue(again.outcome().fault().isEmpty(), Explain.text(again));
  }

  @Test
  void anAddressThatIsNotCanonicalIsShown() {
    Explanation e = why(run("mov rax, 8000000000000000h\n vmxon [rax]", "cr4.VMXE=1"));
    assertEquals("address-is-canonical", e.rule());
    assertTrue(
        e.details()
            .contains(
                new Explanation.Detail("note", "the operand's address is 80000000_00000000")));
    assertTrue(e.mend().orElseThrow().text().endsWith("8000000000000000h would be 0"));
  }

  @Test
  void whoHasLockedIsNamed() {
    String code =
        "mov ecx, 3Ah\n mov eax, 1\n xor edx, edx\n lock_it: wrmsr\n"
            + VMXE
            + "vmxon [vmxon_pointer]";
    Run run = Machine.create().run(Program.assembly("lock.asm", code));
    Mend mend = why(run).mend().orElseThrow();
    assertTrue(mend.text().contains("by WRMSR at 10000Ch (lock_it)"), mend.text());
    assertEquals("wrmsr", mend.at().orElseThrow().text());
    String mended = code.replace("lock_it:", String.join("\n", mend.code()) + "\n");
    Run again = Machine.create().run(Program.assembly("lock.asm", mended));
    assertEquals("root", again.vmx().id(), Explain.text(again));
  }

  @Test
  void a20mExplainsCodeThatIsNotThere() {
    Explanation e = why(run("vmxon [vmxon_pointer]", "a20m=1"));
    assertTrue(e.details().stream().anyMatch(d -> d.text().startsWith("A20M mode clears bit 20")));
  }

  @ParameterizedTest
  @EnumSource(Requirement.class)
  void everyRequirementHasAMend(Requirement requirement) {
    assertFalse(RequirementMends.of(requirement).text().isEmpty());
  }
}
