package io.vmxlab.threemachines;

import static io.vmxlab.arch.SegmentRights.DB;
import static io.vmxlab.arch.SegmentRights.G;
import static io.vmxlab.arch.SegmentRights.P;
import static io.vmxlab.arch.SegmentRights.S;

import java.util.ArrayList;
import java.util.List;

/** Segments of CPL 3 at the selector ITEM, and offsets in TARGET near where they end. */
final class SegmentEnds {
  static final String LIST = "ends";

  private static final int WHOLE = 0xF00;
  private static final int R = S | P | 0x60;
  private static final int RW = R | 2;
  private static final int DOWN = R | 6;
  private static final int XR = R | 10;

  private record Kind(String name, int limit, int rights, long... offsets) {}

  // spotless:off
  private static final List<Kind> KINDS = List.of(
      new Kind("up to 0FFFH",                 0xFFF, RW | DB,
          0, 0xFF0, 0xFF8, 0xFFC, 0xFFE, 0xFFF, 0x1000, 0x1_0000, 0xFFFF_FFFFL),
      new Kind("up to 0FFFH with 16 bits",      0xFFF, RW,
          0xFFE, 0xFFF, 0x1000, 0xFFFF, 0x1_0000),
      new Kind("up to 1FFFH in pages",        1, RW | DB | G,
          0x1FF0, 0x1FFC, 0x1FFE, 0x1FFF, 0x2000),
      new Kind("up to 0",                     0, RW | DB,
          0, 1),
      new Kind("everything",                  0xFFFF, RW | DB | G | WHOLE,
          0, 0xFFFF_FFF0L, 0xFFFF_FFFDL, 0xFFFF_FFFFL),
      new Kind("read-only up to 0FFFH",       0xFFF, R | DB,
          0, 0xFFE, 0x1000),
      new Kind("from 1000H",                  0xFFF, DOWN | DB,
          0, 0xFFF, 0x1000, 0xFFFF, 0x1_0000, 0xFFFF_FFFCL, 0xFFFF_FFFFL),
      new Kind("from 1000H with 16 bits",       0xFFF, DOWN,
          0, 0xFFE, 0xFFF, 0x1000, 0xFFF0, 0xFFFC, 0xFFFE, 0xFFFF, 0x1_0000),
      new Kind("from 1000H in pages",         0, DOWN | DB | G,
          0xFFF, 0x1000, 0xFFFF, 0x1_0000),
      new Kind("from nothing",                0xFFFF, DOWN | DB | G | WHOLE,
          0, 0xFFFF_FFFFL),
      new Kind("from nothing with 16 bits",     0xFFFF, DOWN,
          0, 0xFFFF, 0x1_0000),
      new Kind("code up to 0FFFH",            0xFFF, XR | DB,
          0xFFE, 0x1000));
  // spotless:on

  private SegmentEnds() {}

  static List<Item> items() {
    List<Item> items = new ArrayList<>();
    for (Kind kind : KINDS) {
      for (long offset : kind.offsets) {
        String code =
            "    mov dword [GDT + ITEM], 0%Xh%n"
                + "    mov dword [GDT + ITEM + 4], 0%Xh%n"
                + "    mov dword [SELECTOR], ITEM | 3%n    mov dword [TARGET], 0%Xh%n";
        items.add(
            new Item(
                String.format("%s at %XH", kind.name, offset),
                String.format(code, kind.limit, kind.rights << 8, offset)));
      }
    }
    return items;
  }
}
