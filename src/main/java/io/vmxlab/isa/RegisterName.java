package io.vmxlab.isa;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A register as assembly text names it.
 *
 * @param width in bits
 * @param number in the encoding's order
 * @param high AH, CH, DH or BH
 */
public record RegisterName(Kind kind, int width, int number, boolean high) {
  /** Register files. */
  public enum Kind {
    GENERAL,
    SEGMENT,
    CONTROL,
    DEBUG,
    /** RIP, which only addresses use. */
    POINTER,
    X87,
    MMX,
    XMM,
    YMM,
    MASK;

    /** May be the index of a gather. */
    public boolean vector() {
      return this == XMM || this == YMM;
    }
  }

  private static final String[] LOW = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] BYTES = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
  private static final String[] HIGH = {"ah", "ch", "dh", "bh"};
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
  private static final Map<String, RegisterName> BY_NAME = new HashMap<>();

  static {
    for (int n = 0; n < 16; n++) {
      for (int width : new int[] {8, 16, 32, 64}) {
        add(general(n, width, false), Kind.GENERAL, width, n, false);
      }
      add("cr" + n, Kind.CONTROL, 64, n, false);
      add("xmm" + n, Kind.XMM, 128, n, false);
      add("ymm" + n, Kind.YMM, 256, n, false);
      if (n < 8) {
        add("dr" + n, Kind.DEBUG, 64, n, false);
        add("st" + n, Kind.X87, 80, n, false);
        add("mm" + n, Kind.MMX, 64, n, false);
        add("k" + n, Kind.MASK, 64, n, false);
      }
    }
    for (int n = 0; n < 4; n++) {
      add(HIGH[n], Kind.GENERAL, 8, n + 4, true);
    }
    for (int n = 0; n < 6; n++) {
      add(SEGMENTS[n], Kind.SEGMENT, 16, n, false);
    }
    add("rip", Kind.POINTER, 64, 0, false);
  }

  private static void add(String name, Kind kind, int width, int number, boolean high) {
    BY_NAME.put(name, new RegisterName(kind, width, number, high));
  }

  /** The register with that name, case-insensitively, or null. */
  public static RegisterName of(String name) {
    return BY_NAME.get(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Name of a general-purpose register.
   *
   * @param high for width 8: numbers 4 to 7 mean AH, CH, DH, BH
   */
  public static String general(int number, int width, boolean high) {
    switch (width) {
      case 8:
        return high ? HIGH[number - 4] : number < 8 ? BYTES[number] : "r" + number + "b";
      case 16:
        return number < 8 ? LOW[number] : "r" + number + "w";
      case 32:
        return number < 8 ? "e" + LOW[number] : "r" + number + "d";
      default:
        return number < 8 ? "r" + LOW[number] : "r" + number;
    }
  }

  static String segment(int number) {
    return SEGMENTS[number];
  }

  /** Written out: the generated one takes milliseconds to link. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RegisterName r
        && kind == r.kind
        && width == r.width
        && number == r.number
        && high == r.high;
  }

  @Override
  public int hashCode() {
    return (kind.ordinal() * 64 + width) * 64 + number * 2 + (high ? 1 : 0);
  }
}
