package io.vmxlab.machine;

import io.vmxlab.arch.FeatureControl;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What firmware has left in IA32_FEATURE_CONTROL before the program runs. */
public enum Firmware {
  /** 0: the program may write the register and has to lock it. */
  UNLOCKED(0),
  /** 5: locked, VMXON outside SMX operation allowed. */
  LOCKED_ON(FeatureControl.LOCK | FeatureControl.VMX_OUTSIDE_SMX),
  /** 1: locked, VMXON not allowed. */
  LOCKED_OFF(FeatureControl.LOCK),
  /** 3: locked, VMXON allowed inside SMX operation only. */
  LOCKED_SMX_ONLY(FeatureControl.LOCK | FeatureControl.VMX_INSIDE_SMX);

  private final long featureControl;

  Firmware(long featureControl) {
    this.featureControl = featureControl;
  }

  /** The value of IA32_FEATURE_CONTROL. */
  public long featureControl() {
    return featureControl;
  }

  /** {@code locked-smx-only}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All ids, in order. */
  public static List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (Firmware f : values()) {
      ids.add(f.id());
    }
    return ids;
  }

  /**
   * The firmware with that id, case-insensitively.
   *
   * @throws BadInputException if there is none
   */
  public static Firmware named(String id) {
    String wanted = id.toLowerCase(Locale.ROOT).replace('_', '-');
    for (Firmware f : values()) {
      if (f.id().equals(wanted)) {
        return f;
      }
    }
    throw new BadInputException(
        "firmware",
        "there is no \"" + id + "\"",
        Names.near(wanted, ids()).map(n -> "did you mean " + n + "? Known: ").orElse("known: ")
            + String.join(", ", ids()));
  }
}
