package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.MsrRow;
import io.vmxlab.arch.Standing;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmxCapability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("max has everything that is modelled and nothing else")
class MaximumTest {
  private final DumpedCpu max = CpuModels.named("MAX");

  @Test
  @DisplayName("every feature that a run shows of any model, and no other")
  void features() {
    for (Feature f : Feature.values()) {
      boolean shown = CpuModels.list().stream().anyMatch(m -> m.has(f));
      assertEquals(shown, max.has(f), f.name());
      assertTrue(Inventory.standing(max, f) != Standing.UNMODELLED, f.name());
    }
  }

  @Test
  @DisplayName("a run hides nothing of it")
  void nothingHidden() {
    for (int[] at : max.leaves()) {
      assertArrayEquals(max.real().cpuid(at[0], at[1]), max.cpuid(at[0], at[1]));
    }
    assertEquals(Inventory.bits(max, State.CR4), Inventory.modelled(max, State.CR4));
    assertEquals(Inventory.bits(max, State.XCR0), Inventory.modelled(max, State.XCR0));
    assertEquals(0, Inventory.bits(max, Msr.IA32_XSS));
    for (DumpedCpu m : CpuModels.list()) {
      assertEquals(0, m.cr4Supported() & ~max.cr4Supported(), m.name());
    }
  }

  @Test
  @DisplayName("MSRs exist if they are modelled; capability MSRs are those that are announced")
  void msrs() {
    List<String> unmodelled = new ArrayList<>();
    for (MsrRow row : Inventory.msrs()) {
      for (int i = row.first(); i < row.first() + row.count(); i++) {
        if (Inventory.standing(max, i) == Standing.UNMODELLED) {
          unmodelled.add(row.name());
        }
      }
    }
    assertEquals(List.of(), unmodelled);
    for (Msr msr : Msr.values()) {
      if (Msr.isVmxCapability(msr.index)) {
        boolean announced =
            VmxCapability.announcement(msr)
                .map(a -> a.in(max.msr(a.by().index).orElse(0)))
                .orElse(true);
        assertEquals(announced, max.msr(msr.index).isPresent(), msr.name());
      }
    }
    assertEquals(Standing.ABSENT, Inventory.standing(max, 0x1234));
  }

  /** TSC multiplier, 2032H: what kvm-unit-tests find by VMREAD. */
  @Test
  @DisplayName("IA32_VMX_VMCS_ENUM is the highest index of the fields that it has")
  void enumeration() {
    assertEquals(0x32, max.msr(Msr.IA32_VMX_VMCS_ENUM.index).orElse(0));
  }

  @Test
  @DisplayName("its values are such as a processor can have, and it is no real one")
  void possible() {
    assertTrue(CapabilityRelations.broken(max::written).isEmpty());
    assertFalse(CpuModels.names().contains("max"));
  }
}
