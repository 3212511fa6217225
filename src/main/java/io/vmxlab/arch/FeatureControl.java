package io.vmxlab.arch;

/** IA32_FEATURE_CONTROL, MSR 3AH. SDM Vol. 3C "Enabling and Entering VMX Operation". */
public final class FeatureControl {
  // spotless:off
  public static final long LOCK               = 1L << 0;
  public static final long VMX_INSIDE_SMX     = 1L << 1;
  public static final long VMX_OUTSIDE_SMX    = 1L << 2;
  public static final long SENTER_GLOBAL      = 1L << 15;
  public static final long SGX_LAUNCH_CONTROL = 1L << 17;
  public static final long SGX_GLOBAL         = 1L << 18;
  public static final long LMCE_ON            = 1L << 20;
  public static final long SENTER_LOCAL       = 0x7F00L;

  public static final Layout LAYOUT = Layout.of("IA32_FEATURE_CONTROL", 64)
      .bit(LOCK, "LOCK", "locked: a later WRMSR is #GP(0)")
      .bit(VMX_INSIDE_SMX, "VMX_INSIDE_SMX", "enable VMXON inside SMX operation")
      .bit(VMX_OUTSIDE_SMX, "VMX_OUTSIDE_SMX", "enable VMXON outside SMX operation")
      .bit(SENTER_GLOBAL, "SENTER_GLOBAL", "SENTER global enable")
      .bit(SGX_LAUNCH_CONTROL, "SGX_LAUNCH_CONTROL", "SGX launch control enable")
      .bit(SGX_GLOBAL, "SGX_GLOBAL", "SGX global enable")
      .bit(LMCE_ON, "LMCE_ON", "local machine check enable")
      .field(8, 7, "SENTER_LOCAL", "SENTER local function enables")
      .build();
  // spotless:on

  private FeatureControl() {}
}
