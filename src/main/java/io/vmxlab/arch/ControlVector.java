package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The vectors of VMX controls, and where a processor says how each of their bits may be set. SDM
 * Vol. 3D "VM-Execution Controls", "VM-Exit Controls", "VM-Entry Controls" (reporting).
 */
public enum ControlVector {
  // spotless:off
  PIN       (VmcsField.PIN_BASED_CONTROLS,         Msr.IA32_VMX_PINBASED_CTLS,   Msr.IA32_VMX_TRUE_PINBASED_CTLS),
  PRIMARY   (VmcsField.PRIMARY_CONTROLS,           Msr.IA32_VMX_PROCBASED_CTLS,  Msr.IA32_VMX_TRUE_PROCBASED_CTLS),
  SECONDARY (VmcsField.SECONDARY_CONTROLS,         Msr.IA32_VMX_PROCBASED_CTLS2, "PRIMARY", "ACTIVATE_SECONDARY_CONTROLS"),
  TERTIARY  (VmcsField.TERTIARY_CONTROLS,          Msr.IA32_VMX_PROCBASED_CTLS3, "PRIMARY", "ACTIVATE_TERTIARY_CONTROLS"),
  FUNCTIONS (VmcsField.VM_FUNCTION_CONTROLS,       Msr.IA32_VMX_VMFUNC,          "SECONDARY", "ENABLE_VM_FUNCTIONS"),
  EXIT      (VmcsField.VM_EXIT_CONTROLS,           Msr.IA32_VMX_EXIT_CTLS,       Msr.IA32_VMX_TRUE_EXIT_CTLS),
  EXIT2     (VmcsField.SECONDARY_VM_EXIT_CONTROLS, Msr.IA32_VMX_EXIT_CTLS2,      "EXIT", "ACTIVATE_SECONDARY_CONTROLS"),
  ENTRY     (VmcsField.VM_ENTRY_CONTROLS,          Msr.IA32_VMX_ENTRY_CTLS,      Msr.IA32_VMX_TRUE_ENTRY_CTLS);
  // spotless:on

  private static final long LOW = 0xFFFF_FFFFL;

  public final VmcsField field;
  private final Msr plain;
  private final Msr exact;
  private final String activatedIn;
  private final String activatedBy;

  ControlVector(VmcsField field, Msr plain, Msr exact) {
    this.field = field;
    this.plain = plain;
    this.exact = exact;
    activatedIn = "";
    activatedBy = "";
  }

  ControlVector(VmcsField field, Msr reporting, String activatedIn, String activatedBy) {
    this.field = field;
    plain = reporting;
    exact = reporting;
    this.activatedIn = activatedIn;
    this.activatedBy = activatedBy;
  }

  /** As it is written in front of a control's name: {@code secondary}. */
  public String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What can stand in front of a control's name. */
  public static List<String> prefixes() {
    List<String> all = new ArrayList<>();
    for (ControlVector v : values()) {
      all.add(v.prefix());
    }
    return all;
  }

  /** One bit of one vector. */
  public record Bit(ControlVector vector, Field field) {
    /** {@code secondary.ENABLE_EPT}. */
    public String fullName() {
      return vector.prefix() + "." + field.name();
    }
  }

  /** All controls that have a name, by vectors. */
  public static List<Bit> bits() {
    List<Bit> all = new ArrayList<>();
    for (ControlVector v : values()) {
      v.field.layout().fields().forEach(f -> all.add(new Bit(v, f)));
    }
    return all;
  }

  /** The control without which the whole vector counts as 0. */
  public Optional<Bit> activation() {
    if (activatedIn.isEmpty()) {
      return Optional.empty();
    }
    ControlVector in = valueOf(activatedIn);
    return Optional.of(new Bit(in, in.field.layout().field(activatedBy).orElseThrow()));
  }

  /**
   * The MSR that reports on the controls; the TRUE one where there is one.
   *
   * @param basic IA32_VMX_BASIC
   */
  public Msr reporting(long basic) {
    return (basic & VmxCapability.BASIC_TRUE_CONTROLS) != 0 ? exact : plain;
  }

  private boolean isQuad() {
    return field.width() == VmcsField.Width.QUAD;
  }

  /** The controls that have to be 1, by the reporting MSR's value. */
  public long allowed0(long reported) {
    return isQuad() ? 0 : reported & LOW;
  }

  /** The controls that may be 1, by the reporting MSR's value. */
  public long allowed1(long reported) {
    return isQuad() ? reported : reported >>> Integer.SIZE;
  }
}
