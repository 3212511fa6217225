package io.vmxlab.isa;

/** What a decoder made of some bytes. */
public sealed interface Decoded {
  /** An instruction that the processor has (it may still be unmodelled). */
  record Valid(Instruction instruction) implements Decoded {}

  /**
   * Bytes that are #UD.
   *
   * @param length bytes looked at to know so
   * @param missing an instruction of these bytes that this processor does not have, or null if the
   *     bytes are no instruction at all
   * @param reason why, if the instruction exists: an illegal LOCK, a wrong mode; else null
   */
  record Undefined(int length, Form missing, Reason reason) implements Decoded {}

  /** Longer than 15 bytes: #GP(0). */
  record TooLong() implements Decoded {}

  /** More bytes are needed. */
  record Truncated() implements Decoded {}

  /** Why bytes of an existing instruction are undefined here. */
  enum Reason {
    NO_INSTRUCTION,
    FEATURE_ABSENT,
    NOT_IN_THIS_MODE,
    LOCK_NOT_ALLOWED,
    MEMORY_OPERAND_REQUIRED,
    REGISTER_OPERAND_REQUIRED,
    PREFIX_NOT_ALLOWED
  }
}
