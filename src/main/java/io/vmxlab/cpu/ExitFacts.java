package io.vmxlab.cpu;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;

/** What a VM exit that is about to happen reports, for those who watch; valid during the call. */
public interface ExitFacts {
  ExitReason reason();

  long qualification();

  /** Guest-linear address; 0 if the exit reports none. */
  long linearAddress();

  /** Guest-physical address; 0 if the exit reports none. */
  long physicalAddress();

  /** VM-exit interruption information. */
  long interruption();

  /**
   * The field that asks for the exit: a control vector, the exception bitmap, a guest/host mask, or
   * the address of a bitmap; null if the exit happens whatever the VMCS says.
   */
  VmcsField askedBy();

  /** The bits of that field; of the address of a bitmap, the number of the bit in the bitmap. */
  long askedBits();
}
