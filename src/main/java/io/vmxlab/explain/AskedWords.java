package io.vmxlab.explain;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBitmaps;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.VmTransition.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says in words what asked for a VM exit. */
final class AskedWords {
  private AskedWords() {}

  /** {@code Exception bitmap bit 14 (#PF) is 1}, without a full stop. */
  static String of(Optional<Asked> asked) {
    return asked.map(AskedWords::of).orElse("always, whatever the VMCS says");
  }

  private static String of(Asked asked) {
    VmcsField field = asked.field();
    long bits = asked.bits();
    switch (field) {
      case EXCEPTION_BITMAP:
        return exception(asked);
      case CR0_GUEST_HOST_MASK:
        return masked(asked, VmcsField.CR0_READ_SHADOW);
      case CR4_GUEST_HOST_MASK:
        return masked(asked, VmcsField.CR4_READ_SHADOW);
      case IO_BITMAP_A:
        return "I/O bitmap A has 1 for port " + Hex.literal(bits);
      case IO_BITMAP_B:
        return "I/O bitmap B has 1 for port " + Hex.literal(bits + VmcsBitmaps.PORTS);
      case MSR_BITMAPS:
        return msr(bits);
      case VMREAD_BITMAP:
        return "the VMREAD bitmap has 1 for " + named(bits);
      case VMWRITE_BITMAP:
        return "the VMWRITE bitmap has 1 for " + named(bits);
      case TPR_THRESHOLD:
        return "TPR threshold " + (asked.value() & bits) + " is above bits 7:4 of the virtual TPR";
      default:
        return field.itemName() + " " + bits(asked);
    }
  }

  private static String exception(Asked asked) {
    int vector = Long.numberOfTrailingZeros(asked.bits());
    String name = Optional.ofNullable(Vector.of(vector)).map(v -> v.mnemonic()).orElse("?");
    boolean set = (asked.value() & asked.bits()) != 0;
    String bit = "Exception bitmap bit " + vector + " (" + name + ") is " + (set ? 1 : 0);
    if (asked.beside().isEmpty()) {
      return bit;
    }
    return bit
        + ", and the error code masked with "
        + Hex.literal(asked.beside().get(VmcsField.PAGE_FAULT_ERROR_CODE_MASK))
        + (set ? " is " : " is not ")
        + Hex.literal(asked.beside().get(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH));
  }

  private static String masked(Asked asked, VmcsField shadow) {
    long seen = asked.beside().get(shadow);
    List<String> parts = new ArrayList<>();
    for (long left = asked.bits(); left != 0; left &= left - 1) {
      int bit = Long.numberOfTrailingZeros(left);
      parts.add(bit(asked.field(), bit) + " with read shadow " + (seen >>> bit & 1));
    }
    return asked.field().itemName() + " " + String.join(", ", parts);
  }

  private static String msr(long number) {
    boolean write = number >= 2 * VmcsBitmaps.MSRS;
    boolean high = number / VmcsBitmaps.MSRS % 2 != 0;
    long index =
        number % VmcsBitmaps.MSRS + (high ? Integer.toUnsignedLong(VmcsBitmaps.HIGH_MSRS) : 0);
    return "the MSR bitmaps have 1 for " + (write ? "WRMSR of " : "RDMSR of ") + Hex.literal(index);
  }

  private static String named(long encoding) {
    String number = Hex.literal(encoding);
    return VmcsField.of(encoding).map(f -> number + " (" + f.itemName() + ")").orElse(number);
  }

  /** The bits that asked, by being 1 or by being 0. */
  private static String bits(Asked asked) {
    List<String> parts = new ArrayList<>();
    for (long left = asked.bits(); left != 0; left &= left - 1) {
      parts.add(bit(asked.field(), Long.numberOfTrailingZeros(left)));
    }
    return String.join(", ", parts) + ((asked.value() & asked.bits()) != 0 ? " is 1" : " is 0");
  }

  private static String bit(VmcsField field, int bit) {
    for (Field f : field.layout().fields()) {
      if ((f.mask() >>> bit & 1) != 0) {
        return "bit " + bit + " (" + f.name() + ")";
      }
    }
    return "bit " + bit;
  }
}
