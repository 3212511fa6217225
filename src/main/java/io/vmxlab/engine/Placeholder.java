package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Instruction;

/**
 * The calls that a template makes in place of a semantics method: one overload for each signature.
 * {@link OperationFactory} puts the real owner and name into the copy of the template's class file;
 * none of these is ever executed.
 */
final class Placeholder {
  private Placeholder() {}

  static long call(Cpu cpu, int width) {
    throw new AssertionError();
  }

  static long call(Cpu cpu, int width, long v1) {
    throw new AssertionError();
  }

  static long call(Cpu cpu, int width, long v1, long v2) {
    throw new AssertionError();
  }

  static long call(Cpu cpu, int width, long v1, long v2, long v3) {
    throw new AssertionError();
  }

  static long call(Cpu cpu, int width, int element, long[] source) {
    throw new AssertionError();
  }

  static long call(Cpu cpu, int width, int element, long[] source, long value) {
    throw new AssertionError();
  }

  static boolean call(Cpu cpu) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, Instruction insn) {
    throw new AssertionError();
  }
}
