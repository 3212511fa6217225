package io.vmxlab.cpu;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Xcr0;
import io.vmxlab.isa.Encoding.Space;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Operand;

/**
 * State without which an instruction is #UD on every processor: it is so in a run too, whether the
 * instruction is modelled or not. SDM Vol. 2 by instruction.
 */
public final class Enabling {
  private static final long AVX = Xcr0.SSE | Xcr0.AVX;

  private Enabling() {}

  /** What the state lacks for an instruction that is not modelled; null if it is enabled. */
  public static Requirement missing(Cpu cpu, Form form) {
    Requirement needed = needs(form);
    return needed == null || isMet(cpu, needed) ? null : needed;
  }

  /** What enables an instruction; null if nothing has to. */
  public static Requirement needs(Form form) {
    Requirement byFeature = byFeature(form.feature());
    if (byFeature != null) {
      return byFeature;
    }
    if (form.pattern().space() == Space.EVEX || form.pattern().space() == Space.VEX && mask(form)) {
      return Requirement.AVX512_STATE_ENABLED;
    }
    boolean vector = form.pattern().space() == Space.VEX && form.feature() != Feature.CMPCCXADD;
    return vector && !form.modelled() ? Requirement.AVX_STATE_ENABLED : null;
  }

  private static Requirement byFeature(Feature feature) {
    if (feature == null) {
      return null;
    }
    switch (feature) {
      case AMX_TILE:
      case AMX_INT8:
      case AMX_BF16:
      case AMX_FP16:
      case AMX_COMPLEX:
        return Requirement.AMX_STATE_ENABLED;
      case UINTR:
        return Requirement.UINTR_ENABLED;
      case CET_SS:
        return Requirement.CET_ENABLED;
      case KL:
        return Requirement.KEY_LOCKER_ENABLED;
      case FRED:
        return Requirement.FRED_ENABLED;
      default:
        return null;
    }
  }

  /** Works on mask registers. */
  private static boolean mask(Form form) {
    for (Operand o : form.operands()) {
      if (o.text().startsWith("k")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMet(Cpu cpu, Requirement needed) {
    switch (needed) {
      case AVX_STATE_ENABLED:
        return state(cpu, AVX);
      case AVX512_STATE_ENABLED:
        return state(cpu, AVX | Xcr0.AVX512);
      case AMX_STATE_ENABLED:
        return state(cpu, Xcr0.AMX);
      case UINTR_ENABLED:
        return (cpu.cr4 & Cr4.UINTR) != 0;
      case CET_ENABLED:
        return (cpu.cr4 & Cr4.CET) != 0;
      case KEY_LOCKER_ENABLED:
        return (cpu.cr4 & Cr4.KL) != 0;
      default:
        return (cpu.cr4 & Cr4.FRED) != 0;
    }
  }

  private static boolean state(Cpu cpu, long components) {
    return (cpu.cr4 & Cr4.OSXSAVE) != 0 && (cpu.xcr0 & components) == components;
  }
}
