package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.machine.Machine;
import java.util.concurrent.Executor;

/** Regions as an engine has them, and looks that meet blocks though nothing is run. */
final class Looks {
  final Cpu cpu = Machine.create().cpu();
  final Regions regions = new Regions(EngineMode.AUTO);

  /** With regions that are written by that. */
  Looks(Executor writer) {
    regions.writer(writer);
  }

  void meet(Block block) {
    cpu.retired += EngineMode.AUTO.period;
    regions.look(cpu, block);
  }

  /** By as many looks as a region takes at least. */
  void meetOften(Block block) {
    for (int i = 0; i < EngineMode.AUTO.looks; i++) {
      meet(block);
    }
  }

  long made() {
    return regions.made;
  }
}
