package io.vmxlab.machine;

import io.vmxlab.arch.State;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.StepListener;
import io.vmxlab.isa.Instruction;

/** Turns what the engine tells into steps. */
final class Steps implements StepListener {
  private final CodeReader reader;
  private final RunListener listener;
  private Snapshot before;

  Steps(CodeReader reader, RunListener listener) {
    this.reader = reader;
    this.listener = listener;
  }

  @Override
  public void before(Cpu cpu, Instruction insn) {
    before = new Snapshot(cpu);
  }

  @Override
  public void after(Cpu cpu, Instruction insn) {
    long rip = before.get(State.RIP);
    Code code = insn == null ? reader.at(rip) : reader.code(rip, insn);
    listener.onStep(new RunListener.Step(code, before, new Snapshot(cpu)));
  }
}
