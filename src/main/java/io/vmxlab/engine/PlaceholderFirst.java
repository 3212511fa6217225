package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Stands for the class of the first operation in the templates of pairs. */
final class PlaceholderFirst {
  private PlaceholderFirst() {}

  static void run(Cpu cpu, Operands o) {
    throw new AssertionError();
  }
}
