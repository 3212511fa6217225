package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boot code without an IDT sees a triple fault; what it needs to know is how it began. */
class FirstFaultTest {
  private static final Path CASES = Path.of("src/test/resources/io/vmxlab/cases");

  private static Run run(MachineBuilder machine, String file) throws IOException {
    return machine.build().run(Program.assembly(file, Files.readString(CASES.resolve(file))));
  }

  @Test
  void aTripleFaultIsExplainedByItsFirstException() throws IOException {
    MachineBuilder machine = Machine.builder().firmware(Firmware.LOCKED_ON);
    machine.set("cr0.NE=0").set("idtr.limit=0");
    Run run = run(machine, "triple-fault.asm");
    assertEquals(Outcome.Kind.SHUTDOWN, run.kind());
    Explanation e = Explain.outcome(run).orElseThrow();
    assertEquals("vmxon-cr0-fixed-to-1", e.rule());
    assertEquals("set CR0.NE (bit 5) before VMXON", e.mend().orElseThrow().text());
    assertTrue(e.details().contains(new Explanation.Detail("found", "CR0.NE = 0")));
    assertEquals(
        List.of(
            "first #GP(0), general protection, at VMXON; required: every bit of CR0 that is 1 in"
                + " IA32_VMX_CR0_FIXED0 is 1",
            "then #GP(6Bh), general protection, in its delivery; required: the vector's entry lies"
                + " within the limit of the IDT",
            "then #DF(0), double fault; required: no contributory exception or page fault occurs"
                + " while one is being delivered",
            "then #GP(43h), general protection, in its delivery; required: the vector's entry lies"
                + " within the limit of the IDT"),
        chain(e));
    assertEquals(run.checks().size(), e.checks().size());
  }

  /** A handler's stack that is not mapped: the double fault is handled by nobody. */
  @Test
  void aDoubleFaultIsExplainedByItsFirstException() {
    String code =
        "mov rsp, 5FF00h\n mov dr7, rax\n mov ecx, 3Ah\n mov eax, 8\n xor edx, edx\n wrmsr";
    Run run = Machine.create().run(Program.assembly("double.asm", code));
    Explanation e = Explain.outcome(run).orElseThrow();
    assertEquals("msr-reserved-bits-clear", e.rule());
    assertTrue(e.title().startsWith("#"), e.title());
    assertTrue(chain(e).get(0).startsWith("first #GP(0)"), chain(e).toString());
    assertTrue(chain(e).get(1).startsWith("then #PF(2)"), chain(e).toString());
  }

  private static List<String> chain(Explanation e) {
    return e.details().stream()
        .filter(d -> d.label().equals("first") || d.label().equals("then"))
        .map(d -> d.label() + " " + d.text())
        .toList();
  }

  /** The handler's address is not the interrupt's, nor is its code segment. */
  @Test
  void aSoftwareInterruptIsShownWhereItWas() throws IOException {
    Run run = run(Machine.builder().mode(32), "v86-int3.asm");
    Explanation e = Explain.outcome(run).orElseThrow();
    assertEquals("#BP, breakpoint, at INT3", e.title());
    assertEquals(0, e.code().orElseThrow().rip());
    assertEquals(0x10000, e.code().orElseThrow().linear());
    assertEquals("int3", e.code().orElseThrow().text());
  }

  @Test
  void runsOfBitsAreOneRow() {
    Run run =
        Machine.create()
            .run(Program.assembly("upper.asm", "mov rax, 0FFFFFFFF80050033h\n mov cr0, rax"));
    Explanation e = Explain.outcome(run).orElseThrow();
    assertEquals("cr0-upper-bits-clear", e.rule());
    assertEquals(
        List.of("63:32"), e.bits().get(0).violated().rows().stream().map(r -> r.bits()).toList());
  }

  @Test
  void oneCallSaysAll() {
    Run run = Machine.create().run(Program.assembly("vmxon [vmxon_pointer]"));
    String text = Explain.text(run);
    assertTrue(text.contains("mend      set CR4.VMXE (bit 13) before VMXON"), text);
    assertTrue(text.contains("VMXON—Enter VMX Operation".replace('—', '-')), text);
    assertTrue(text.contains("(30.3), June 2016"), text);
    assertTrue(Explain.json(run).contains("\"rule\": \"vmxon-cr4-vmxe\""), Explain.json(run));
  }
}
