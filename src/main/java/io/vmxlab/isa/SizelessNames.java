package io.vmxlab.isa;

import java.util.Locale;
import java.util.Set;

/**
 * The manual's names for operand size 16 that assemblers use for the size of the mode; with W
 * appended they mean 16 bits.
 */
public final class SizelessNames {
  private static final Set<String> NAMES = Set.of("IRET", "PUSHF", "POPF", "PUSHA", "POPA");

  private SizelessNames() {}

  /** The manual's name for operand size 16 means the size of the mode to assemblers. */
  public static boolean contains(String mnemonic) {
    return NAMES.contains(mnemonic);
  }

  /** The name that NASM understands for a row. */
  static String written(Form form) {
    String name = form.mnemonic().toLowerCase(Locale.ROOT);
    return contains(form.mnemonic()) ? name + "w" : name;
  }
}
