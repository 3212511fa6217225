package io.vmxlab.machine;

import java.util.Optional;

/**
 * An instruction at its place.
 *
 * @param rip offset in CS
 * @param linear address of it
 * @param symbol name and offset, such as {@code enter_vmx+2Ah}; empty if no symbol reaches
 * @param bytes of the instruction; as many as could be read if they are no instruction
 * @param mnemonic in capitals; of bytes that are undefined here, that of the instruction they would
 *     be elsewhere, or {@code (bad)}
 * @param text disassembled; {@code (bad)} if the bytes are undefined
 * @param undefined why the bytes are undefined, if they are
 */
public record Code(
    long rip,
    long linear,
    Optional<String> symbol,
    byte[] bytes,
    String mnemonic,
    String text,
    Optional<Undefined> undefined) {
  /** Why bytes are no instruction here. */
  public enum Undefined {
    NO_INSTRUCTION,
    FEATURE_ABSENT,
    NOT_IN_THIS_MODE,
    LOCK_NOT_ALLOWED,
    MEMORY_OPERAND_REQUIRED,
    REGISTER_OPERAND_REQUIRED,
    PREFIX_NOT_ALLOWED
  }

  /** What stands in place of a mnemonic where the bytes are no instruction. */
  public static final String NO_INSTRUCTION = "(bad)";

  /** VMLAUNCH or VMRESUME: what follows in the code is executed if it fails. */
  public boolean isVmEntry() {
    return mnemonic.equals("VMLAUNCH") || mnemonic.equals("VMRESUME");
  }
}
