package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** The placeholder whose signature differs only in returning a condition. */
final class PlaceholderCondition {
  private PlaceholderCondition() {}

  static boolean call(Cpu cpu, int width) {
    throw new AssertionError();
  }
}
