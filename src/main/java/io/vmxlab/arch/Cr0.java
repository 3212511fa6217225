package io.vmxlab.arch;

/** CR0. SDM Vol. 3A "Control Registers". */
public final class Cr0 {
  // spotless:off
  public static final long PE = 1L << 0;
  public static final long MP = 1L << 1;
  public static final long EM = 1L << 2;
  public static final long TS = 1L << 3;
  public static final long ET = 1L << 4;
  public static final long NE = 1L << 5;
  public static final long WP = 1L << 16;
  public static final long AM = 1L << 18;
  public static final long NW = 1L << 29;
  public static final long CD = 1L << 30;
  public static final long PG = 1L << 31;

  public static final Layout LAYOUT = Layout.of("CR0", 64)
      .bit(PE, "PE", "protection enable")
      .bit(MP, "MP", "monitor coprocessor")
      .bit(EM, "EM", "emulation")
      .bit(TS, "TS", "task switched")
      .bit(ET, "ET", "extension type, always 1")
      .bit(NE, "NE", "numeric error")
      .bit(WP, "WP", "write protect")
      .bit(AM, "AM", "alignment mask")
      .bit(NW, "NW", "not write-through")
      .bit(CD, "CD", "cache disable")
      .bit(PG, "PG", "paging")
      .build();
  // spotless:on

  private Cr0() {}
}
