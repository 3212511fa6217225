package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 3B, table "LBR Stack Size and TOS Pointer Range". */
class LastBranchesTest {
  private static Run run(String cpu, String text) {
    return Machine.builder().cpu(cpu).build().run(Program.assembly(text));
  }

  @ParameterizedTest(name = "{0} has MSR {1}H")
  @CsvSource({
    "skylake,    1C8",
    "skylake,    1C9",
    "skylake,    1DD",
    "skylake,    680",
    "skylake,    6DF",
    "skylake,    DDF",
    "haswell,    68F",
    "haswell,    6CF",
    "penryn,     1C9",
    "penryn,      43",
    "penryn,      63",
    "silvermont, 1C8",
    "silvermont,  47"
  })
  void they_are_0_and_keep_what_is_written(String cpu, String msr) {
    String code =
        "mov ecx, 0%sh\nrdmsr\nmov ebx, eax\nmov eax, 5\nxor edx, edx\nwrmsr\n"
            + "xor eax, eax\nrdmsr";
    Run run = run(cpu, code.formatted(msr));
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(0, run.get(State.RBX));
    assertEquals(5, run.get(State.RAX));
  }

  @ParameterizedTest(name = "{0} has no MSR {1}H")
  @CsvSource({
    "skylake,     40",
    "haswell,    6D0",
    "haswell,    DC0",
    "penryn,      44",
    "penryn,     1C8",
    "penryn,     680",
    "silvermont, 680"
  })
  void others_do_not_exist(String cpu, String msr) {
    Run run = run(cpu, "mov ecx, 0%sh\nrdmsr".formatted(msr));
    assertEquals(
        "msr-is-implemented", run.outcome().fault().orElseThrow().cause().orElseThrow().id());
  }

  @Test
  void of_goldmonts_details_nobody_knows() {
    assertEquals(Outcome.Kind.COMPLETED, run("goldmont", "mov ecx, 6DFh\nrdmsr").kind());
    assertEquals(Outcome.Kind.UNMODELLED, run("goldmont", "mov ecx, 0DC0h\nrdmsr").kind());
  }

  @ParameterizedTest(name = "{0} has architectural LBRs, which are not modelled")
  @CsvSource({"alder-lake", "sapphire-rapids"})
  void of_later_processors_nothing_is_said(String cpu) {
    assertEquals(Outcome.Kind.UNMODELLED, run(cpu, "mov ecx, 680h\nrdmsr").kind());
  }
}
