package io.vmxlab.asm;

import java.util.List;
import java.util.Map;

/**
 * What came of assembly text.
 *
 * @param origin address of the first byte
 * @param entry address where the program begins
 * @param bytes the machine code and data
 * @param symbols labels and constants with their values, in the order of the text
 * @param listing the lines that made bytes
 */
public record Assembly(
    long origin, long entry, byte[] bytes, Map<String, Long> symbols, List<Line> listing) {
  /**
   * A line that made bytes.
   *
   * @param number of the line, from 1
   * @param address of its first byte
   * @param offset of its first byte in {@link Assembly#bytes}
   * @param length in bytes
   * @param text the line
   */
  public record Line(int number, long address, int offset, int length, String text) {}
}
