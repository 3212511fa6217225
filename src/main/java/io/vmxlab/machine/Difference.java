package io.vmxlab.machine;

import java.util.List;

/**
 * The first difference between two runs that should be alike.
 *
 * @param processor number of the processor that executes the code
 * @param before what a limit counts, by all processors before the code
 * @param code the instruction after which the runs differ; several if it is one of these, the first
 *     one first
 * @param items what differs then, most telling first, as many as are kept
 * @param more items that differ
 */
public record Difference(int processor, long before, List<Code> code, List<Item> items, long more) {
  /** Items that are kept at most. */
  public static final int MOST_ITEMS = 40;

  /**
   * One thing that differs.
   *
   * @param name of the register, field or place in memory; that of a processor's comes after {@code
   *     cpu N} if there are several
   * @param bits width of the values, 0 if they are counts
   * @param interpreter its value in the run by the interpreter
   * @param translator its value in the run by the translator
   */
  public record Item(String name, int bits, long interpreter, long translator) {}

  /** The instruction is known; else it is one of several. */
  public boolean isExact() {
    return code.size() == 1;
  }
}
