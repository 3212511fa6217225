package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DecodeCommandTest {
  @Test
  @DisplayName("a register without fields is a number in three notations")
  void number() {
    assertEquals(
        "RAX = 00000000_00000105\n  decimal   261\n  binary    00000001_00000101\n",
        Cli.run("decode", "rax", "105h").out());
    assertEquals(
        "CPL = FF\n  decimal   255\n  signed    -1\n  binary    11111111\n",
        Cli.run("decode", "cpl", "0xff").out());
  }

  @Test
  @DisplayName("a register with fields shows those that are not 0")
  void fields() {
    String text = Cli.run("decode", "cr4", "0x2000").out();
    assertTrue(text.contains("VMXE"), text);
    assertFalse(text.contains("binary"), text);
    assertEquals(
        "CR4.VMXE = 1\n  bit  name  is  meaning\n   13  VMXE  1   VMX enable\n",
        Cli.run("decode", "cr4.vmxe", "1").out());
  }

  @Test
  @DisplayName("-v counts before the command and behind it")
  void verbose() {
    assertEquals(Exit.OK, Cli.run("-v", "run", "enable-cr4").status());
    assertEquals(Exit.OK, Cli.run("run", "enable-cr4", "-v").status());
  }

  @Test
  @DisplayName("JSON of a check has the bits that the check demands, and no others")
  void trimmed() {
    String json = Cli.run("run", "vmxon-vmxoff", "--firmware", "locked-off", "--json").out();
    assertTrue(json.contains("\"name\": \"VMX_OUTSIDE_SMX\""), json);
    assertFalse(json.contains("\"TSD\""), json);
  }
}
