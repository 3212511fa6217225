package io.vmxlab.vmx.entry;

import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.PhysicalAddress;

/** Rules of addresses in memory that controls refer to. */
final class Areas {
  private static final int ENTRY_BYTES = 16;
  private static final int ENTRY_SHIFT = 4;

  private Areas() {}

  /** While a control is 1, a field holds the physical address of a page. */
  static <O> void page(
      Builder<StateView, O> set, String id, String alias, Control control, VmcsField address) {
    set.rule(id)
        .alias(alias)
        .reads(control.reads())
        .reads(PhysicalAddress.reads())
        .when(control.isOne(), control::on)
        .mend("give the physical address of a 4-KByte page, or clear " + control.name())
        .requireBits(
            "bits 11:0 of "
                + address.itemName()
                + " and its bits beyond the physical-address width are 0",
            address,
            v -> 0,
            PhysicalAddress::notOfPage);
  }

  /** An area of MSRs is aligned and lies within the physical-address width, if it is not empty. */
  static <O> void msrs(
      Builder<StateView, O> set, String prefix, String alias, VmcsField count, VmcsField address) {
    String notEmpty = count.itemName() + " is not 0";
    set.rule(prefix + "-address-valid")
        .alias(alias)
        .reads(count)
        .reads(PhysicalAddress.reads())
        .when(notEmpty, v -> v.get(count) != 0)
        .mend("give the physical address of the area, 16-byte aligned, or write 0 to the count")
        .requireBits(
            "bits 3:0 of "
                + address.itemName()
                + " and its bits beyond the physical-address width are 0",
            address,
            v -> 0,
            v -> ENTRY_BYTES - 1 | PhysicalAddress.beyond(v));
    set.rule(prefix + "-within-physical-width")
        .alias(alias + ".LAST")
        .reads(count, address)
        .reads(PhysicalAddress.reads())
        .when(notEmpty, v -> v.get(count) != 0)
        .mend(Remedy.value("write a smaller " + count.itemName(), count, v -> 0))
        .require(
            "the last byte of the area, 16 bytes for each MSR, does not lie beyond the"
                + " physical-address width",
            v -> fits(v, v.get(address), v.get(count)));
  }

  /** Whatever the address; one that is invalid by itself fails its own rule. */
  private static boolean fits(StateView v, long address, long count) {
    long first = address & ~PhysicalAddress.beyond(v);
    long last = first + (count << ENTRY_SHIFT) - 1;
    return (last & PhysicalAddress.beyond(v)) == 0;
  }
}
