package io.vmxlab.vmx.vmcs;

import static io.vmxlab.arch.Msr.IA32_VMX_BASIC;
import static io.vmxlab.arch.State.MAXPHYADDR;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmxCapability;
import java.util.List;

/** Physical addresses of VMX structures. SDM Vol. 3D "Basic VMX Information". */
public final class PhysicalAddress {
  public static final long PAGE_OFFSET = 0xFFF;

  private static final int NARROW = 32;

  /** What the limits depend on. */
  private static final List<StateItem> READS = List.of(MAXPHYADDR, IA32_VMX_BASIC);

  private PhysicalAddress() {}

  /** What {@link #beyond} looks at. */
  public static StateItem[] reads() {
    return READS.toArray(StateItem[]::new);
  }

  /** Bits that a physical address of a VMX structure cannot have. */
  public static long beyond(StateView v) {
    boolean narrow = (v.get(IA32_VMX_BASIC) & VmxCapability.BASIC_PHYSICAL_32) != 0;
    return -1L << (narrow ? NARROW : v.get(MAXPHYADDR));
  }

  /** Bits that have to be 0 in the address of a 4-KByte page. */
  public static long notOfPage(StateView v) {
    return PAGE_OFFSET | beyond(v);
  }
}
