package io.vmxlab.platform;

/**
 * A name for an address.
 *
 * @param size in bytes; 0 if not known
 * @param rank which of several names for an address is shown: the lowest
 */
public record Symbol(String name, long address, long size, Rank rank) {
  /** How good a name is for people. */
  public enum Rank {
    FUNCTION,
    OBJECT,
    LABEL,
    LOCAL
  }

  /** A name without a size. */
  public static Symbol label(String name, long address) {
    return new Symbol(name, address, 0, Rank.LABEL);
  }
}
