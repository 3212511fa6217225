package io.vmxlab.arch;

import java.util.Set;

/** Inputs of CPUID that others look at by number. SDM Vol. 2A "CPUID". */
public final class CpuidLeaf {
  public static final int VENDOR = 0;
  public static final int VERSION = 1;
  public static final int FEATURES = 7;
  public static final int EXTENDED_TOPOLOGY = 0xB;
  public static final int EXTENDED_STATE = 0xD;
  public static final int FIRST_BRAND = 0x8000_0002;
  public static final int LAST_BRAND = 0x8000_0004;
  public static final int ADDRESS_SIZES = 0x8000_0008;

  /** Leaves whose output depends on ECX, even if a dump shows only one subleaf. */
  private static final Set<Integer> WITH_SUBLEAVES =
      Set.of(4, FEATURES, 0xB, EXTENDED_STATE, 0xF, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1D, 0x1E, 0x1F);

  private CpuidLeaf() {}

  /** The leaf's output depends on ECX on every processor that has it. */
  public static boolean hasSubleaves(int leaf) {
    return WITH_SUBLEAVES.contains(leaf);
  }
}
