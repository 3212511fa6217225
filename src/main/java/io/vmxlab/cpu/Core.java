package io.vmxlab.cpu;

/**
 * The part of a processor that the simplest instructions work on. The first parameter of a
 * semantics method says what it may touch besides its operands: the flags if it is {@link
 * LazyFlags}; memory and RSP if it is a core; anything if it is {@link Cpu}. Code that keeps
 * registers elsewhere puts back what may be touched.
 */
public abstract class Core extends LazyFlags {
  /** The whole processor. */
  public final Cpu cpu;

  /** RAX RCX RDX RBX RSP RBP RSI RDI R8-R15; the last slot is always 0. */
  public final long[] r = new long[17];

  Core() {
    cpu = (Cpu) this;
  }
}
