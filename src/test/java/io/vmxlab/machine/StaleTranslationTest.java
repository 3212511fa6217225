package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.State;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3A "Invalidation of TLBs and Paging-Structure Caches". */
class StaleTranslationTest {
  /** RDI is the page directory; 200000H to 3FFFFFH become 0 to 1FFFFFH, then not present. */
  private static final String BEGIN =
      """
      mov rdi, cr3
      mov rdi, [rdi]
      and rdi, -1000h
      mov rdi, [rdi]
      and rdi, -1000h
      mov ebx, [201000h]
      sub qword [rdi+8], 200000h
      """;

  private static Run run(boolean watch, String text) {
    Machine machine = Machine.builder().watchStale(watch).build();
    return machine.run(Program.assembly(BEGIN + text));
  }

  private static List<Event.StaleTranslation> found(String text) {
    return run(true, text).events().stream().map(e -> (Event.StaleTranslation) e).toList();
  }

  @Test
  void aUseThatWouldGoElsewhere() {
    List<Event.StaleTranslation> found = found("mov eax, [201004h]\nhlt");
    assertEquals(1, found.size());
    assertEquals(0x20_1004, found.get(0).linear());
    assertEquals(0x20_1004, found.get(0).used());
    assertEquals(OptionalLong.of(0x1004), found.get(0).now());
    assertEquals("mov eax, dword [0x201004]", found.get(0).code().text());
  }

  @Test
  void aUseThatWouldFault() {
    List<Event.StaleTranslation> found = found("mov qword [rdi+8], 0\nmov eax, [201000h]\nhlt");
    assertEquals(OptionalLong.empty(), found.get(0).now());
    found = found("mov [201000h], eax\nadd qword [rdi+8], 200000h-2\nmov [201000h], eax\nhlt");
    assertEquals(1, found.stream().filter(s -> s.now().isEmpty()).count(), "no longer writable");
  }

  @Test
  void everyUseIsLookedAtButToldOnceForAnInstruction() {
    String loop = "mov ecx, 5\nagain: mov eax, [201000h]\nloop again\nmov edx, [201000h]\nhlt";
    assertEquals(2, found(loop).size());
  }

  @Test
  void codeIsLookedAtToo() {
    String ret = "mov byte [203000h], 0C3h\n";
    Machine machine = Machine.builder().watchStale(true).build();
    Run run = machine.run(Program.assembly(ret + BEGIN + "mov eax, 203000h\ncall rax\nhlt"));
    Event.StaleTranslation found = (Event.StaleTranslation) run.events().get(0);
    assertEquals(0x20_3000, found.code().rip());
    assertEquals(OptionalLong.of(0x3000), found.now());
  }

  @Test
  void invalidationEndsIt() {
    assertEquals(List.of(), found("invlpg [201000h]\nmov eax, [201000h]\nhlt"));
    assertEquals(List.of(), found("mov rax, cr3\nmov cr3, rax\nmov eax, [201000h]\nhlt"));
  }

  @Test
  void watchingChangesNothing() {
    String text = "mov eax, [201000h]\nmov [201000h], rsp\nadd eax, [201000h]\nhlt";
    assertEquals(run(false, text).get(State.RAX), run(true, text).get(State.RAX));
  }
}
