package io.vmxlab.machine;

import java.util.Optional;

/**
 * An instruction at its place.
 *
 * @param address linear
 * @param symbol name and offset, such as {@code enter_vmx+2Ah}; empty if no symbol reaches
 * @param bytes of the instruction; as many as could be read if they are no instruction
 * @param mnemonic in capitals; of bytes that are undefined here, that of the instruction they would
 *     be elsewhere, or {@code (bad)}
 * @param text disassembled; {@code (bad)} if the bytes are undefined
 */
public record Code(
    long address, Optional<String> symbol, byte[] bytes, String mnemonic, String text) {
  /** What stands in place of a mnemonic where the bytes are no instruction. */
  public static final String NO_INSTRUCTION = "(bad)";
}
