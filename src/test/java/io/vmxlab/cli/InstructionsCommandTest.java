package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InstructionsCommandTest {
  @Test
  void oneInstruction() {
    String out = Cli.run("instructions", "xsaves64").out();
    assertTrue(out.contains("where CPUID.0DH.1:EAX.XSAVES (bit 3) is 1"), out);
    assertTrue(out.contains("NP REX.W + 0F C7 /5  XSAVES64 m\n"), out);
    assertTrue(Cli.run("instructions", "vaddps").out().contains("(unmodelled)"));
  }

  @Test
  void theUnmodelledOnes() {
    String out = Cli.run("instructions", "--unmodelled").out();
    assertTrue(out.contains("VADDPS"), out);
    assertFalse(out.contains("XSAVE"), out);
  }

  @Test
  void whatIsNotThere() {
    Cli.Result unknown = Cli.run("instructions", "xsaveq");
    assertEquals(2, unknown.status());
    assertEquals(
        "vmxlab: unknown instruction \"xsaveq\"; did you mean \"XSAVE\"?\n", unknown.err());
    Cli.Result modelled = Cli.run("instructions", "add", "--unmodelled");
    assertEquals(2, modelled.status());
    assertTrue(modelled.err().contains("\"add\" is modelled"), modelled.err());
  }
}
