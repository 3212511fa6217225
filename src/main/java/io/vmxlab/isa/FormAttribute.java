package io.vmxlab.isa;

/** What a row says besides encoding and syntax. */
public enum FormAttribute {
  /** LOCK is allowed when the destination is memory. */
  LOCK,
  /** Does not exist outside 64-bit mode. */
  ONLY64,
  /** Does not exist in 64-bit mode. */
  NO64,
  /** 66H is not allowed, though the opcode has another prefix. */
  NO66,
  /** Operand size is 64 in 64-bit mode unless 66H makes it 16. */
  DEFAULT64,
  /** Operand size is 64 in 64-bit mode whatever the prefixes say. */
  FORCE64,
  /** Operates on bytes whatever the operand size; for rows whose syntax shows no size. */
  O8,
  /** Applies for operand size 16 only; for rows whose syntax shows no size. */
  O16,
  /** Applies for operand size 32 only. */
  O32,
  /** Applies for operand size 64 only. */
  O64,
  /** Elements of a packed operation have 8 bits, of a conversion those of the destination. */
  E8,
  /** Elements of 16 bits. */
  E16,
  /** Elements of 32 bits. */
  E32,
  /** Elements of 64 bits. */
  E64,
  /** The low quadword of the source goes with every element of the destination (shifts). */
  BY_ONE,
  /** A memory operand of 128 bits need not be aligned. */
  UNALIGNED,
  /** Applies for address size 16 only (JCXZ). */
  A16,
  /** Applies for address size 32 only (JECXZ). */
  A32,
  /** Applies for address size 64 only (JRCXZ). */
  A64,
  /** ModRM.mod is ignored and ModRM.rm is a register (MOV CRn, MOV DRn). */
  RM_IS_REGISTER,
  /** REP repeats it. */
  REP,
  /** REPE and REPNE repeat it. */
  REPCC,
  /** Decoded normally, but where another row serves too the assembler prefers that. */
  ALIAS,
  /** Another spelling of the row with the same encoding, for the assembler; never decoded. */
  SPELLING,
  /**
   * The block of straight-line code ends after it: control flow, mode or translation may change.
   */
  ENDS_BLOCK,
  /** An instruction that does nothing on this processor and keeps its bytes for later meanings. */
  HINT
}
