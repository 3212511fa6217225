package io.vmxlab.machine;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Msr;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.ApicBus;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.RandomSource;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Decoder;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.vmx.VmxState;

/** One processor of a board, with its engine and what looks at it. */
final class BoardProcessor {
  final int number;
  final Cpu cpu;
  final Engine engine;
  final CodeReader reader;
  final BoardRecorder faults;

  BoardProcessor(int number, PhysicalMemory memory, BoardBuilder board) {
    this.number = number;
    cpu = new Cpu(memory, board.cpu);
    cpu.vmx = new VmxState(cpu);
    cpu.random = RandomSource.seeded(board.seed + number);
    Decoder decoder = Engine.decoder(cpu);
    engine = new Engine(cpu, decoder, board.engine.mode);
    reader = new CodeReader(cpu, decoder);
    faults = new BoardRecorder(number, cpu, reader);
    faults.tellTransitions(board.listener.wantsTransitions() ? board.listener::onTransition : null);
    cpu.observer = faults;
  }

  /** Takes its place among so many. */
  void join(ApicBus bus, int processors) {
    bus.connect(cpu.apic);
    cpu.apic.id(number);
    cpu.cpuidFilter = new Topology(number, processors);
    if (number > 0) {
      cpu.set(Msr.IA32_APIC_BASE, cpu.get(Msr.IA32_APIC_BASE) & ~ApicBase.BSP);
      cpu.activity = Activity.WAIT_FOR_SIPI;
    } else {
      cpu.apic.virtualWire();
    }
  }

  /** It executes, or something has happened that it attends to. */
  boolean wantsTurn() {
    return cpu.activity == Activity.ACTIVE || cpu.events.isDue();
  }

  Code code() {
    boolean halted = cpu.activity == Activity.HLT;
    return reader.at(halted ? cpu.rip - 1 : cpu.rip);
  }

  BootRun.Processor atEnd() {
    BootRun.Activity activity = BootRun.Activity.values()[cpu.activity.ordinal()];
    return new BootRun.Processor(
        code(),
        activity,
        cpu.retired,
        new Snapshot(cpu),
        CurrentVmcs.of(cpu),
        faults.lastFailure().count(),
        faults.lastFailure().event());
  }
}
