package io.vmxlab.build;

/** Where the instructions of a method stand. JVM specification, "Instructions". */
final class Instructions {
  static final int INVOKEDYNAMIC = 0xBA;

  private static final int TABLESWITCH = 0xAA;
  private static final int LOOKUPSWITCH = 0xAB;
  private static final int WIDE = 0xC4;
  private static final int IINC = 0x84;

  /** Bytes of the instructions 0 to C9H, as digits; 0 for those of no fixed length. */
  private static final String LENGTHS =
      "1111111111111111" // 00 constants
          + "2323322222111111" // 10 BIPUSH, SIPUSH, LDC, loads
          + "1111111111111111" // 20 loads
          + "1111112222211111" // 30 array loads, stores
          + "1111111111111111" // 40 stores
          + "1111111111111111" // 50 array stores, stack
          + "1111111111111111" // 60 arithmetic
          + "1111111111111111" // 70
          + "1111311111111111" // 80 IINC, conversions
          + "1111111113333333" // 90 comparisons, IFxx
          + "3333333332001111" // A0 IF_xCMPxx, switches, returns
          + "1133333335532311" // B0 fields, calls, objects
          + "3311043355"; // C0

  private Instructions() {}

  /**
   * Bytes of an instruction.
   *
   * @param code holds the instructions of a method from {@code start} on
   */
  static int length(byte[] code, int start, int at) {
    int opcode = code[at] & 0xFF;
    int padded = at + 4 - (at - start) % 4;
    switch (opcode) {
      case TABLESWITCH:
        return padded - at + 12 + 4 * (integer(code, padded + 8) - integer(code, padded + 4) + 1);
      case LOOKUPSWITCH:
        return padded - at + 8 + 8 * integer(code, padded + 4);
      case WIDE:
        return (code[at + 1] & 0xFF) == IINC ? 6 : 4;
      default:
        return LENGTHS.charAt(opcode) - '0';
    }
  }

  static int integer(byte[] bytes, int at) {
    return half(bytes, at) << 16 | half(bytes, at + 2);
  }

  static int half(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }
}
