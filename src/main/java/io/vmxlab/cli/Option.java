package io.vmxlab.cli;

import java.util.List;

/**
 * An option of a command.
 *
 * @param name with its dashes
 * @param letter a short name with its dash; empty if it has none
 * @param value what stands behind it in the help, such as {@code FILE}; empty for a switch
 * @param description one sentence without a full stop
 * @param repeatable may be given more than once
 */
record Option(String name, String letter, String value, String description, boolean repeatable) {
  static Option of(String name, String value, String description) {
    return new Option(name, "", value, description, false);
  }

  static Option many(String name, String value, String description) {
    return new Option(name, "", value, description, true);
  }

  static Option flag(String name, String description) {
    return new Option(name, "", "", description, false);
  }

  /** The same with a short name. */
  Option orShort(String shortName) {
    return new Option(name, shortName, value, description, repeatable);
  }

  /** All names, the long one last. */
  List<String> names() {
    return letter.isEmpty() ? List.of(name) : List.of(letter, name);
  }

  boolean isFlag() {
    return value.isEmpty();
  }
}
