package io.vmxlab.arch;

/**
 * Formats of the VM-exit instruction-information field: which parts of an instruction it shows, by
 * the instruction. SDM Vol. 3C "Information for VM Exits Due to Instruction Execution".
 */
public enum ExitInstructionInformation {
  // spotless:off
  /** The instruction has none. */
  NONE                  (false, false, false, false),
  /** INS and OUTS. */
  STRING_IO             (false, false, false, false),
  /** INVEPT, INVVPID, INVPCID. */
  INVALIDATION          (true,  false, true,  false),
  /** LGDT, LIDT, SGDT, SIDT. */
  DESCRIPTOR_TABLE      (true,  false, false, true),
  /** LLDT, LTR, SLDT, STR. */
  SELECTOR              (true,  true,  false, true),
  /** RDRAND, RDSEED. */
  RANDOM                (false, true,  false, false),
  /** VMCLEAR, VMPTRLD, VMPTRST, VMXON, XSAVES, XRSTORS. */
  MEMORY                (true,  false, false, false),
  /** VMREAD, VMWRITE. */
  FIELD_ACCESS          (true,  true,  true,  false);

  public static final int REGISTER_1_SHIFT   = 3;
  public static final int ADDRESS_SIZE_SHIFT = 7;
  public static final long REGISTER_FORM     = 1L << 10;
  public static final int OPERAND_SIZE_SHIFT = 11;
  public static final int SEGMENT_SHIFT      = 15;
  public static final int INDEX_SHIFT        = 18;
  public static final long NO_INDEX          = 1L << 22;
  public static final int BASE_SHIFT         = 23;
  public static final long NO_BASE           = 1L << 27;
  public static final int IDENTITY_SHIFT     = 28;
  public static final int REGISTER_2_SHIFT   = 28;
  // spotless:on

  /** Parts of a memory operand. */
  public final boolean memory;

  /** A register that is the operand. */
  public final boolean register1;

  /** A second operand, always a register. */
  public final boolean register2;

  /** Which of the four instructions of the format it is. */
  public final boolean identity;

  ExitInstructionInformation(
      boolean memory, boolean register1, boolean register2, boolean identity) {
    this.memory = memory;
    this.register1 = register1;
    this.register2 = register2;
    this.identity = identity;
  }

  /** Names and places of the field's bits. */
  public Layout layout() {
    Layout.Builder layout = Layout.of("instruction information", 32);
    if (this == STRING_IO) {
      return layout
          .field(ADDRESS_SIZE_SHIFT, 3, "ADDRESS_SIZE", "0 16 bits, 1 32, 2 64")
          .field(SEGMENT_SHIFT, 3, "SEGMENT", "0 ES, 1 CS, 2 SS, 3 DS, 4 FS, 5 GS")
          .build();
    }
    if (register1) {
      layout.field(REGISTER_1_SHIFT, 4, "REGISTER_1", "the register operand");
    }
    if (this == RANDOM || this == DESCRIPTOR_TABLE) {
      int width = this == RANDOM ? 2 : 1;
      layout.field(OPERAND_SIZE_SHIFT, width, "OPERAND_SIZE", "0 16 bits, 1 32, 2 64");
    }
    if (memory) {
      layout
          .field(0, 2, "SCALE", "0 no scaling, 1 by 2, 2 by 4, 3 by 8")
          .field(ADDRESS_SIZE_SHIFT, 3, "ADDRESS_SIZE", "0 16 bits, 1 32, 2 64")
          .field(SEGMENT_SHIFT, 3, "SEGMENT", "0 ES, 1 CS, 2 SS, 3 DS, 4 FS, 5 GS")
          .field(INDEX_SHIFT, 4, "INDEX", "index register")
          .bit(NO_INDEX, "NO_INDEX", "there is no index register")
          .field(BASE_SHIFT, 4, "BASE", "base register")
          .bit(NO_BASE, "NO_BASE", "there is no base register");
    }
    if (memory && register1) {
      layout.bit(REGISTER_FORM, "REGISTER", "the operand is a register");
    }
    if (identity) {
      String which =
          this == SELECTOR ? "0 SLDT, 1 STR, 2 LLDT, 3 LTR" : "0 SGDT, 1 SIDT, 2 LGDT, 3 LIDT";
      layout.field(IDENTITY_SHIFT, 2, "INSTRUCTION", which);
    }
    if (register2) {
      layout.field(REGISTER_2_SHIFT, 4, "REGISTER_2", "the second register operand");
    }
    return layout.build();
  }
}
