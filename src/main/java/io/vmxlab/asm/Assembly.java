package io.vmxlab.asm;

import java.util.List;
import java.util.Map;

/**
 * What came of assembly text.
 *
 * @param origin address of the first byte
 * @param entry address where the program begins
 * @param bytes the machine code and data, and zeros for what is only reserved behind them
 * @param stored so many of the bytes are the program's file, as nasm writes it: without what is
 *     only reserved behind them
 * @param symbols labels and constants with their values, in the order of the text
 * @param listing the lines that made bytes
 */
public record Assembly(
    long origin,
    long entry,
    byte[] bytes,
    int stored,
    Map<String, Long> symbols,
    List<Line> listing) {
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
