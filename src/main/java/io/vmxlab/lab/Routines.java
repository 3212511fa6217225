package io.vmxlab.lab;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Msr;
import io.vmxlab.machine.Intrinsics;
import io.vmxlab.machine.MemoryMap;

/**
 * The sequences as Java: each drives a processor through the compilers' intrinsics, and each
 * intrinsic executes its instruction. The VMXON region is the one that the machine has prepared.
 */
public final class Routines {
  private static final int TRUE = 1;
  private static final int FALSE = 0;

  private static final int VMX_LEAF = 1;
  private static final int ECX = 2;
  private static final int VMX_BIT = 1 << 5;

  private static final int DONE = 0;
  private static final int VMXON_FAILED = 1;

  private Routines() {}

  /** Runs a sequence. What it returns means what {@link Sequence#results} says. */
  public static int run(Sequence sequence, Intrinsics cpu) {
    switch (sequence) {
      case ENABLE_CR4:
        enableCr4(cpu);
        return DONE;
      case ENABLE_VMX:
        return enableVmx(cpu);
      case ENTER_VMX:
        return enterVmx(cpu);
      case VMXON_VMXOFF:
        return vmxonVmxoff(cpu);
      default:
        return roundTrip(cpu);
    }
  }

  private static void enableCr4(Intrinsics cpu) {
    long cr4 = cpu.__readcr4();
    cr4 |= Cr4.VMXE;
    cpu.__writecr4(cr4);
  }

  private static int enableVmx(Intrinsics cpu) {
    enableCr4(cpu);
    long control = cpu.__readmsr(Msr.IA32_FEATURE_CONTROL.index);
    if ((control & FeatureControl.LOCK) == 0) {
      control |= FeatureControl.VMX_OUTSIDE_SMX | FeatureControl.LOCK;
      cpu.__writemsr(Msr.IA32_FEATURE_CONTROL.index, control);
      return TRUE;
    }
    return FALSE;
  }

  private static int enterVmx(Intrinsics cpu) {
    final int entered = 0;
    final int noVmx = 1;
    final int firmwareForbids = 2;
    final int vmxonFailed = 3;

    int[] leaf = new int[4];
    cpu.__cpuid(leaf, VMX_LEAF);
    if ((leaf[ECX] & VMX_BIT) == 0) {
      return noVmx;
    }
    if ((openFeatureControl(cpu) & FeatureControl.VMX_OUTSIDE_SMX) == 0) {
      return firmwareForbids;
    }
    long cr0 = cpu.__readcr0() | cpu.__readmsr(Msr.IA32_VMX_CR0_FIXED0.index);
    cpu.__writecr0(cr0 & cpu.__readmsr(Msr.IA32_VMX_CR0_FIXED1.index));
    long cr4 = cpu.__readcr4() | cpu.__readmsr(Msr.IA32_VMX_CR4_FIXED0.index);
    cpu.__writecr4(cr4 & cpu.__readmsr(Msr.IA32_VMX_CR4_FIXED1.index));
    return vmxon(cpu) == Intrinsics.VMX_SUCCESS ? entered : vmxonFailed;
  }

  private static int vmxonVmxoff(Intrinsics cpu) {
    enableCr4(cpu);
    openFeatureControl(cpu);
    if (vmxon(cpu) != Intrinsics.VMX_SUCCESS) {
      return VMXON_FAILED;
    }
    cpu.__vmx_off();
    return DONE;
  }

  private static int roundTrip(Intrinsics cpu) {
    int result = vmxonVmxoff(cpu);
    if (result == DONE) {
      cpu.__writecr4(cpu.__readcr4() & ~Cr4.VMXE);
    }
    return result;
  }

  /** Allows VMXON if firmware has left the register open. Hands back its value. */
  private static long openFeatureControl(Intrinsics cpu) {
    long control = cpu.__readmsr(Msr.IA32_FEATURE_CONTROL.index);
    if ((control & FeatureControl.LOCK) == 0) {
      control |= FeatureControl.VMX_OUTSIDE_SMX | FeatureControl.LOCK;
      cpu.__writemsr(Msr.IA32_FEATURE_CONTROL.index, control);
    }
    return control;
  }

  private static int vmxon(Intrinsics cpu) {
    return cpu.__vmx_on(MemoryMap.VMXON_POINTER);
  }
}
