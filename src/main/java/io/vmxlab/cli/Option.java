package io.vmxlab.cli;

/**
 * An option of a command.
 *
 * @param name with its dashes
 * @param value what stands behind it in the help, such as {@code FILE}; empty for a switch
 * @param description one sentence without a full stop
 * @param repeatable may be given more than once
 */
record Option(String name, String value, String description, boolean repeatable) {
  static Option of(String name, String value, String description) {
    return new Option(name, value, description, false);
  }

  static Option many(String name, String value, String description) {
    return new Option(name, value, description, true);
  }

  static Option flag(String name, String description) {
    return new Option(name, "", description, false);
  }

  boolean isFlag() {
    return value.isEmpty();
  }
}
