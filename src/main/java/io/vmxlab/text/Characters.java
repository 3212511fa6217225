package io.vmxlab.text;

/** What the characters of an input are. */
public final class Characters {
  private Characters() {}

  /** No control characters but white space. */
  public static boolean printable(byte[] content) {
    for (byte b : content) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' || b == 127) {
        return false;
      }
    }
    return true;
  }
}
