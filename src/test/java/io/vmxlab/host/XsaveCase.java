package io.vmxlab.host;

import java.util.HexFormat;

/**
 * One instruction of the XSAVE feature set and what it starts with.
 *
 * @param state x87 and SSE state, as an XSAVE area in the standard format
 * @param area what RDI points to, if the place is 0
 * @param place of RDI from the beginning of the area
 */
record XsaveCase(
    String name, byte[] code, byte[] state, byte[] area, int place, long eax, long edx, long ecx) {
  static final int STATE = 576;
  static final int AREA = 1088;

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return String.format(
        "%s (%s) place %d eax %X edx %X ecx %X%n  state %s%n  area %s%n  header %s",
        name,
        hex.formatHex(code),
        place,
        eax,
        edx,
        ecx,
        hex.formatHex(state, 0, 32),
        hex.formatHex(area, 0, 32),
        hex.formatHex(area, 512, 576));
  }
}
