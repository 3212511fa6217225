package io.vmxlab.isa;

/**
 * The parsed form of a row's encoding.
 *
 * @param map opcode map: 0 one-byte, 1 0FH, 2 0F38H, 3 0F3AH; EVEX also 5 and 6
 * @param opcode the last opcode byte; for {@code +rd} rows the first of eight
 * @param opcodeMask bits of the opcode byte that count: FFH, F8H for {@code +rd} rows, or 0 for a
 *     row that stands for a whole map
 * @param prefix mandatory prefix: 0 none demanded, 66H, F2H, F3H; {@link #NO_PREFIX} or {@link
 *     #NO_REPEAT}
 * @param rexW 1 demanded, 0 forbidden, -1 either
 * @param rexR REX.R is demanded (MOV CR8)
 * @param modrm whether a ModRM byte follows
 * @param digit value of ModRM.reg demanded by the row, or -1
 * @param rm value of the whole ModRM byte demanded by the row ({@code 0F 01 C4}), or -1; without
 *     ModRM the byte that the assembler writes in place of an immediate ({@code D5 0A})
 * @param mod 3 register only, 0 memory only, -1 either
 * @param immediate size of the first immediate, displacement or offset in bytes; 0 if none, -1 if
 *     the address size decides (moffs)
 * @param secondImmediate size of the second immediate in bytes (ENTER, far pointers), or 0
 * @param space which prefix scheme the row uses
 * @param vexL 0, 1 or 2 demanded, -1 ignored
 * @param sizes operand sizes the row is for: the sum of {@link #SIZE16}, {@link #SIZE32}, {@link
 *     #SIZE64}. A size that no row of an opcode is for goes to the row of the nearest smaller size,
 *     else the nearest larger one
 */
public record Encoding(
    int map,
    int opcode,
    int opcodeMask,
    int prefix,
    int rexW,
    boolean rexR,
    boolean modrm,
    int digit,
    int rm,
    int mod,
    int immediate,
    int secondImmediate,
    Space space,
    int vexL,
    int sizes) {
  /** None of 66H, F2H, F3H is allowed: {@code NP}. */
  public static final int NO_PREFIX = -1;

  /** Neither F2H nor F3H is allowed: {@code NFx}. */
  public static final int NO_REPEAT = -2;

  public static final int SIZE16 = 1;
  public static final int SIZE32 = 2;
  public static final int SIZE64 = 4;
  public static final int ANY_SIZE = SIZE16 | SIZE32 | SIZE64;

  /** Prefix schemes. */
  public enum Space {
    LEGACY,
    VEX,
    EVEX
  }
}
