package io.vmxlab.machine;

import java.util.Locale;

/** How a called function gets its arguments. In 32-bit code all are on the stack. */
public enum Abi {
  /** RDI, RSI, RDX, RCX, R8, R9, then the stack. */
  SYSV,
  /** RCX, RDX, R8, R9, then the stack above 32 bytes of shadow space. */
  MS;

  /**
   * {@code sysv} or {@code ms}.
   *
   * @throws BadInputException for anything else
   */
  public static Abi named(String name) {
    for (Abi a : values()) {
      if (a.name().equals(name.toUpperCase(Locale.ROOT))) {
        return a;
      }
    }
    throw new BadInputException("abi", "there is no \"" + name + "\"", "give sysv or ms");
  }
}
