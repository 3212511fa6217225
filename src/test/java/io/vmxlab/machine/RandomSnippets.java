package io.vmxlab.machine;

import java.util.List;
import java.util.Random;

/**
 * Short pieces of code that random instructions hardly ever come to: changes of mode, control
 * registers, translations and descriptors, far transfers, interrupt controllers, timers, and code
 * that writes code.
 */
final class RandomSnippets {
  /**
   * In hexadecimal. ?? is any byte; SS SS a selector, LL LL LL LL an address in the system, BB a
   * byte with one bit, PP PP PP PP an entry of its page tables, DD DD DD DD one of its descriptors.
   */
  private static final List<String> WIDE =
      List.of(
          "0F 20 C0 0F BA F8 ?? 0F 22 C0", // a bit of CR0
          "0F 20 E0 0F BA F8 ?? 0F 22 E0", // a bit of CR4
          "0F 20 D8 0F 22 D8",
          "0F 20 C0 83 F0 01 0F 22 C0", // PE
          "0F 20 C0 35 00 00 00 80 0F 22 C0", // PG
          "B9 80 00 00 C0 0F 32 0F BA F8 08 0F 30", // EFER.LME
          "B9 80 00 00 C0 0F 32 0F BA F8 ?? 0F 30",
          "B9 1B 00 00 00 0F 32 0F BA F8 ?? 0F 30", // IA32_APIC_BASE
          "B9 D9 01 00 00 B8 02 00 00 00 31 D2 0F 30", // IA32_DEBUGCTL.BTF
          "B9 30 08 00 00 B8 ?? ?? 0C 00 31 D2 0F 30", // ICR
          "B9 30 08 00 00 B8 ?? 4? 00 00 BA 01 00 00 00 0F 30",
          "B9 30 08 00 00 B8 00 45 0C 00 31 D2 0F 30 B8 09 46 0C 00 0F 30", // INIT, SIPI
          "B9 38 08 00 00 B8 ?? 01 00 00 31 D2 0F 30", // initial count
          "B9 32 08 00 00 B8 ?? 00 0? 00 31 D2 0F 30", // timer
          "B9 E0 06 00 00 0F 31 05 ?? 01 00 00 83 D2 00 0F 30", // TSC deadline
          "B9 0B 08 00 00 31 C0 31 D2 0F 30", // EOI
          "B9 3F 08 00 00 B8 ?? 00 00 00 31 D2 0F 30", // self IPI
          "B9 08 08 00 00 B8 ?? 00 00 00 31 D2 0F 30", // TPR
          "B9 0F 08 00 00 B8 ?? 01 00 00 31 D2 0F 30", // spurious vector
          "B8 00 00 E0 FE C7 80 00 03 00 00 ?? ?? 0C 00", // ICR, at its address
          "B8 00 00 E0 FE C7 80 00 03 00 00 ?? 4? 00 00",
          "B8 00 00 E0 FE C7 80 80 03 00 00 ?? 01 00 00",
          "B8 00 00 E0 FE C7 80 20 03 00 00 ?? 00 0? 00",
          "B8 00 00 E0 FE 83 A0 B0 00 00 00 00",
          "B8 00 00 C0 FE C7 00 ?? 00 00 00 C7 40 10 ?? ?? 0? 00", // I/O APIC
          "66 BA 0? 20 B0 01 EE 31 C0 EE", // a line of the test device
          "E4 ?? E6 ??",
          "B0 34 E6 43 B0 ?? E6 40 B0 0? E6 40", // 8254
          "B0 ?? E6 21",
          "FB F4",
          "FA 31 C0 FB",
          "9C 58 0F BA F8 ?? 50 9D", // a bit of the flags
          "9C 58 0F BA F8 08 50 9D", // TF
          "8C D0 8E D0 CC",
          "B8 SS SS 00 00 8E D8",
          "B8 SS SS 00 00 8E C0",
          "B8 SS SS 00 00 8E D0",
          "B8 SS SS 00 00 8E E8",
          "B8 SS SS 00 00 0F 00 D0", // LLDT
          "B8 SS SS 00 00 0F 00 D8", // LTR
          "B8 SS SS 00 00 0F 02 C0 0F 03 D8",
          "68 SS SS 00 00 68 LL LL LL LL CB", // RETF
          "68 SS SS 00 00 68 LL LL LL LL 68 02 ?? 00 00 68 SS SS 00 00 68 LL LL LL LL CF", // IRET
          "CD ??",
          "F1",
          "B8 LL LL LL LL 0F 23 C0", // breakpoints
          "B8 LL LL LL LL 0F 23 C8",
          "B8 ?? ?? ?? ?? 0F 23 F8",
          "B8 LL LL LL LL 0F 01 38", // INVLPG
          "B8 PP PP PP PP C7 00 ?? ?? 0? 00",
          "B8 PP PP PP PP 80 30 ?? 0F 20 D8 0F 22 D8",
          "B8 PP PP PP PP FF 00",
          "B8 DD DD DD DD 80 30 BB",
          "B8 DD DD DD DD C7 00 ?? ?? ?? ??",
          "B8 LL LL LL LL C7 00 90 90 90 90 FF E0", // writes code and goes there
          "B8 LL LL LL LL FF E0",
          "BF LL LL LL LL B9 ?? 0? 00 00 F3 AA",
          "BE LL LL LL LL BF LL LL LL LL B9 ?? 0? 00 00 F3 A5",
          "BE LL LL LL LL BF LL LL LL LL FD B9 ?? 0? 00 00 F3 A4",
          "B9 ?? 00 00 00 E2 FE",
          "B9 ?? ?? 00 00 8B 05 LL LL LL LL 31 D8 01 C3 E2 F4", // loops
          "B9 ?? ?? 00 00 01 D8 31 C3 D1 C0 0F AF D8 E2 F5",
          "BF LL LL LL LL B9 ?? ?? 00 00 89 07 83 C0 07 8B 1F E2 F7",
          "B9 ?? ?? 00 00 31 D2 E8 02 00 00 00 EB 03 01 C3 C3 E2 F4",
          "E9 ?? ?? 00 00",
          "E9 ?? FF FF FF",
          "0F AE 05 LL LL LL LL",
          "D9 D0 9B DB E3",
          "0F 01 C1 0F 01 C2 0F 01 C4",
          "0F A2",
          "0F 05",
          "0F 34",
          "BC LL LL LL LL");

