package io.vmxlab.arch;

/** IA32_EFER. SDM Vol. 3A "Extended Feature Enable Register". */
public final class Efer {
  // spotless:off
  public static final long SCE = 1L << 0;
  public static final long LME = 1L << 8;
  public static final long LMA = 1L << 10;
  public static final long NXE = 1L << 11;

  public static final Layout LAYOUT = Layout.of("IA32_EFER", 64)
      .bit(SCE, "SCE", "SYSCALL enable")
      .bit(LME, "LME", "IA-32e mode enable")
      .bit(LMA, "LMA", "IA-32e mode active")
      .bit(NXE, "NXE", "execute-disable enable")
      .build();
  // spotless:on

  private Efer() {}
}
