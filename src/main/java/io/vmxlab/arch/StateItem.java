package io.vmxlab.arch;

import java.util.Optional;

/**
 * Something of a processor's state that has a name and a value: a register, an MSR, a condition.
 */
public interface StateItem {
  /** The manual's name, such as {@code CR4} or {@code IA32_FEATURE_CONTROL}. */
  String itemName();

  /** Names and places of its fields. */
  Layout layout();

  /** The first of the items with that name, case-insensitively. */
  static <T extends StateItem> Optional<T> find(T[] items, String name) {
    for (T item : items) {
      if (item.itemName().equalsIgnoreCase(name)) {
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }
}
