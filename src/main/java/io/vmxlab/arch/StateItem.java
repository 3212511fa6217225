package io.vmxlab.arch;

/**
 * Something of a processor's state that has a name and a value: a register, an MSR, a condition.
 */
public interface StateItem {
  /** The manual's name, such as {@code CR4} or {@code IA32_FEATURE_CONTROL}. */
  String itemName();

  /** Names and places of its fields. */
  Layout layout();
}
