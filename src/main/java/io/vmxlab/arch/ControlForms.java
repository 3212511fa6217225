package io.vmxlab.arch;

import java.util.List;
import java.util.Optional;

/**
 * The two MSRs that report the allowed settings of one control vector. They agree in bits 63:32; in
 * bits 31:0 the plain form has every control of the default1 class, the TRUE form only those that
 * cannot be 0. SDM Vol. 3D "Reserved Controls and Default Settings".
 *
 * @param plain exists on every processor with VMX
 * @param exact the TRUE form; exists if bit 55 of IA32_VMX_BASIC is 1
 * @param default1 the default1 class, in bits 31:0
 */
public record ControlForms(Msr plain, Msr exact, long default1) {
  // spotless:off
  public static final List<ControlForms> ALL = List.of(
      new ControlForms(Msr.IA32_VMX_PINBASED_CTLS,  Msr.IA32_VMX_TRUE_PINBASED_CTLS,  VmxControls.PIN_BASED_DEFAULT1),
      new ControlForms(Msr.IA32_VMX_PROCBASED_CTLS, Msr.IA32_VMX_TRUE_PROCBASED_CTLS, VmxControls.PROC_BASED_DEFAULT1),
      new ControlForms(Msr.IA32_VMX_EXIT_CTLS,      Msr.IA32_VMX_TRUE_EXIT_CTLS,      VmxControls.EXIT_DEFAULT1),
      new ControlForms(Msr.IA32_VMX_ENTRY_CTLS,     Msr.IA32_VMX_TRUE_ENTRY_CTLS,     VmxControls.ENTRY_DEFAULT1));
  // spotless:on

  private static final long LOW = 0xFFFF_FFFFL;

  /** The pair of which the MSR is one form. */
  public static Optional<ControlForms> of(Msr form) {
    return ALL.stream().filter(f -> f.plain == form || f.exact == form).findFirst();
  }

  /** The plain form's value, which follows from that of the TRUE form. */
  public long plainOf(long exactValue) {
    return exactValue | default1;
  }

  /**
   * A TRUE form's value that agrees with the plain form's.
   *
   * @param like a TRUE form's value of another processor, for the controls that can be 0
   */
  public long exactOf(long plainValue, long like) {
    long mustLike = like & default1;
    return plainValue & ~LOW | plainValue & LOW & ~default1 | mustLike;
  }
}
