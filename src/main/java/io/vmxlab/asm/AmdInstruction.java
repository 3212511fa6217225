package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.RegisterName;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Instructions that only AMD's processors have. Text for both makers' processors names them, so
 * that they are assembled; no processor that is modelled has them.
 */
final class AmdInstruction {
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("vmrun", "0f01d8"),
          Map.entry("vmmcall", "0f01d9"),
          Map.entry("vmload", "0f01da"),
          Map.entry("vmsave", "0f01db"),
          Map.entry("stgi", "0f01dc"),
          Map.entry("clgi", "0f01dd"),
          Map.entry("skinit", "0f01de"),
          Map.entry("invlpga", "0f01df"),
          Map.entry("monitorx", "0f01fa"),
          Map.entry("mwaitx", "0f01fb"),
          Map.entry("clzero", "0f01fc"),
          Map.entry("rdpru", "0f01fd"),
          Map.entry("invlpgb", "0f01fe"),
          Map.entry("tlbsync", "0f01ff"),
          Map.entry("pvalidate", "f20f01ff"),
          Map.entry("psmash", "f30f01ff"),
          Map.entry("rmpupdate", "f20f01fe"),
          Map.entry("rmpadjust", "f30f01fe"));

  /** Registers that may be written, in this order; {@code ax} of the address size. */
  private static final Map<String, List<String>> IMPLIED =
      Map.of(
          "vmrun", List.of("ax"),
          "vmload", List.of("ax"),
          "vmsave", List.of("ax"),
          "clzero", List.of("ax"),
          "skinit", List.of("eax"),
          "invlpga", List.of("ax", "ecx"),
          "invlpgb", List.of("ax", "ecx", "edx"),
          "monitorx", List.of("ax", "ecx", "edx"),
          "mwaitx", List.of("eax", "ecx", "ebx"));

  private AmdInstruction() {}

  static boolean is(String word) {
    return CODES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  /** The bytes, with the prefix for an address register that has not the mode's size. */
  static byte[] encode(String word, List<AsmOperand> operands, CodeMode mode, int column) {
    String name = word.toLowerCase(Locale.ROOT);
    List<String> implied = IMPLIED.getOrDefault(name, List.of());
    int addressSize = mode.bits;
    for (int i = 0; i < operands.size(); i++) {
      RegisterName register = operands.get(i).register;
      boolean address = i < implied.size() && implied.get(i).equals("ax");
      boolean fits =
          address
              ? isAddress(register, mode)
              : i < implied.size() && RegisterName.of(implied.get(i)).equals(register);
      if (!fits) {
        throw new AsmScanner.Complaint(
            column,
            name.toUpperCase(Locale.ROOT)
                + " takes no operands"
                + (implied.isEmpty() ? "" : ", or the registers that it reads anyway"));
      }
      addressSize = address ? register.width() : addressSize;
    }
    String prefix = addressSize == mode.bits ? "" : "67";
    return HexFormat.of().parseHex(prefix + CODES.get(name));
  }

  /** Register 0 in a size that addresses can have. */
  private static boolean isAddress(RegisterName register, CodeMode mode) {
    if (register == null
        || register.kind() != RegisterName.Kind.GENERAL
        || register.number() != 0) {
      return false;
    }
    boolean here64 = mode == CodeMode.BITS64;
    return register.width() == 32 || register.width() == (here64 ? 64 : 16);
  }
}
