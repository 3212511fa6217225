package io.vmxlab.host;

import io.vmxlab.arch.Mxcsr;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * XMM and MMX registers, MXCSR, and what of the x87 state MMX instructions change.
 *
 * @param xmm two quadwords each, the lower first
 * @param mm by physical register
 * @param top of the x87 stack
 * @param tags bit i: physical register i is in use
 * @param ones bit i: sign and exponent of physical register i are all ones; 0 before a case
 */
record VectorState(long[] xmm, long[] mm, int mxcsr, int top, int tags, int ones) {
  /** Bytes in the protocol of hostrun.c. */
  static final int SIZE = 16 * 16 + 8 * 8 + 4 + 3;

  /** Of a case whose instruction does not know these registers. */
  static final VectorState NONE =
      new VectorState(new long[32], new long[8], Mxcsr.INITIAL, 0, 0, 0);

  void put(ByteBuffer b) {
    for (long value : xmm) {
      b.putLong(value);
    }
    for (long value : mm) {
      b.putLong(value);
    }
    b.putInt(mxcsr).put((byte) top).put((byte) tags).put((byte) ones);
  }

  static VectorState get(ByteBuffer b) {
    long[] xmm = new long[32];
    long[] mm = new long[8];
    for (int i = 0; i < xmm.length; i++) {
      xmm[i] = b.getLong();
    }
    for (int i = 0; i < mm.length; i++) {
      mm[i] = b.getLong();
    }
    return new VectorState(xmm, mm, b.getInt(), b.get() & 0xFF, b.get() & 0xFF, b.get() & 0xFF);
  }

  /** Everything but the x87 state, as long as that is not modelled. */
  boolean same(VectorState other) {
    return Arrays.equals(xmm, other.xmm) && Arrays.equals(mm, other.mm) && mxcsr == other.mxcsr;
  }

  /** What differs from the registers of a case without vectors. */
  @Override
  public String toString() {
    if (this == NONE) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      text.append(String.format(" xmm%d=%016X_%016X", i, xmm[2 * i + 1], xmm[2 * i]));
    }
    text.append(" mm=");
    Arrays.stream(mm).forEach(v -> text.append(String.format("%X ", v)));
    return text.append(String.format("mxcsr=%X top=%d tags=%X ones=%X", mxcsr, top, tags, ones))
        .toString();
  }
}
