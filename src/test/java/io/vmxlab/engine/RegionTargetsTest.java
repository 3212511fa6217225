package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Where indirect branches go on in a region")
class RegionTargetsTest extends AssembledGraph {
  private static final String CALLS =
      """
      entry:
          call    near_function
      behind_one:
          call    rbx
      behind_two:
          inc     rax
          %s
      usual:
          ret
      near_function:
          ret
      """;

  private List<Block> of(String label) {
    return List.copyOf(graph.targets((Indirect) code.at(label).exit()));
  }

  @ParameterizedTest
  @CsvSource({"jmp rdx", "jmp qword [rsi]", "ret", "ret 8"})
  void of_jumps_are_the_usual_block_and_those_behind_calls(String branch) {
    code = new AssembledBlocks(CALLS.formatted(branch));
    code.went("behind_two", "usual");
    graph("entry behind_one behind_two usual");
    assertEquals(code.all("usual behind_one behind_two"), of("behind_two"));
  }

  @Test
  void of_what_has_not_been_anywhere_are_those_behind_calls() {
    graph(CALLS.formatted("jmp rdx"), "entry behind_one behind_two usual");
    assertEquals(code.all("behind_one behind_two"), of("behind_two"));
  }

  @Test
  void of_calls_are_the_usual_block_only() {
    code = new AssembledBlocks(CALLS.formatted("jmp rdx"));
    code.went("behind_one", "usual");
    graph("entry behind_one behind_two usual");
    assertEquals(code.all("usual"), of("behind_one"));
  }

  @Test
  void of_calls_that_have_not_been_anywhere_are_none() {
    graph(CALLS.formatted("jmp rdx"), "entry behind_one behind_two usual");
    assertEquals(List.of(), of("behind_one"));
  }

  @Test
  void are_in_the_region() {
    code = new AssembledBlocks(CALLS.formatted("jmp rdx"));
    code.went("behind_two", "usual");
    graph("entry behind_one behind_two");
    assertEquals(code.all("behind_one behind_two"), of("behind_two"));
  }
}
