package io.vmxlab.platform.boot;

import io.vmxlab.platform.Symbols;
import java.util.List;

/**
 * An image ready to be started.
 *
 * @param protocol it is started by
 * @param pieces of memory that are written, in any order
 * @param entry physical address of its first instruction
 * @param eax its value at the entry, 32 bits
 * @param ebx its value at the entry, 32 bits
 * @param realMode it begins in real-address mode, DL = 80H; else in 32-bit protected mode without
 *     paging
 * @param symbols of the image
 */
public record BootPlan(
    BootProtocol protocol,
    List<Piece> pieces,
    long entry,
    int eax,
    int ebx,
    boolean realMode,
    Symbols symbols) {
  /**
   * A stretch of memory that begins with some bytes and goes on with zeros.
   *
   * @param name for messages
   * @param size in bytes, at least as many as there are
   */
  public record Piece(String name, long address, byte[] bytes, long size) {
    static Piece of(String name, long address, byte[] bytes) {
      return new Piece(name, address, bytes, bytes.length);
    }

    /** Address after the last byte. */
    public long end() {
      return address + size;
    }
  }
}
