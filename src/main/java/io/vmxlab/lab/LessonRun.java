package io.vmxlab.lab;

import io.vmxlab.arch.State;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.ExitStatistics;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.RunListener;
import io.vmxlab.machine.VmTransition;
import io.vmxlab.machine.Vmx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that has run on a lesson's machine.
 *
 * @param called function; empty if the program ran from its first byte or entry point
 * @param machine as the program left it
 * @param operations in which the processor has been, from the first to the last; only the first if
 *     nobody watched
 * @param exits VM exits by reason
 */
public record LessonRun(
    Optional<String> called, Machine machine, Run run, List<Vmx> operations, ExitStatistics exits) {
  private static final String MAIN = "main";

  /**
   * Runs a program.
   *
   * @param function called if the program has it, while text and code without symbols run from
   *     their first byte; if it is empty, {@code main} of an object is called
   * @param watched whether to note changes of operation, which takes time
   * @throws BadInputException if the program cannot be loaded or called
   */
  static LessonRun of(LessonMachine on, Program program, String function, boolean watched) {
    Machine machine = on.build();
    List<Vmx> operations = new ArrayList<>(List.of(machine.vmx()));
    ExitStatistics exits = new ExitStatistics();
    machine.listener(new Watch(watched, operations, exits));
    boolean object = program.form() == Program.Form.ELF_OBJECT;
    String name = object && function.isEmpty() ? MAIN : function;
    boolean called = object || machine.image(program).symbols().find(name).isPresent();
    Run run = machine.run(called ? program.call(name) : program);
    return new LessonRun(
        called ? Optional.of(name) : Optional.empty(),
        machine,
        run,
        List.copyOf(operations),
        exits);
  }

  /** Notes each change of operation, and counts VM exits. */
  private record Watch(boolean wantsSteps, List<Vmx> operations, ExitStatistics exits)
      implements RunListener {
    @Override
    public boolean wantsTransitions() {
      return true;
    }

    @Override
    public void onTransition(VmTransition transition) {
      exits.accept(transition);
      note(transition instanceof VmTransition.Entry ? Vmx.NON_ROOT : Vmx.ROOT);
    }

    @Override
    public void onStep(Step step) {
      note(Vmx.values()[(int) step.after().get(State.VMX_OPERATION)]);
    }

    private void note(Vmx now) {
      if (now != operations.get(operations.size() - 1)) {
        operations.add(now);
      }
    }
  }
}
