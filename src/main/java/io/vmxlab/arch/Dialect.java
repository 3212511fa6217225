package io.vmxlab.arch;

/** Whose meaning a spelling has that assemblers understand differently. */
public enum Dialect {
  /** The text's own words tell; what they leave open is refused. */
  BY_TEXT,
  NASM,
  MASM,
  /** GNU as after {@code .intel_syntax noprefix}. */
  GAS
}
