package io.vmxlab.host;

import java.util.HexFormat;

/**
 * What an x87 instruction did.
 *
 * @param vector of the exception, or 0
 */
record X87Result(int vector, X87State state, byte[] memory, long flags, long rax) {
  @Override
  public String toString() {
    return String.format(
        "vector %d flags %X rax %X %s%n    memory %s",
        vector, flags, rax, state, HexFormat.of().formatHex(memory));
  }
}
