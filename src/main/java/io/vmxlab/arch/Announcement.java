package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.List;

/**
 * What says that a VMX capability MSR exists: one of some bits of another. SDM Vol. 3D "VMX
 * Capability Reporting Facility".
 *
 * @param by the MSR that announces
 * @param bits any one of them announces
 */
public record Announcement(Msr by, long bits) {
  /** The value announces the MSR. */
  public boolean in(long value) {
    return (value & bits) != 0;
  }

  /** In prose, such as {@code bit 55 of IA32_VMX_BASIC is 1}. */
  @Override
  public String toString() {
    List<String> any = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((bits >>> bit & 1) != 0) {
        any.add("bit " + bit);
      }
    }
    return String.join(" or ", any) + " of " + by + " is 1";
  }
}
