package io.vmxlab.cpu;

/**
 * Guest-physical translation: what a virtual-machine monitor puts beneath the paging of its guest.
 * {@code vmx} fills it. What it answers is cached by {@link SecondLevel}.
 *
 * <p>An answer is an entry: bits 51:12 are the physical address of the page, and the rights below
 * are set if nothing stands in the way of such an access and nothing has to be marked or logged for
 * it.
 */
public interface GuestPhysical {
  long READ = 1;
  long WRITE = 1 << 1;

  /** Fetches from supervisor-mode linear addresses. */
  long FETCH = 1 << 2;

  /** Fetches from user-mode linear addresses. */
  long USER_FETCH = 1 << 10;

  /** What {@link #structures} is where there is no guest-physical translation. */
  long NO_STRUCTURES = -2;

  /** Bits 51:12 of the EPTP: what translations are derived from. */
  long structures();

  /** Accesses to the guest's paging structures count as writes, as to accessed and dirty flags. */
  boolean walksWrite();

  /**
   * Translates an address and makes everything happen that goes with the access. Throws if the
   * access leaves to the virtual-machine monitor or is a virtualization exception.
   *
   * @param access the rights that it needs
   * @param purpose what for
   */
  long walk(long address, long access, GuestAccess purpose);

  /** Size of the page that the last walk found, as a shift. */
  int pageShift();

  /** What a walk would find now, whatever the rights, without side effects; 0 if nothing. */
  long peek(long address);
}
