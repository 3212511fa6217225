package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import org.junit.jupiter.api.Test;

class PageFaultTextTest {
  /** Makes page 6000H a user page with protection key 5, and forbids that key. */
  private static final String FORBIDDEN_KEY =
      """
              or      dword [0x10000], 4
              or      dword [0x11000], 4
              or      dword [0x13000], 4
              mov     rax, 5 << 59
              or      rax, 4
              or      [0x12000 + 6 * 8], rax
              invlpg  [0x6000]
              mov     rax, cr4
              or      eax, 1 << 22
              mov     cr4, rax
              xor     ecx, ecx
              xor     edx, edx
              mov     eax, 1 << 10
              wrpkru
              mov     eax, [0x6000]
      """;

  @Test
  void aProtectionKeyIsShownInItsEntryAndInPkru() {
    Machine machine = Machine.builder().cpu("skylake-sp").build();
    Sheet sheet = new Sheet(Style.PLAIN);
    new RunView("key", machine.run(Program.assembly("key.asm", FORBIDDEN_KEY)), true, "")
        .text(sheet);
    String text = sheet.toString();
    assertTrue(text.contains("#PF(21h), page fault, at MOV\n"), text);
    assertTrue(
        text.contains("PTE       28000000_00006007 at 12030h: KEY = 5  <-- this one\n"), text);
    assertTrue(text.contains("PKRU      00000400\n"), text);
    assertTrue(text.contains("rule      protection-key-permits\n"), text);
  }
}
