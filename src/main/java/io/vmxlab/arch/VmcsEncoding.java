package io.vmxlab.arch;

/**
 * Encodings of VMCS fields: what VMREAD and VMWRITE take. SDM Vol. 3C "VMREAD, VMWRITE, and
 * Encodings of VMCS Fields".
 */
public final class VmcsEncoding {
  /** Bit 0: the access is to bits 63:32 of a 64-bit field. */
  public static final int HIGH = 1;

  /** Bits 9:1: what IA32_VMX_VMCS_ENUM tells the highest value of. */
  public static final long INDEX = 0x3FE;

  private static final int INDEX_SHIFT = 1;
  private static final int TYPE_SHIFT = 10;
  private static final int WIDTH_SHIFT = 13;
  private static final int END = 1 << WIDTH_SHIFT + 2;

  public static final Layout LAYOUT =
      Layout.of("VMCS-field encoding", 64)
          .field(0, 1, "ACCESS_TYPE", "0 full, 1 high: bits 63:32 of a 64-bit field")
          .field(INDEX_SHIFT, 9, "INDEX", "number within width and type")
          .field(TYPE_SHIFT, 2, "TYPE", "0 control, 1 VM-exit information, 2 guest, 3 host state")
          .field(WIDTH_SHIFT, 2, "WIDTH", "0 16-bit, 1 64-bit, 2 32-bit, 3 natural")
          .build();

  /** By encoding of the full access. Made when the first encoding is looked up. */
  private static final class Table {
    static final VmcsField[] FIELDS = new VmcsField[END];

    static {
      for (VmcsField f : VmcsField.values()) {
        FIELDS[f.encoding()] = f;
      }
    }
  }

  private VmcsEncoding() {}

  static int of(int width, int type, int index) {
    return width << WIDTH_SHIFT | type << TYPE_SHIFT | index << INDEX_SHIFT;
  }

  /** The field, or null if no processor has one with that encoding. */
  public static VmcsField field(long encoding) {
    if (encoding < 0 || encoding >= END) {
      return null;
    }
    VmcsField field = Table.FIELDS[(int) encoding & ~HIGH];
    boolean high = (encoding & HIGH) != 0;
    return field == null || high && field.width() != VmcsField.Width.QUAD ? null : field;
  }

  /** Bits 9:1 of IA32_VMX_VMCS_ENUM by what the processor has: the highest index of its fields. */
  public static long highestIndex(CpuModel cpu) {
    long highest = 0;
    for (VmcsField f : VmcsField.values()) {
      if (f.on(cpu) == Known.HAS) {
        highest = Math.max(highest, f.encoding() & INDEX);
      }
    }
    return highest;
  }
}
