package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;

/**
 * Where the fields of a VMCS stand in its region. The manual fixes the first eight bytes and leaves
 * the rest to the processor: here the launch state follows, and then every field that the processor
 * has or may have, in the catalogue's order, each in its own width. SDM Vol. 3C "Format of the VMCS
 * Region".
 */
public final class VmcsFormat {
  /** Offset of the VMX-abort indicator, 32 bits. */
  static final int ABORT = 4;

  /** Offset of the launch state, 32 bits. */
  static final int LAUNCH_STATE = 8;

  private static final int FIRST_FIELD = 12;
  private static final VmcsField[] FIELDS = VmcsField.values();

  /** Offsets by dense number; 0 for a field that is not there. */
  private final int[] offsets = new int[FIELDS.length];

  /** By dense number: the processor has the field for certain. */
  private final boolean[] sure = new boolean[FIELDS.length];

  private final int size;

  VmcsFormat(CpuModel model) {
    int next = FIRST_FIELD;
    for (VmcsField f : FIELDS) {
      Known known = f.on(model);
      sure[f.ordinal()] = known == Known.HAS;
      if (known != Known.LACKS) {
        offsets[f.ordinal()] = next;
        next += f.width().bits / Byte.SIZE;
      }
    }
    size = next;
  }

  /** Bytes from the beginning of the region to the end of the last field. */
  public int size() {
    return size;
  }

  /** The processor has the field or may have it. */
  boolean has(VmcsField field) {
    return offsets[field.ordinal()] != 0;
  }

  /** The field that an encoding accesses, if the processor has it for certain; else null. */
  public VmcsField sure(long encoding) {
    VmcsField field = VmcsEncoding.field(encoding);
    return field != null && sure[field.ordinal()] ? field : null;
  }

  int offset(VmcsField field) {
    return offsets[field.ordinal()];
  }
}