  /** Only where addresses have no base and far pointers can be written out. */
  private static final List<String> LEGACY =
      List.of(
          "EA LL LL LL LL SS SS",
          "9A LL LL LL LL SS SS",
          "EA LL LL LL LL 70 00",
          "9A 00 00 00 00 78 00",
          "EA 00 00 00 00 60 00",
          "9A 00 00 00 00 60 00",
          "9A 00 00 00 00 68 00",
          "0E 07 16 1F",
          "60 61",
          "62 05 LL LL LL LL",
          "C5 05 LL LL LL LL");

  private static final List<String> SMALL =
      List.of(
          "0F 20 C0 0C 01 0F 22 C0", // protected mode
          "0F 20 C0 24 FE 0F 22 C0",
          "EA ?? ?? SS SS",
          "9A ?? ?? SS SS",
          "EA ?? ?? 00 60",
          "CD ??",
          "CF",
          "9D",
          "FB F4",
          "B8 ?? ?? 8E D8",
          "B8 SS SS 8E C0",
          "BC ?? ??",
          "B9 ?? ?? E2 FE",
          "B9 ?? ?? 01 D8 31 C3 89 5C 10 E2 F7",
          "B9 ?? 0? BF ?? ?? F3 AA",
          "B9 ?? 0? BE ?? ?? BF ?? ?? F3 A5",
          "66 EA LL LL LL LL SS SS",
          "67 66 C7 05 LL LL LL LL ?? ?? ?? ??",
          "E9 ?? ??",
          "66 B8 ?? ?? ?? ?? 66 9D");

  private static final int PIECE = 40;
  private static final int SYSTEM = 0x40000;
  private static final int DESCRIPTORS = 0x5000;

  private RandomSnippets() {}

  /** Overwrites parts of code with pieces of the mode. */
  static void sprinkle(byte[] code, int bits, Random random, int base) {
    for (int i = 0; i < code.length / 96; i++) {
      boolean legacy = bits == 32 && random.nextInt(4) == 0;
      List<String> from = bits == 16 ? SMALL : legacy ? LEGACY : WIDE;
      String piece = from.get(random.nextInt(from.size()));
      put(code, random.nextInt(code.length - PIECE), piece, random, base);
    }
  }

  private static void put(byte[] code, int at, String piece, Random random, int base) {
    String[] bytes = piece.split(" ");
    for (int i = 0; i < bytes.length; i++) {
      switch (bytes[i]) {
        case "SS":
          i = number(code, at, i, 2, selector(random));
          break;
        case "LL":
          i = number(code, at, i, 4, base + random.nextInt(SYSTEM));
          break;
        case "PP":
          i = number(code, at, i, 4, base + (random.nextInt(5 * 0x200) << 3));
          break;
        case "DD":
          i = number(code, at, i, 4, base + DESCRIPTORS + random.nextInt(0x2000));
          break;
        case "BB":
          code[at + i] = (byte) (1 << random.nextInt(8));
          break;
        default:
          code[at + i] = (byte) literal(bytes[i], random);
          break;
      }
    }
  }

  private static int literal(String digits, Random random) {
    int high = digits.charAt(0) == '?' ? random.nextInt(16) : Character.digit(digits.charAt(0), 16);
    int low = digits.charAt(1) == '?' ? random.nextInt(16) : Character.digit(digits.charAt(1), 16);
    return high << 4 | low;
  }

  private static int selector(Random random) {
    return random.nextInt(0x100) & (random.nextInt(4) == 0 ? 0xFF : 0xFB);
  }

  /** Writes a number and returns the index of its last byte. */
  private static int number(byte[] code, int at, int first, int bytes, int value) {
    for (int i = 0; i < bytes; i++) {
      code[at + first + i] = (byte) (value >> 8 * i);
    }
    return first + bytes - 1;
  }
}
