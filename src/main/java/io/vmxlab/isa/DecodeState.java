package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;

/** What of the bytes decides which row they are: prefixes, sizes and ModRM. */
final class DecodeState {
  CodeMode mode;

  /** 66H is present. */
  boolean size66;

  /** The last of F2H and F3H, or 0. */
  int repeat;

  boolean lock;

  /** Last segment override that counts: 0-5, or -1. */
  int segmentOverride = -1;

  /** 16, 32 or 64. */
  int addressSize;

  boolean rex;
  boolean rexW;

  /** 8 if REX.R, X or B is set (VEX likewise), else 0. */
  int rexR;

  int rexX;
  int rexB;

  /** C4H, C5H or 62H if such a prefix is present, else 0. */
  int vex;

  /** pp as one of the prefixes of {@link MatchKey}. */
  int vexPrefix;

  /** Opcode group of a VEX or EVEX prefix. */
  int map;

  int vexL;

  /** VEX.vvvv as a register number; 0 if unused. */
  int vvvv;

  /** The ModRM byte, or -1. */
  int modrm = -1;
}
