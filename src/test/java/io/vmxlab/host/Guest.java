package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;

/**
 * The world that a case runs in, the same for the host processor (hostrun.c) and for vmxlab: one
 * page of code, one page of data with nothing on either side.
 */
final class Guest {
  static final int PAGE = 4096;

  /** Page that is read and executed. INT3 everywhere but at {@link #ENTRY}. */
  static final long CODE = 0x2000_0000L;

  /** Where the instruction stands. */
  static final long ENTRY = CODE + 0x800;

  /** Page that is read and written. */
  static final long DATA = 0x2100_0000L;

  static final long GS_BASE = 0x0100_0000L;

  /** CF, PF, AF, ZF, SF, DF and OF. */
  static final long FLAGS = 0xCD5;

  private static final byte[] PATTERN = pattern();

  private Guest() {}

  /** Offset of the instruction in CS: 16-bit code has a segment that begins with the page. */
  static long entry(HostCase test) {
    return test.mode() == CodeMode.BITS16 ? ENTRY - CODE : ENTRY;
  }

  /** What the data page holds before a case: all values, then few, so that equal bytes are met. */
  private static byte[] pattern() {
    byte[] bytes = new byte[PAGE];
    int x = 1;
    for (int i = 0; i < PAGE; i++) {
      x = x * 1664525 + 1013904223;
      int b = x >>> 24;
      bytes[i] = (byte) (i < PAGE / 2 ? b : b < 250 ? 0x5A : b & 3);
    }
    return bytes;
  }

  /** The data page at the beginning of a case. */
  static byte[] data(HostCase test) {
    byte[] bytes = PATTERN.clone();
    for (int i = 0; i < test.poke().length; i++) {
      bytes[(test.pokeAt() + i) % PAGE] = test.poke()[i];
    }
    return bytes;
  }
}
