package io.vmxlab.machine;

import java.util.Locale;

/** Where a processor stands with regard to VMX operation. */
public enum Vmx {
  OUTSIDE,
  ROOT,
  NON_ROOT;

  /** {@code non-root}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
