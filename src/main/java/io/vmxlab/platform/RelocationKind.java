package io.vmxlab.platform;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a place that refers to a symbol is computed. System V ABI, AMD64 supplement "Relocation
 * Types"; Intel386 supplement likewise. S symbol, A addend, P place, G its GOT slot's offset, GOT
 * the table's address.
 */
enum RelocationKind {
  // spotless:off
  R_X86_64_NONE             ( 0, true,  0, Formula.NOTHING,      Fit.ANY),
  R_X86_64_64               ( 1, true,  8, Formula.ABSOLUTE,     Fit.ANY),
  R_X86_64_PC32             ( 2, true,  4, Formula.RELATIVE,     Fit.SIGNED),
  R_X86_64_GOT32            ( 3, true,  4, Formula.SLOT_OFFSET,  Fit.SIGNED),
  R_X86_64_PLT32            ( 4, true,  4, Formula.RELATIVE,     Fit.SIGNED),
  R_X86_64_GOTPCREL         ( 9, true,  4, Formula.SLOT_RELATIVE, Fit.SIGNED),
  R_X86_64_32               (10, true,  4, Formula.ABSOLUTE,     Fit.UNSIGNED),
  R_X86_64_32S              (11, true,  4, Formula.ABSOLUTE,     Fit.SIGNED),
  R_X86_64_16               (12, true,  2, Formula.ABSOLUTE,     Fit.EITHER),
  R_X86_64_PC16             (13, true,  2, Formula.RELATIVE,     Fit.SIGNED),
  R_X86_64_8                (14, true,  1, Formula.ABSOLUTE,     Fit.EITHER),
  R_X86_64_PC8              (15, true,  1, Formula.RELATIVE,     Fit.SIGNED),
  R_X86_64_PC64             (24, true,  8, Formula.RELATIVE,     Fit.ANY),
  R_X86_64_GOTOFF64         (25, true,  8, Formula.FROM_TABLE,   Fit.ANY),
  R_X86_64_GOTPC32          (26, true,  4, Formula.TABLE_RELATIVE, Fit.SIGNED),
  R_X86_64_GOT64            (27, true,  8, Formula.SLOT_OFFSET,  Fit.ANY),
  R_X86_64_GOTPCREL64       (28, true,  8, Formula.SLOT_RELATIVE, Fit.ANY),
  R_X86_64_GOTPC64          (29, true,  8, Formula.TABLE_RELATIVE, Fit.ANY),
  R_X86_64_GOTPLT64         (30, true,  8, Formula.SLOT_OFFSET,  Fit.ANY),
  R_X86_64_PLTOFF64         (31, true,  8, Formula.FROM_TABLE,   Fit.ANY),
  R_X86_64_SIZE32           (32, true,  4, Formula.SIZE,         Fit.UNSIGNED),
  R_X86_64_SIZE64           (33, true,  8, Formula.SIZE,         Fit.ANY),
  R_X86_64_GOTPCRELX        (41, true,  4, Formula.SLOT_RELATIVE, Fit.SIGNED),
  R_X86_64_REX_GOTPCRELX    (42, true,  4, Formula.SLOT_RELATIVE, Fit.SIGNED),

  R_386_NONE                ( 0, false, 0, Formula.NOTHING,      Fit.ANY),
  R_386_32                  ( 1, false, 4, Formula.ABSOLUTE,     Fit.WRAPPING),
  R_386_PC32                ( 2, false, 4, Formula.RELATIVE,     Fit.WRAPPING),
  R_386_GOT32               ( 3, false, 4, Formula.SLOT_386,     Fit.WRAPPING),
  R_386_PLT32               ( 4, false, 4, Formula.RELATIVE,     Fit.WRAPPING),
  R_386_GOTOFF              ( 9, false, 4, Formula.FROM_TABLE,   Fit.WRAPPING),
  R_386_GOTPC               (10, false, 4, Formula.TABLE_RELATIVE, Fit.WRAPPING),
  R_386_16                  (20, false, 2, Formula.ABSOLUTE,     Fit.EITHER),
  R_386_PC16                (21, false, 2, Formula.RELATIVE,     Fit.EITHER),
  R_386_8                   (22, false, 1, Formula.ABSOLUTE,     Fit.EITHER),
  R_386_PC8                 (23, false, 1, Formula.RELATIVE,     Fit.SIGNED),
  R_386_SIZE32              (38, false, 4, Formula.SIZE,         Fit.WRAPPING),
  R_386_GOT32X              (43, false, 4, Formula.SLOT_386,     Fit.WRAPPING);
  // spotless:on

  /** What is stored. */
  enum Formula {
    NOTHING,
    /** S + A. */
    ABSOLUTE,
    /** S + A - P. */
    RELATIVE,
    /** G + A. */
    SLOT_OFFSET,
    /** GOT + G + A - P. */
    SLOT_RELATIVE,
    /** G + A with a base register in the instruction, else GOT + G + A. */
    SLOT_386,
    /** GOT + A - P. */
    TABLE_RELATIVE,
    /** S + A - GOT. */
    FROM_TABLE,
    /** Size of the symbol + A. */
    SIZE;

    boolean needsSlot() {
      return this == SLOT_OFFSET || this == SLOT_RELATIVE || this == SLOT_386;
    }
  }

  /** Which values the place can hold. */
  enum Fit {
    ANY,
    SIGNED,
    UNSIGNED,
    /** Signed or unsigned. */
    EITHER,
    /** Addresses wrap around at 4 GBytes. */
    WRAPPING
  }

  private static final Map<Integer, RelocationKind> WIDE = new HashMap<>();
  private static final Map<Integer, RelocationKind> NARROW = new HashMap<>();

  static {
    for (RelocationKind k : values()) {
      (k.wide ? WIDE : NARROW).put(k.number, k);
    }
  }

  final int number;
  final boolean wide;

  /** Of the place, in bytes. */
  final int size;

  final Formula formula;
  final Fit fit;

  RelocationKind(int number, boolean wide, int size, Formula formula, Fit fit) {
    this.number = number;
    this.wide = wide;
    this.size = size;
    this.formula = formula;
    this.fit = fit;
  }

  static Optional<RelocationKind> of(int number, boolean wide) {
    return Optional.ofNullable((wide ? WIDE : NARROW).get(number));
  }

  boolean holds(long value) {
    int bits = size * 8;
    boolean signed = bits == 64 || value >= -1L << (bits - 1) && value < 1L << (bits - 1);
    boolean unsigned = bits == 64 || value >= 0 && value < 1L << bits;
    switch (fit) {
      case SIGNED:
        return signed;
      case UNSIGNED:
        return unsigned;
      case EITHER:
        return signed || unsigned;
      default:
        return true;
    }
  }
}
