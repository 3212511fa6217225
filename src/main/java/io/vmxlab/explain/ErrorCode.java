package io.vmxlab.explain;

import io.vmxlab.arch.Vector;

/** The parts of an exception's error code. SDM Vol. 3A "Error Code". */
final class ErrorCode {
  private static final int PRESENT = 1;
  private static final int WRITE = 1 << 1;
  private static final int USER = 1 << 2;
  private static final int RESERVED = 1 << 3;
  private static final int FETCH = 1 << 4;
  private static final int PROTECTION_KEY = 1 << 5;
  private static final int SHADOW_STACK = 1 << 6;

  private static final int EXT = 1;
  private static final int IDT = 1 << 1;
  private static final int TI = 1 << 2;

  private ErrorCode() {}

  /** In prose; an empty string where the code says nothing. */
  static String words(Vector vector, int code) {
    if (vector == Vector.PF) {
      return pageFault(code);
    }
    return code == 0 || !vector.pushesErrorCode ? "" : selector(code);
  }

  private static String pageFault(int code) {
    String who = (code & USER) != 0 ? "user-mode " : "supervisor-mode ";
    String what =
        (code & SHADOW_STACK) != 0
            ? "shadow-stack access"
            : (code & FETCH) != 0 ? "instruction fetch" : (code & WRITE) != 0 ? "write" : "read";
    String why =
        (code & RESERVED) != 0
            ? "a reserved bit of a paging entry is 1"
            : (code & PROTECTION_KEY) != 0
                ? "denied by the protection key"
                : (code & PRESENT) != 0
                    ? "denied by the access rights of the page"
                    : "the page is not present";
    return who + what + ", " + why;
  }

  private static String selector(int code) {
    String table = (code & IDT) != 0 ? "IDT" : (code & TI) != 0 ? "LDT" : "GDT";
    String entry =
        (code & IDT) != 0
            ? "IDT entry " + Hex.literal(code >>> 3)
            : table + " selector " + Hex.literal(code & 0xFFFC);
    return entry + ((code & EXT) != 0 ? ", while delivering an external event" : "");
  }
}
