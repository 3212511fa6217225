package io.vmxlab.cpu;

/** GDTR or IDTR. */
public final class TableRegister {
  public long base;

  /** Offset of the last byte, 16 bits. */
  public int limit;

  public void set(long newBase, int newLimit) {
    base = newBase;
    limit = newLimit & 0xFFFF;
  }
}
