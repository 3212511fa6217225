package io.vmxlab.isa;

import java.util.Locale;
import java.util.Set;

/** Names that have both a VEX and an EVEX encoding, for which assemblers take EVEX unless told. */
public final class EncodingChoice {
  /** Asks for the VEX encoding, before the name. */
  public static final String VEX = "{vex}";

  private static final Set<String> EVEX_UNLESS_TOLD =
      Set.of(
          "VPDPBUSD",
          "VPDPBUSDS",
          "VPDPWSSD",
          "VPDPWSSDS",
          "VPMADD52LUQ",
          "VPMADD52HUQ",
          "VCVTNEPS2BF16");

  private EncodingChoice() {}

  /** Without {@link #VEX} the name means the EVEX encoding. */
  public static boolean isEvexUnlessTold(String mnemonic) {
    return EVEX_UNLESS_TOLD.contains(mnemonic.toUpperCase(Locale.ROOT));
  }
}
