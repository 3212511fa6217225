package io.vmxlab.model;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR0_FIXED1;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED0;
import static io.vmxlab.arch.Msr.IA32_VMX_CR4_FIXED1;
import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;

import io.vmxlab.arch.Announcement;
import io.vmxlab.arch.ControlForms;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * What holds between the VMX capability MSRs of every processor, so that values that break it are
 * no processor's. Only MSRs that are given are looked at. SDM Vol. 3D "VMX Capability Reporting
 * Facility".
 */
final class CapabilityRelations {
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long RESERVED_OF_BASIC = 1L << 31 | 7L << 45;
  private static final int REGION_SIZE = 32;
  private static final long REGION_SIZE_BITS = 0x1FFF;
  private static final long LARGEST_REGION = 4096;
  private static final int CR3_TARGETS = 16;
  private static final long CR3_TARGETS_BITS = 0x1FF;
  private static final long MOST_CR3_TARGETS = 256;

  /**
   * A relation that does not hold.
   *
   * @param text what is wrong, naming the MSRs with their values
   * @param msrs that are concerned
   */
  record Broken(String text, List<Msr> msrs) {}

  private final IntFunction<OptionalLong> values;
  private final List<Broken> broken = new ArrayList<>();

  private CapabilityRelations(IntFunction<OptionalLong> values) {
    this.values = values;
  }

  /**
   * The relations that values break.
   *
   * @param values of MSRs by index; empty for those that are not given
   */
  static List<Broken> broken(IntFunction<OptionalLong> values) {
    CapabilityRelations r = new CapabilityRelations(values);
    r.basic();
    for (ControlForms forms : ControlForms.ALL) {
      r.settings(forms.plain());
      r.settings(forms.exact());
      r.default1(forms);
      r.forms(forms);
    }
    r.secondary();
    r.misc();
    r.fixed(IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1);
    r.fixed(IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1);
    for (Msr msr : Msr.values()) {
      VmxCapability.announcement(msr).ifPresent(a -> r.announced(msr, a));
    }
    return r.broken;
  }

  private OptionalLong value(Msr msr) {
    return values.apply(msr.index);
  }

  private void unless(boolean holds, String what, Msr... msrs) {
    if (!holds) {
      StringBuilder text = new StringBuilder();
      for (Msr m : msrs) {
        text.append(text.length() == 0 ? "" : ", ");
        text.append(String.format(Locale.ROOT, "%s is %X", m, value(m).orElse(0)));
      }
      broken.add(new Broken(text + ": " + what, List.of(msrs)));
    }
  }

  private void basic() {
    if (value(IA32_VMX_BASIC).isPresent()) {
      long basic = value(IA32_VMX_BASIC).getAsLong();
      long size = basic >>> REGION_SIZE & REGION_SIZE_BITS;
      unless(
          (basic & RESERVED_OF_BASIC) == 0, "bits 31 and 47:45 are 0 everywhere", IA32_VMX_BASIC);
      unless(
          size > 0 && size <= LARGEST_REGION,
          "a region has 1 to 4096 bytes (bits 44:32)",
          IA32_VMX_BASIC);
    }
  }

  /** A control that cannot be 0 can be 1. */
  private void settings(Msr msr) {
    if (value(msr).isPresent()) {
      long value = value(msr).getAsLong();
      unless(
          (value & LOW & ~(value >>> Integer.SIZE)) == 0,
          "a control that has to be 1 (bits 31:0) is one that can be 1 (bits 63:32)",
          msr);
    }
  }

  private void default1(ControlForms forms) {
    if (value(forms.plain()).isPresent()) {
      long value = value(forms.plain()).getAsLong();
      unless(
          (value & forms.default1()) == forms.default1(),
          String.format(
              Locale.ROOT, "every control of the default1 class (%X) is 1 there", forms.default1()),
          forms.plain());
    }
  }

  private void forms(ControlForms forms) {
    if (value(forms.plain()).isPresent() && value(forms.exact()).isPresent()) {
      unless(
          value(forms.plain()).getAsLong() == forms.plainOf(value(forms.exact()).getAsLong()),
          "they differ only in bits 31:0, and there only in the default1 class",
          forms.plain(),
          forms.exact());
    }
  }

  private void secondary() {
    if (value(IA32_VMX_PROCBASED_CTLS2).isPresent()) {
      long value = value(IA32_VMX_PROCBASED_CTLS2).getAsLong();
      unless((value & LOW) == 0, "bits 31:0 are 0 everywhere", IA32_VMX_PROCBASED_CTLS2);
      if (value(IA32_VMX_MISC).isPresent() && (value & VmxCapability.MAY_UNRESTRICTED) != 0) {
        unless(
            (value(IA32_VMX_MISC).getAsLong() & VmxCapability.MISC_STORE_LMA) != 0,
            "bit 5 of IA32_VMX_MISC is 1 where unrestricted guests are supported",
            IA32_VMX_MISC,
            IA32_VMX_PROCBASED_CTLS2);
      }
    }
  }

  private void misc() {
    if (value(IA32_VMX_MISC).isPresent()) {
      long targets = value(IA32_VMX_MISC).getAsLong() >>> CR3_TARGETS & CR3_TARGETS_BITS;
      unless(targets <= MOST_CR3_TARGETS, "there are at most 256 CR3-target values", IA32_VMX_MISC);
    }
  }

  private void fixed(Msr ones, Msr zeros) {
    if (value(ones).isPresent() && value(zeros).isPresent()) {
      unless(
          (value(ones).getAsLong() & ~value(zeros).getAsLong()) == 0,
          "no bit is fixed to 1 and to 0",
          ones,
          zeros);
    }
  }

  private void announced(Msr msr, Announcement by) {
    Optional<Long> announcing = value(by.by()).stream().boxed().findFirst();
    if (value(msr).isPresent() && announcing.isPresent()) {
      unless(by.in(announcing.get()), msr + " exists only where " + by, msr, by.by());
    }
  }
}
