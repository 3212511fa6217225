package io.vmxlab.machine;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The registers and conditions of a processor at one moment. Immutable. */
public final class Snapshot implements StateView {
  private static final State[] STATES = Arrays.copyOf(State.values(), State.SOURCE.ordinal());

  /** MSRs that instructions change or that decide about VMX operation. */
  private static final List<Msr> MSRS =
      List.of(
          Msr.IA32_EFER,
          Msr.IA32_FEATURE_CONTROL,
          Msr.IA32_FS_BASE,
          Msr.IA32_GS_BASE,
          Msr.IA32_KERNEL_GS_BASE,
          Msr.IA32_STAR,
          Msr.IA32_LSTAR,
          Msr.IA32_FMASK,
          Msr.IA32_SYSENTER_CS,
          Msr.IA32_SYSENTER_ESP,
          Msr.IA32_SYSENTER_EIP,
          Msr.IA32_TSC_AUX);

  private final CpuModel processor;
  private final long[] states = new long[STATES.length];
  private final long[] msrs = new long[MSRS.size()];

  Snapshot(Cpu cpu) {
    processor = cpu.model;
    for (int i = 0; i < states.length; i++) {
      states[i] = cpu.get(STATES[i]);
    }
    for (int i = 0; i < msrs.length; i++) {
      msrs[i] = cpu.get(MSRS.get(i));
    }
  }

  /**
   * The item's value.
   *
   * @throws IllegalArgumentException for an item that no snapshot holds
   */
  @Override
  public long get(StateItem item) {
    if (item instanceof State s && s.ordinal() < states.length) {
      return states[s.ordinal()];
    }
    int i = item instanceof Msr m ? MSRS.indexOf(m) : -1;
    if (i < 0) {
      throw new IllegalArgumentException("no snapshot holds " + item.itemName());
    }
    return msrs[i];
  }

  /** The processor's model. */
  public CpuModel processor() {
    return processor;
  }

  /** Everything it holds, in the order of the manual's register lists. */
  public static List<StateItem> items() {
    List<StateItem> all = new ArrayList<>(List.of(STATES));
    all.addAll(MSRS);
    return all;
  }

  /** The items that differ in a later snapshot. */
  public List<StateItem> changes(Snapshot later) {
    List<StateItem> changed = new ArrayList<>();
    for (StateItem item : items()) {
      if (get(item) != later.get(item)) {
        changed.add(item);
      }
    }
    return changed;
  }
}
