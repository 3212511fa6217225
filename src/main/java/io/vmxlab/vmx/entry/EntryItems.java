package io.vmxlab.vmx.entry;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.vmx.vmcs.Control;

/**
 * What a VM entry's checks look at besides VMCS fields: what the processor's model tells, always of
 * the real processor, and what stands in memory.
 */
public final class EntryItems {
  private static final int VTPR = 0x80;
  private static final int PDPTE_BYTES = 8;
  private static final long PDPT = 0xFFFF_FFE0L;
  private static final int ADDRESS_SIZES = 0x8000_0008;
  private static final int DEFAULT_LINEAR = 48;
  private static final int PERFORMANCE = 0xA;
  private static final int FIXED_COUNTERS = 32;
  private static final long BREAKPOINTS = Dr6.B0 | Dr6.B1 | Dr6.B2 | Dr6.B3;
  private static final long BLOCKINGS = 0xF;

  private EntryItems() {}

  /** The processor's model alone tells the item's value. */
  public static boolean isOfModel(StateItem item) {
    if (item instanceof Msr msr) {
      return Msr.isVmxCapability(msr.index);
    }
    return item == State.MAXPHYADDR
        || item == State.LINEAR_WIDTH
        || item == State.EFER_SUPPORTED
        || item == VmxItem.DEBUGCTL_SUPPORTED
        || item == VmxItem.PERF_GLOBAL_SUPPORTED
        || item == VmxItem.PENDING_DEBUG_SUPPORTED
        || item == VmxItem.INTERRUPTIBILITY_SUPPORTED;
  }

  /** The value of such an item; a capability MSR that the processor has not is 0. */
  public static long ofModel(StateItem item, CpuModel model) {
    CpuModel real = model.real();
    if (item instanceof Msr msr) {
      return real.msr(msr.index).orElse(0);
    }
    if (item instanceof VmxItem vmx) {
      return supported(vmx, real);
    }
    switch ((State) item) {
      case MAXPHYADDR:
        return real.maxPhysicalAddress();
      case LINEAR_WIDTH:
        int width = real.cpuid(ADDRESS_SIZES, 0)[0] >>> Byte.SIZE & 0xFF;
        return width == 0 ? DEFAULT_LINEAR : width;
      default:
        return Inventory.bits(real, Msr.IA32_EFER);
    }
  }

  private static long supported(VmxItem item, CpuModel real) {
    switch (item) {
      case DEBUGCTL_SUPPORTED:
        return Inventory.bits(real, Msr.IA32_DEBUGCTL);
      case PERF_GLOBAL_SUPPORTED:
        return counters(real.cpuid(PERFORMANCE, 0));
      case PENDING_DEBUG_SUPPORTED:
        return BREAKPOINTS
            | VmcsBits.ENABLED_BREAKPOINT
            | Dr6.BS
            | (real.has(Feature.BUS_LOCK_DETECT) ? VmcsBits.BLD : 0)
            | (real.has(Feature.RTM) ? Dr6.RTM : 0);
      default:
        return BLOCKINGS | (real.has(Feature.SGX) ? VmcsBits.ENCLAVE : 0);
    }
  }

  /** One bit for each counter that CPUID leaf 0AH shows, fixed ones from bit 32. */
  private static long counters(int[] leaf) {
    int general = leaf[0] >>> 8 & 0xFF;
    int fixed = leaf[3] & 0x1F;
    return ones(general) | ones(fixed) << FIXED_COUNTERS;
  }

  private static long ones(int count) {
    return (1L << count) - 1;
  }

  /** The guest's PDPTEs are VMCS fields, not memory. */
  public static boolean pdptesAreFields(StateView v) {
    return Control.EPT.on(v);
  }

  /** The field that holds a PDPTE while the guest has EPT. */
  public static VmcsField pdpteField(VmxItem entry) {
    return VmcsField.valueOf("GUEST_" + entry.name());
  }

  /** What stands in memory where fields point to. */
  public static long inMemory(VmxItem item, StateView v, PhysicalMemory memory) {
    switch (item) {
      case LINK_HEADER:
        return memory.read(v.get(VmcsField.VMCS_LINK_POINTER), Integer.SIZE);
      case VIRTUAL_TPR:
        return memory.read(v.get(VmcsField.VIRTUAL_APIC_ADDRESS) + VTPR, Byte.SIZE);
      default:
        long table = v.get(VmcsField.GUEST_CR3) & PDPT;
        int number = item.ordinal() - VmxItem.PDPTE0.ordinal();
        return memory.read(table + (long) number * PDPTE_BYTES, Long.SIZE);
    }
  }
}
