package io.vmxlab.host;

import java.util.SortedMap;

/**
 * What a case did.
 *
 * @param vector of the fault, or {@link #COMPLETED}
 * @param errorCode of the fault; 0 if it has none
 * @param cr2 of a page fault, else 0
 * @param rip after the instruction, or of the instruction that faulted
 * @param rflags status flags and DF
 * @param changes bytes of the data page that are not what they were, by offset
 * @param vectors {@link VectorState#NONE} if the instruction does not know them
 */
record HostResult(
    int vector,
    int errorCode,
    long cr2,
    long rip,
    long rflags,
    long[] gpr,
    SortedMap<Integer, Integer> changes,
    VectorState vectors) {
  static final int COMPLETED = 0xFF;

  /** Of an instruction that does not know XMM and MMX registers. */
  HostResult(
      int vector,
      int errorCode,
      long cr2,
      long rip,
      long rflags,
      long[] gpr,
      SortedMap<Integer, Integer> changes) {
    this(vector, errorCode, cr2, rip, rflags, gpr, changes, VectorState.NONE);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(vector == COMPLETED ? "completed" : "vector " + vector);
    text.append(String.format(" error=%X cr2=%X rip=%X flags=%X", errorCode, cr2, rip, rflags));
    for (int i = 0; i < gpr.length; i++) {
      text.append(String.format(" %d=%X", i, gpr[i]));
    }
    return text.append(' ').append(changes).append(vectors).toString();
  }
}
