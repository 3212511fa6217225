package io.vmxlab.arch;

/** The segment registers in their encoding order, and the two system segments. */
public enum SegmentRegister {
  ES,
  CS,
  SS,
  DS,
  FS,
  GS,
  LDTR,
  TR
}
