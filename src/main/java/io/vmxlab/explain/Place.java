package io.vmxlab.explain;

import java.util.Locale;
import java.util.Optional;

/**
 * Where in the program something happened.
 *
 * @param address RIP of the instruction
 * @param symbol {@code start+12h}; empty if no symbol is near
 * @param bytes of the instruction; empty if they could not be fetched
 * @param code the instruction as text; empty if the bytes are none
 */
public record Place(long address, Optional<String> symbol, byte[] bytes, String code) {
  /** The first word of the instruction in capitals, or an empty string. */
  public String mnemonic() {
    String text = code.strip();
    int end = text.indexOf(' ');
    return (end < 0 ? text : text.substring(0, end)).toUpperCase(Locale.ROOT);
  }
}
