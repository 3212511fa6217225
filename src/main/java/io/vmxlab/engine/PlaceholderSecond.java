package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Stands for the class of the second operation in the templates of pairs. */
final class PlaceholderSecond {
  private PlaceholderSecond() {}

  static void run(Cpu cpu, Operands o) {
    throw new AssertionError();
  }

  static boolean jumps(Cpu cpu, Operands o) {
    throw new AssertionError();
  }
}
