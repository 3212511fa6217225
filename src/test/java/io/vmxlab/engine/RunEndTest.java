package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a run ends it at its instruction, whatever stands behind and whoever watches. */
class RunEndTest {
  private static Run run(String assembly, boolean watched) {
    Machine machine = Machine.create();
    if (watched) {
      machine.listener(
          new RunListener() {
            @Override
            public boolean wantsSteps() {
              return true;
            }
          });
    }
    return machine.run(Program.assembly(assembly));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov ebx, 5\nnop\nnop\nhlt",
        "mov [0], ebx",
        "mov al, 3\nout 0F4h, al",
        "ud2",
        "mov ecx, 79h\nwrmsr",
        "int3",
        "mov dword [rel $ + 20], 0",
        "jmp $",
        "xor eax, eax\ndiv eax",
        "mov rsp, 0\npush rax"
      })
  void the_exit_port_ends_the_run_at_the_out(String behind) {
    for (String out : new String[] {"out 0F4h, al", "mov edx, 0F4h\nout dx, al"}) {
      for (boolean watched : new boolean[] {false, true}) {
        Run run = run("mov ebx, 7\nmov al, 0\n" + out + "\n" + behind, watched);
        assertEquals(Outcome.Kind.COMPLETED, run.kind(), behind);
        assertEquals(OptionalInt.of(0), ((Outcome.Completed) run.outcome()).reported(), behind);
        assertEquals(7, run.register("rbx"), behind);
        assertEquals(out.startsWith("mov") ? 4 : 3, run.instructions(), behind);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_repeated_outs_ends_at_its_first_iteration(boolean watched) {
    Run run =
        run(
            "lea rsi, [rel text]\nmov ecx, 4\nmov edx, 0F4h\nrep outsb\nud2\ntext: db 9,8,7",
            watched);
    assertEquals(OptionalInt.of(9), ((Outcome.Completed) run.outcome()).reported());
    assertEquals(3, run.register("rcx"));
  }
}
