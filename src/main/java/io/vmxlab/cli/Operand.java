package io.vmxlab.cli;

/**
 * An operand of a command: an argument that is no option.
 *
 * @param label what stands for it in the help, such as {@code FILE}
 * @param fewest 0 if it may be left out, else 1
 * @param many further ones may follow; only the last operand of a command
 */
record Operand(String label, String description, int fewest, boolean many) {
  static Operand required(String label, String description) {
    return new Operand(label, description, 1, false);
  }

  static Operand optional(String label, String description) {
    return new Operand(label, description, 0, false);
  }

  static Operand any(String label, String description) {
    return new Operand(label, description, 0, true);
  }
}
