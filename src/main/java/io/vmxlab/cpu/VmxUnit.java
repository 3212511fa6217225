package io.vmxlab.cpu;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;

/** What VMX adds to a logical processor. {@code vmx} fills it; without it there is no VMX state. */
public interface VmxUnit {
  /** A processor that nobody has given VMX state. */
  VmxUnit NONE =
      new VmxUnit() {
        @Override
        public long get(VmxItem item) {
          throw new IllegalArgumentException(item.itemName());
        }

        @Override
        public void set(VmxItem item, long value) {
          throw new IllegalArgumentException(item.itemName());
        }
      };

  long get(VmxItem item);

  /** A field of the current VMCS; 0 while there is none. */
  default long field(VmcsField field) {
    return 0;
  }

  /** A guest runs that may be in real-address mode and without paging. */
  default boolean unrestricted() {
    return false;
  }

  /**
   * An SMI leaves VMX operation, to which {@link #resume} comes back.
   *
   * @return the guest's EPTP, or 0 if it is in none that uses EPT
   */
  default long suspend() {
    return 0;
  }

  /** RSM has loaded the registers: enters the operation that the SMI has left. */
  default void resume() {}

  /** Sets an item without any check; what a VMCS or an operand in memory holds is not set here. */
  void set(VmxItem item, long value);
}
