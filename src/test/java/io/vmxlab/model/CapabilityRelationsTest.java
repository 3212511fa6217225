package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ControlForms;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** SDM Vol. 3D "VMX Capability Reporting Facility". */
class CapabilityRelationsTest {
  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  @ParameterizedTest
  @MethodSource("models")
  void they_hold_on_every_processor_that_was_read(DumpedCpu model) {
    assertEquals(List.of(), CapabilityRelations.broken(model.real()::msr));
  }

  /** A value with one bit changed is found out wherever another MSR tells the bit. */
  @ParameterizedTest
  @MethodSource("models")
  void a_changed_bit_of_one_form_is_found(DumpedCpu model) {
    for (ControlForms forms : ControlForms.ALL) {
      for (Msr form : List.of(forms.plain(), forms.exact())) {
        if (model.real().msr(forms.exact().index).isEmpty()) {
          continue;
        }
        for (int bit = 0; bit < Long.SIZE; bit++) {
          boolean ofTrueOnly = form == forms.exact() && (forms.default1() >>> bit & 1) != 0;
          assertEquals(
              ofTrueOnly, withBit(model, form, bit).isEmpty(), model + " " + form + " bit " + bit);
        }
      }
    }
  }

  private static List<CapabilityRelations.Broken> withBit(DumpedCpu model, Msr changed, int bit) {
    return CapabilityRelations.broken(
        i -> {
          OptionalLong value = model.real().msr(i);
          return i == changed.index ? OptionalLong.of(value.orElseThrow() ^ 1L << bit) : value;
        });
  }

  static List<DumpedCpu> withOwnLeaves() {
    return CpuModels.list().stream().filter(m -> m.base().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("withOwnLeaves")
  void features_and_controls_agree_on_every_processor(DumpedCpu model) {
    for (FeatureLinks.Link link : FeatureLinks.ALL) {
      OptionalLong value = model.real().msr(link.msr().index);
      boolean has = model.real().has(link.feature());
      boolean shown = value.isPresent() && (value.getAsLong() >>> link.bit() & 1) != 0;
      boolean vias = model.name().equals("via-isaiah") && link.feature() == Feature.SMAP;
      if (value.isPresent() && !vias) {
        assertTrue(link.both() ? has == shown : has || !shown, model + " " + link);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "481: 0000007F00000016 ; 48D: 000000FF00000016 | IA32_VMX_PINBASED_CTLS is 7F00000016, IA32_VMX_TRUE_PINBASED_CTLS is FF00000016: they differ only in bits 31:0, and there only in the default1 class",
        "482: FFF9FFFE04006172                         | IA32_VMX_PROCBASED_CTLS is FFF9FFFE04006172: every control of the default1 class (401E172) is 1 there",
        "48F: 00000DFB00036DFB                         | IA32_VMX_TRUE_EXIT_CTLS is DFB00036DFB: a control that has to be 1 (bits 31:0) is one that can be 1 (bits 63:32)",
        "480: 005A08000000000D ; 48D: 0000007F00000016 | IA32_VMX_TRUE_PINBASED_CTLS is 7F00000016, IA32_VMX_BASIC is 5A08000000000D: IA32_VMX_TRUE_PINBASED_CTLS exists only where bit 55 of IA32_VMX_BASIC is 1",
        "48B: 000000FF00000000 ; 491: 1                | IA32_VMX_VMFUNC is 1, IA32_VMX_PROCBASED_CTLS2 is FF00000000: IA32_VMX_VMFUNC exists only where bit 45 of IA32_VMX_PROCBASED_CTLS2 is 1",
        "48B: 000000FF00000001                         | IA32_VMX_PROCBASED_CTLS2 is FF00000001: bits 31:0 are 0 everywhere",
        "48B: 0000008200000000 ; 485: 403C0            | IA32_VMX_MISC is 403C0, IA32_VMX_PROCBASED_CTLS2 is 8200000000: bit 5 of IA32_VMX_MISC is 1 where unrestricted guests are supported",
        "480: 00DA000000000004                         | IA32_VMX_BASIC is DA000000000004: a region has 1 to 4096 bytes (bits 44:32)",
        "480: 00DA040080000004                         | IA32_VMX_BASIC is DA040080000004: bits 31 and 47:45 are 0 everywhere",
        "488: 2000 ; 489: 7FF                          | IA32_VMX_CR4_FIXED0 is 2000, IA32_VMX_CR4_FIXED1 is 7FF: no bit is fixed to 1 and to 0",
        "485: 01FF01E5                                 | IA32_VMX_MISC is 1FF01E5: there are at most 256 CR3-target values",
      })
  void a_model_that_breaks_one_is_refused(String msrs, String message) {
    StringBuilder text = new StringBuilder("CPUID 1: 506E3-0-20-0\n");
    for (String msr : msrs.split(" ; ")) {
      text.append("MSR ").append(msr.strip()).append('\n');
    }
    CpuModelException e =
        assertThrows(CpuModelException.class, () -> CpuModels.parse("my.cpu", text.toString()));
    assertEquals("my.cpu: no processor has these values: " + message, e.getMessage());
  }

  @Test
  void widths_that_page_tables_cannot_hold_are_refused() {
    for (int width : new int[] {31, 53, 255}) {
      String text = String.format("CPUID 1: 0-0-0-0\nCPUID 80000008: %x-0-0-0\n", width);
      assertThrows(CpuModelException.class, () -> CpuModels.parse("x", text));
    }
    assertEquals(
        52,
        CpuModels.parse("x", "CPUID 1: 0-0-0-0\nCPUID 80000008: 34-0-0-0").maxPhysicalAddress());
  }
}
