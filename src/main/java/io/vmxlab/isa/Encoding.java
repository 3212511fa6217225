package io.vmxlab.isa;

/**
 * The parsed form of a row's encoding.
 *
 * @param map opcode map: 0 one-byte, 1 0FH, 2 0F38H, 3 0F3AH
 * @param opcode the last opcode byte; for {@code +rd} rows the first of eight
 * @param opcodeMask bits of the opcode byte that count: FFH, or F8H for {@code +rd} rows
 * @param prefix mandatory prefix: 0 none demanded, 66H, F2H, F3H; -1 none allowed (NP)
 * @param rexW 1 demanded, 0 forbidden, -1 either
 * @param modrm whether a ModRM byte follows
 * @param digit value of ModRM.reg demanded by the row, or -1
 * @param rm value of the whole ModRM byte demanded by the row ({@code 0F 01 C4}), or -1
 * @param mod 3 register only, 0 memory only, -1 either
 * @param immediate size of the first immediate, displacement or offset in bytes; 0 if none, -1 if
 *     the address size decides (moffs)
 * @param secondImmediate size of the second immediate in bytes (ENTER, far pointers), or 0
 * @param space which prefix scheme the row uses
 * @param vexL 0 or 1 demanded, -1 ignored
 */
public record Encoding(
    int map,
    int opcode,
    int opcodeMask,
    int prefix,
    int rexW,
    boolean modrm,
    int digit,
    int rm,
    int mod,
    int immediate,
    int secondImmediate,
    Space space,
    int vexL) {
  /** Prefix schemes. */
  public enum Space {
    LEGACY,
    VEX,
    EVEX
  }
}
