package io.vmxlab.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.lang.reflect.Field;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What VMX instructions take for granted instead of going through rules, the rules say too. */
class HeldChecksTest {
  private final Cpu cpu =
      Machine.builder().cpu("skylake").firmware(Firmware.LOCKED_ON).build().cpu();
  private final VmxState state = (VmxState) cpu.vmx;

  @Test
  void aHostKernelMeetsWhatVmxInstructionsBeginWith() {
    int met = 0;
    for (int i = 0; i < 1 << 8; i++) {
      cpu.vmxOperation = i & 3;
      cpu.cpl = i >> 2 & 3;
      cpu.cr0 = (i & 1 << 4) != 0 ? Cr0.PE : 0;
      cpu.flagsRest = Rflags.FIXED | ((i & 1 << 5) != 0 ? Rflags.VM : 0);
      cpu.efer = (i & 1 << 6) != 0 ? Efer.LMA : 0;
      cpu.segment(SegmentRegister.CS).rights = (i & 1 << 7) != 0 ? SegmentRights.L : 0;
      if (state.steps.isHostKernel()) {
        met++;
        assertNull(VmxChecks.UD.firstViolation(state.view));
        assertNull(ControlRules.PRIVILEGED.firstViolation(state.view));
        assertEquals(Cpu.VMX_ROOT, cpu.vmxOperation);
      }
    }
    assertEquals(3, met, "64-bit mode; protected mode with CS.L or without");
  }

  /** A control means the same whether a rule asks for it or the processor. */
  @Test
  void controlsAreActivatedByOthers() throws IllegalAccessException {
    Vmcs vmcs = new Vmcs(cpu);
    Random random = new Random(1);
    int on = 0;
    for (int i = 0; i < 200; i++) {
      for (Field field : Control.class.getFields()) {
        VmcsField vector = ((Control) field.get(null)).vector();
        vmcs.set(vector, random.nextLong());
      }
      if (i % 10 == 9) {
        vmcs.makeCurrent(0x20_0000 + i * 0x1000L);
      }
      for (Field field : Control.class.getFields()) {
        Control control = (Control) field.get(null);
        assertEquals(control.on((StateView) vmcs), control.on(vmcs), control.name());
        on += control.on(vmcs) ? 1 : 0;
      }
    }
    assertTrue(on > 1_000, on + " times on");
  }
}
