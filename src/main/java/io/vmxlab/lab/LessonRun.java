package io.vmxlab.lab;

import io.vmxlab.arch.State;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import io.vmxlab.machine.Vmx;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that has run on a lesson's machine.
 *
 * @param called whether a function was called
 * @param machine as the program left it
 * @param operations in which the processor has been, from the first to the last
 */
public record LessonRun(boolean called, Machine machine, Run run, List<Vmx> operations) {
  /**
   * Runs a program.
   *
   * @param function called if the program has it; text and code without symbols run from their
   *     first byte; may be empty
   * @throws BadInputException if the program cannot be loaded or called
   */
  static LessonRun of(LessonMachine on, Program program, String function) {
    Machine machine = on.build();
    List<Vmx> operations = new ArrayList<>(List.of(machine.vmx()));
    machine.listener(new Watch(operations));
    boolean called =
        !function.isEmpty()
            && (program.form() == Program.Form.ELF_OBJECT
                || machine.image(program).symbols().find(function).isPresent());
    Run run = machine.run(called ? program.call(function) : program);
    return new LessonRun(called, machine, run, List.copyOf(operations));
  }

  /** Notes each change of operation. */
  private record Watch(List<Vmx> operations) implements RunListener {
    @Override
    public boolean wantsSteps() {
      return true;
    }

    @Override
    public void onStep(Step step) {
      Vmx now = Vmx.values()[(int) step.after().get(State.VMX_OPERATION)];
      if (now != operations.get(operations.size() - 1)) {
        operations.add(now);
      }
    }
  }
}
