package io.vmxlab.threemachines;

import static io.vmxlab.arch.SegmentRights.CODE;
import static io.vmxlab.arch.SegmentRights.DB;
import static io.vmxlab.arch.SegmentRights.DPL_SHIFT;
import static io.vmxlab.arch.SegmentRights.EXPAND_DOWN;
import static io.vmxlab.arch.SegmentRights.G;
import static io.vmxlab.arch.SegmentRights.L;
import static io.vmxlab.arch.SegmentRights.P;
import static io.vmxlab.arch.SegmentRights.S;

import java.util.ArrayList;
import java.util.List;

/**
 * Selectors of every kind, and at the selector ITEM descriptors of every type. Names say type, DPL
 * and RPL. Segments are flat but for those that expand down, which begin above 0FFFH; call gates,
 * task gates and TSSs lead to code that says where it is.
 */
final class Descriptors {
  static final String LIST = "descriptors";

  private static final int FLAT = G | 0xF00;
  private static final int RPL = 3;

  /** Bits 31:16 of a gate's offset into the ROM. */
  private static final int HIGH_OFFSET = 0xF_0000;

  // spotless:off
  private static final List<String> SEGMENTS = List.of(
      "r", "r a", "rw", "rw a", "down r", "down r a", "down rw", "down rw a",
      "x", "x a", "xr", "xr a", "conforming x", "conforming x a", "conforming xr", "conforming xr a");

  private static final List<String> SYSTEM = List.of(
      "system 0", "16-bit TSS", "LDT", "busy 16-bit TSS",
      "16-bit call gate", "task gate", "16-bit interrupt gate", "16-bit trap gate",
      "system 8", "TSS", "system 10", "busy TSS",
      "call gate", "system 13", "interrupt gate", "trap gate");
  // spotless:on

  private static final int RW = 2;
  private static final int XR = 10;
  private static final int CONFORMING_XR = 14;

  private Descriptors() {}

  static List<Item> items() {
    List<Item> items = new ArrayList<>();
    for (int rpl = 0; rpl <= RPL; rpl++) {
      items.add(selector("null " + rpl, String.valueOf(rpl)));
    }
    for (int level = 0; level <= RPL; level += RPL) {
      for (int type = 0; type < SEGMENTS.size(); type++) {
        items.add(segment("", type, P | DB | FLAT, level, level));
      }
      for (int type : new int[] {RW, XR, CONFORMING_XR}) {
        items.add(segment("absent ", type, DB | FLAT, level, level));
      }
      for (int type : new int[] {XR, CONFORMING_XR}) {
        items.add(segment("64-bit ", type, P | L | FLAT, level, level));
        items.add(segment("64-bit with D ", type, P | L | DB | FLAT, level, level));
        items.add(segment("short ", type, P | DB, level, level));
      }
      for (int type = 0; type < SYSTEM.size(); type++) {
        items.add(system("", type, P, level));
      }
      for (int type : new int[] {1, 2, 4, 5, 9, 12}) {
        items.add(system("absent ", type, 0, level));
      }
    }
    for (int type = 0; type < SEGMENTS.size(); type++) {
      if (type != RW && type != XR && type != CONFORMING_XR) {
        items.add(segment("", type, P | DB | FLAT, 1, 1));
      }
    }
    items.add(segment("absent ", RW, DB | FLAT, 1, 1));
    for (int type : new int[] {RW, XR, CONFORMING_XR}) {
      for (int levels = 1; levels < 0xF; levels++) {
        items.add(segment("", type, P | DB | FLAT, levels >> 2, levels & RPL));
      }
    }
    items.add(selector("beyond the GDT", "200h"));
    items.add(selector("over the end of the GDT", "GDTEND & ~7"));
    items.add(at("LDT over the end of the GDT", "ITEM + 8", "3Fh", rights(2, P, 0)));
    items.add(at("rw of the LDT", "1Ch", "0FFFFh", rights(S | RW, P | DB | FLAT, 0)));
    items.add(at("xr of the LDT", "1Ch", "0FFFFh", rights(S | XR, P | DB | FLAT, 0)));
    items.add(at("TSS of the LDT", "1Ch", "TSS32 << 16 | 67h", rights(9, P, 0)));
    items.add(selector("beyond the LDT", "44h"));
    return items;
  }

  private static Item segment(String prefix, int type, int bits, int dpl, int rpl) {
    boolean down = (type & CODE) == 0 && (type & EXPAND_DOWN) != 0;
    boolean small = down || (bits & G) == 0;
    int kept = down ? bits & ~FLAT : bits;
    String name = prefix + SEGMENTS.get(type) + ' ' + dpl + '/' + rpl;
    return at(name, "ITEM | " + rpl, small ? "0FFFh" : "0FFFFh", rights(S | type, kept, dpl));
  }

  private static Item system(String prefix, int type, int present, int level) {
    String name = prefix + SYSTEM.get(type) + ' ' + level + '/' + level;
    int rights = rights(type, present, level);
    String selector = "ITEM | " + level;
    return switch (type) {
      case 1, 3 -> at(name, selector, "TSS16 << 16 | 2Bh", rights);
      case 2 -> at(name, selector, "LDT << 16 | 3Fh", rights);
      case 5 -> at(name, selector, "TASK32 << 16", rights);
      case 4, 6, 7 -> at(name, selector, "CODE16 << 16 | landed - 0F0000h", rights);
      case 12, 14, 15 -> at(name, selector, "CODE << 16 | landed - 0F0000h", rights | HIGH_OFFSET);
      default -> at(name, selector, "TSS32 << 16 | 67h", rights);
    };
  }

  /** The last doubleword of a descriptor with base or offset below 10000H. */
  private static int rights(int type, int bits, int dpl) {
    return (type | bits | dpl << DPL_SHIFT) << 8;
  }

  private static Item selector(String name, String selector) {
    return new Item(name, "    mov dword [SELECTOR], " + selector + '\n');
  }

  private static Item at(String name, String selector, String low, int high) {
    String place = selector.startsWith("ITEM") ? "GDT + ((" + selector + ") & ~7)" : "LDT + 18h";
    return new Item(
        name,
        selector(name, selector).code()
            + ("    mov dword [" + place + "], " + low + '\n')
            + ("    mov dword [" + place + " + 4], 0" + Integer.toHexString(high) + "h\n"));
  }
}
