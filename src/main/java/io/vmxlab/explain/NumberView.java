package io.vmxlab.explain;

/**
 * The value of a register that has no fields.
 *
 * @param width in bits
 */
public record NumberView(String name, int width, long value) {
  private static final int GROUP = 8;

  /** Without sign. */
  String decimal() {
    return Long.toUnsignedString(value);
  }

  /** In two's complement. */
  long signed() {
    return value << 64 - width >> 64 - width;
  }

  /** In groups of eight digits, without leading groups of zeros. */
  String binary() {
    StringBuilder text = new StringBuilder();
    for (int group = (width + GROUP - 1) / GROUP - 1; group >= 0; group--) {
      long bits = value >>> group * GROUP & (1 << GROUP) - 1;
      if (bits == 0 && text.length() == 0 && group > 0) {
        continue;
      }
      text.append(text.length() == 0 ? "" : "_");
      for (int i = Math.min(GROUP, width) - 1; i >= 0; i--) {
        text.append(bits >>> i & 1);
      }
    }
    return text.toString();
  }
}
