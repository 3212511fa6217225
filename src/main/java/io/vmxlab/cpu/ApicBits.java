package io.vmxlab.cpu;

/** 256 bits, one for each vector: IRR, ISR or TMR of a local APIC. */
final class ApicBits {
  private static final int VECTORS = 256;

  private final int[] words = new int[VECTORS / Integer.SIZE];

  boolean get(int vector) {
    return (words[vector >> 5] >>> vector & 1) != 0;
  }

  void set(int vector, boolean value) {
    if (value) {
      words[vector >> 5] |= 1 << vector;
    } else {
      words[vector >> 5] &= ~(1 << vector);
    }
  }

  /** Bits 32 times {@code number} and up. */
  int word(int number) {
    return words[number];
  }

  /** The highest vector whose bit is 1, or -1. */
  int highest() {
    for (int i = words.length - 1; i >= 0; i--) {
      if (words[i] != 0) {
        return i * Integer.SIZE + Integer.SIZE - 1 - Integer.numberOfLeadingZeros(words[i]);
      }
    }
    return -1;
  }

  void clear() {
    java.util.Arrays.fill(words, 0);
  }
}
