package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** The placeholders whose signature differs only in returning nothing. */
final class PlaceholderVoid {
  private PlaceholderVoid() {}

  static void call(Cpu cpu) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, long v1) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, long v1, long v2) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, long v1, long v2, long v3) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, int element, long[] dest, long value) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, int element, long[] dest, long value1, long value2) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, int element, long[] dest, long[] source) {
    throw new AssertionError();
  }

  static void call(Cpu cpu, int width, int element, long[] dest, long[] source, long value) {
    throw new AssertionError();
  }
}
