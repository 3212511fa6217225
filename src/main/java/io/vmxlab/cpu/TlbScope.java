package io.vmxlab.cpu;

/**
 * Which cached translations an operation invalidates. SDM Vol. 3C "Operations that Invalidate
 * Cached Mappings".
 *
 * @param vpid or {@link #EVERY}, or {@link #EVERY_BUT_0}
 * @param pcid or {@link #EVERY}
 * @param structures bits 51:12 of an EPTP, or {@link #EVERY} or {@link #DERIVED}
 * @param globals those of global pages too
 */
record TlbScope(int vpid, int pcid, long structures, boolean globals) {
  static final int EVERY = -1;
  static final int EVERY_BUT_0 = -2;

  /** Whatever EPT paging structures, but not those that have nothing to do with EPT. */
  static final long DERIVED = -3;

  /** The PCID of global translations. */
  static final int GLOBAL = -2;

  /** What was cached in VMX root operation, and for guests without a VPID of their own. */
  static final TlbScope OF_VPID_0 = of(0);

  static final TlbScope ALL = new TlbScope(EVERY, EVERY, EVERY, true);

  /** What a VPID has. */
  static TlbScope of(int vpid) {
    return new TlbScope(vpid, EVERY, EVERY, true);
  }

  /** What one PCID of a VPID has. */
  static TlbScope of(int vpid, int pcid) {
    return new TlbScope(vpid, pcid, EVERY, false);
  }

  /**
   * What was derived from EPT paging structures.
   *
   * @param structures bits 51:12 of an EPTP, or {@link #DERIVED} for all
   */
  static TlbScope derivedFrom(long structures) {
    return new TlbScope(EVERY, EVERY, structures, true);
  }

  TlbScope withGlobals() {
    return new TlbScope(vpid, pcid, structures, true);
  }

  TlbScope withoutGlobals() {
    return new TlbScope(vpid, pcid, structures, false);
  }

  boolean covers(TlbTag tag) {
    boolean ofVpid = vpid == EVERY || (vpid == EVERY_BUT_0 ? tag.vpid != 0 : vpid == tag.vpid);
    boolean ofPcid = tag.pcid == GLOBAL ? globals : pcid == EVERY || pcid == tag.pcid;
    boolean derived = tag.structures != GuestPhysical.NO_STRUCTURES;
    boolean ofStructures =
        structures == EVERY || (structures == DERIVED ? derived : structures == tag.structures);
    return ofVpid && ofPcid && ofStructures;
  }
}
