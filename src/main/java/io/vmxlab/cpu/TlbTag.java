package io.vmxlab.cpu;

/**
 * What cached translations belong to. SDM Vol. 3C "Caching Translation Information" tags linear
 * mappings with VPID and PCID, guest-physical mappings with the EPT paging structures, combined
 * mappings with all three.
 */
final class TlbTag {
  final int vpid;

  /** {@link TlbScope#GLOBAL} for translations of every PCID. */
  final int pcid;

  /** Address of the EPT paging structures, or {@link GuestPhysical#NO_STRUCTURES}. */
  final long structures;

  /** The next one of the same place in {@link TlbTags}. */
  TlbTag next;

  /** Translations from before that are dropped. */
  long flushed;

  TlbTag(int vpid, int pcid, long structures) {
    this.vpid = vpid;
    this.pcid = pcid;
    this.structures = structures;
  }

  boolean is(int wantedVpid, int wantedPcid, long wantedStructures) {
    return vpid == wantedVpid && pcid == wantedPcid && structures == wantedStructures;
  }
}
