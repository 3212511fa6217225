package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.io.ByteArrayOutputStream;

/** ModRM, SIB and displacement for a written address, the shortest that means the same. */
final class AddressWriter {
  /** Address size in bits. */
  final int size;

  /** REX.X and REX.B. */
  int rex;

  private final WrittenOperand operand;
  private RegisterName base;
  private RegisterName index;
  private int scale;

  /** ModRM.rm 5 without SIB would be relative to RIP. */
  private final boolean longMode;

  private AddressWriter(WrittenOperand operand, int size, boolean longMode) {
    this.operand = operand;
    this.size = size;
    this.longMode = longMode;
    this.base = operand.base;
    this.index = operand.index;
    this.scale = operand.scale;
  }

  /**
   * Address size in bits.
   *
   * @param addressPrefix asked for by a prefix word, or 0
   */
  static int size(WrittenOperand operand, CodeMode mode, int addressPrefix) {
    if (operand.registerSize() != 0) {
      return operand.registerSize();
    }
    if (addressPrefix != 0) {
      return addressPrefix;
    }
    // In 64-bit mode a size within the brackets is that of the displacement.
    boolean displacement = mode == CodeMode.BITS64 || operand.addressSize == 0;
    return displacement ? mode.bits : operand.addressSize;
  }

  /** Null if the registers cannot address memory in this mode. */
  static AddressWriter of(WrittenOperand operand, CodeMode mode, int addressPrefix) {
    int registers = operand.registerSize();
    int size = size(operand, mode, addressPrefix);
    if (size == 64 && mode != CodeMode.BITS64 || size == 16 && mode == CodeMode.BITS64) {
      return null;
    }
    boolean far64 = registers == 0 && operand.addressSize == 64;
    if (far64 || !reachable(operand, size)) {
      return null;
    }
    AddressWriter address = new AddressWriter(operand, size, mode == CodeMode.BITS64);
    return address.arrange(mode) ? address : null;
  }

  /** The displacement can be written; an address that is not known yet counts as such. */
  static boolean reachable(WrittenOperand operand, int size) {
    long d = operand.value.number();
    boolean cut = operand.cut && size == 16 && operand.value.relocatable();
    if (!operand.value.known() || operand.relative || cut) {
      return true;
    }
    if (operand.addressSize == 8 && operand.registerSize() != 0) {
      return d == (byte) d;
    }
    return size == 64 ? d == (int) d : d >= -(1L << (size - 1)) && d < 1L << size;
  }

  private boolean arrange(CodeMode mode) {
    if (index != null && index.kind().vector()) {
      rex = (base == null ? 0 : base.number() >> 3) | (index.number() & 8) >> 2;
      return size != 16 && (rex == 0 || mode == CodeMode.BITS64);
    }
    if (size == 16) {
      return base == null && index == null || code16() >= 0;
    }
    boolean split = !operand.noSplit;
    if (split && base == null && index != null && scale == 1) {
      base = index;
      index = null;
    }
    if (split && base == null && index != null && scale == 2) {
      base = index;
      scale = 1;
    }
    if (index != null && index.number() == 4) {
      if (scale != 1 || base == null || base.number() == 4) {
        return false;
      }
      RegisterName swapped = base;
      base = index;
      index = swapped;
    }
    rex = (base == null ? 0 : base.number() >> 3) | (index == null ? 0 : (index.number() & 8) >> 2);
    return rex == 0 || mode == CodeMode.BITS64;
  }

  /** ModRM.rm for base and index of a 16-bit address, or -1. */
  private int code16() {
    int registers =
        (base == null ? 0 : 1 << base.number()) | (index == null ? 0 : 1 << index.number());
    int[] pairs = {
      1 << 3 | 1 << 6,
      1 << 3 | 1 << 7,
      1 << 5 | 1 << 6,
      1 << 5 | 1 << 7,
      1 << 6,
      1 << 7,
      1 << 5,
      1 << 3
    };
    for (int i = 0; i < pairs.length; i++) {
      if (pairs[i] == registers && (index == null || scale == 1)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Writes the address.
   *
   * @param here address of the instruction; what stands in {@code out} is its beginning
   * @param behind bytes that follow the displacement
   * @param withSib whether the instruction takes no address without SIB
   */
  void write(ByteArrayOutputStream out, int reg, long here, int behind, boolean withSib) {
    long d = operand.value.number();
    if (size == 16) {
      write16(out, reg, d);
    } else if (operand.relative) {
      out.write(reg << 3 | 5);
      little(out, operand.distance ? d : d - (here + out.size() + 4 + behind), 4);
    } else if (base == null) {
      boolean sib = withSib || index != null || longMode;
      out.write(reg << 3 | (sib ? 4 : 5));
      if (sib) {
        int i = index == null ? 4 : index.number() & 7;
        out.write((index == null ? 0 : log(scale)) << 6 | i << 3 | 5);
      }
      little(out, d, 4);
    } else {
      int bytes = displacementBytes(d, (base.number() & 7) == 5);
      int mod = bytes == 0 ? 0 : bytes == 1 ? 1 : 2;
      boolean sib = withSib || index != null || (base.number() & 7) == 4;
      out.write(mod << 6 | reg << 3 | (sib ? 4 : base.number() & 7));
      if (sib) {
        int i = index == null ? 4 : index.number() & 7;
        out.write((index == null ? 0 : log(scale)) << 6 | i << 3 | (base.number() & 7));
      }
      little(out, d, bytes);
    }
  }

  private void write16(ByteArrayOutputStream out, int reg, long d) {
    int code = code16();
    if (code < 0) {
      out.write(reg << 3 | 6);
      little(out, d, 2);
      return;
    }
    int bytes = displacementBytes((short) d, code == 6);
    bytes = bytes == 4 ? 2 : bytes;
    out.write((bytes == 0 ? 0 : bytes == 1 ? 1 : 2) << 6 | reg << 3 | code);
    little(out, d, bytes);
  }

  private int displacementBytes(long d, boolean needed) {
    long cut = size == 32 ? (int) d : d;
    if (operand.addressSize != 0 && operand.registerSize() != 0) {
      return operand.addressSize == 8 ? 1 : 4; // beside a register it is that of the displacement
    }
    if (!operand.value.known() && size == 16) {
      return 1; // as short as it may be: later passes lengthen it
    }
    if (!operand.value.known() || operand.value.relocatable()) {
      return 4;
    }
    if (cut == 0 && !needed) {
      return 0;
    }
    return cut >= -128 && cut <= 127 ? 1 : 4;
  }

  private static int log(int scale) {
    return Integer.numberOfTrailingZeros(scale);
  }

  private static void little(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
