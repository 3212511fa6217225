package io.vmxlab.arch;

/** IA32_APIC_BASE, MSR 1BH. SDM Vol. 3A "Local APIC Status and Location". */
public final class ApicBase {
  // spotless:off
  /** The bootstrap processor: INIT does not let it wait for a SIPI. */
  public static final long BSP  = 1L << 8;
  public static final long EXTD = 1L << 10;
  public static final long EN   = 1L << 11;
  // spotless:on

  static final Layout LAYOUT =
      Layout.of("IA32_APIC_BASE", 64)
          .bit(BSP, "BSP", "bootstrap processor")
          .bit(EXTD, "EXTD", "x2APIC mode")
          .bit(EN, "EN", "APIC global enable")
          .field(12, 40, "BASE", "page number of the APIC registers")
          .build();

  private ApicBase() {}

  /**
   * The mode that EN and EXTD name can be reached from another one directly. SDM Vol. 3A "x2APIC
   * State Transitions".
   */
  public static boolean mayChange(long from, long to) {
    long before = from & (EN | EXTD);
    long after = to & (EN | EXTD);
    boolean toExtended = before == 0 && after == (EN | EXTD);
    boolean fromExtended = before == (EN | EXTD) && after == EN;
    return after != EXTD && !toExtended && !fromExtended;
  }
}
