package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.machine.Difference.Item;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The two engines in step: what differs is found, and the instruction after which it does. */
@DisplayName("Lockstep")
class LockstepTest {
  /** RDRAND in a hot loop, in which its result is soon overwritten. */
  private static final String LOOP =
      """
      mov ecx, 100000
      again:
      lea rbx, [rcx+rcx*2]
      rdrand rax
      add rbx, rax
      xor rdx, rbx
      bt ecx, 6
      adc edx, 5
      loop again
      """;

  private static final int IN_LOOP = 7;

  @Test
  @DisplayName("without a difference the interpreter's run comes of it, and code was translated")
  void alike() {
    Lockstep<Run> both = Differing.run(LOOP, machine -> false);
    Run run = both.run().orElseThrow();
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(IN_LOOP * 100_000 + 1, run.instructions());
    assertEquals(Optional.empty(), both.difference());
    assertTrue(both.regions() > 0, "nothing was translated");
    assertTrue(both.comparisons() > 10, both.comparisons() + " comparisons");
  }

  @Test
  @DisplayName("a wrong answer of translated code names the instruction and both values")
  void wrongInRegion() {
    Lockstep<Run> both =
        Differing.run(LOOP, m -> m.cpu().retired > 300_000 && Differing.inRegion());
    assertEquals(Optional.empty(), both.run());
    Difference d = both.difference().orElseThrow();
    assertTrue(d.isExact(), d::toString);
    assertEquals("rdrand rax", d.code().get(0).text());
    assertEquals("again+4h", d.code().get(0).symbol().orElseThrow());
    assertEquals(List.of("RAX"), d.items().stream().map(Item::name).toList());
    Item rax = d.items().get(0);
    assertEquals(1, rax.interpreter() ^ rax.translator());
    assertTrue(d.before() > 300_000 && d.before() < 300_000 + 4 * IN_LOOP, d::toString);
  }

  @Test
  @DisplayName("so does one of code that was not translated")
  void wrongOutside() {
    Lockstep<Run> both = Differing.run("rdrand rax\nmov rbx, rax\nxor eax, eax\n", m -> true);
    assertEquals(Optional.empty(), both.run());
    Difference d = both.difference().orElseThrow();
    assertEquals(0, d.before());
    assertEquals("rdrand rax", d.code().get(0).text());
    assertEquals("RAX", d.items().get(0).name());
  }

  @Test
  @DisplayName("what differs in memory, in output and for a moment is seen")
  void elsewhere() {
    assertSeen("rdrand rax\nmov [200000h], rax\nxor eax, eax\n", "memory at 200000H", "RAX");
    assertSeen("rdrand rax\nmov edx, 0E9h\nout dx, al\nxor eax, eax\n", "byte 0 of output", "RAX");
    String sse = "mov rdx, cr4\nor edx, 200h\nmov cr4, rdx\n";
    assertSeen(sse + "rdrand rax\nmovq xmm3, rax\nxor eax, eax\n", "XMM3.low", "RAX");
    String write = "mov ecx, 0C0000103h\nrdrand rax\nxor edx, edx\nwrmsr\nxor eax, eax\nwrmsr\n";
    assertSeen(write, "hash of its events", "RAX");
  }

  /** Differences that the comparison at the end finds, before it looks for their beginning. */
  private static void assertSeen(String code, String there, String first) {
    Lockstep<Run> both = Differing.run(code, m -> true);
    both.run();
    assertEquals(first, both.difference().orElseThrow().items().get(0).name());
    assertTrue(both.noticed().stream().anyMatch(i -> i.name().equals(there)), both::toString);
  }

  @Test
  @DisplayName("a trace passes on everything that observers are told")
  void traceIsComplete() {
    assertEquals(methods(CpuObserver.class), methods(EventTrace.class));
  }

  private static Set<String> methods(Class<?> of) {
    return Stream.of(of.getDeclaredMethods())
        .filter(m -> m.getName().startsWith("on") || m.getName().startsWith("before"))
        .map(m -> m.getName() + Arrays.toString(m.getParameterTypes()))
        .collect(Collectors.toSet());
  }
}
