package io.vmxlab.platform;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Little-endian contents of a file. Reading beyond the end says what was expected there. */
public final class Bytes {
  private static final String TRUNCATED = "the file is truncated or damaged: make it again";

  private final byte[] data;
  private final ByteBuffer buffer;

  public Bytes(byte[] data) {
    this.data = data;
    this.buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
  }

  public int length() {
    return data.length;
  }

  public int u8(long at, String what) {
    return buffer.get(check(at, 1, what)) & 0xFF;
  }

  public int u16(long at, String what) {
    return buffer.getShort(check(at, 2, what)) & 0xFFFF;
  }

  public long u32(long at, String what) {
    return buffer.getInt(check(at, 4, what)) & 0xFFFF_FFFFL;
  }

  public long u64(long at, String what) {
    return buffer.getLong(check(at, 8, what));
  }

  /** A copy of a part of the file. */
  public byte[] slice(long at, long size, String what) {
    int start = check(at, size, what);
    return Arrays.copyOfRange(data, start, start + (int) size);
  }

  /** A zero-terminated string; one that the file's end cuts off is an error. */
  String string(long at, long end, String what) {
    int start = check(at, 1, what);
    int stop = start;
    long bound = Math.min(end, data.length);
    while (stop < bound && data[stop] != 0) {
      stop++;
    }
    if (stop >= bound) {
      throw new LoadException(what + " is not terminated", TRUNCATED);
    }
    return new String(data, start, stop - start, StandardCharsets.UTF_8);
  }

  /** The index of the first of {@code size} bytes that all lie in the file. */
  private int check(long at, long size, String what) {
    if (at < 0 || size < 0 || at > data.length || size > data.length - at) {
      throw new LoadException(
          String.format(
              Locale.ROOT,
              "%s should be %d bytes at offset %Xh, but the file has %d bytes",
              what,
              size,
              at,
              data.length),
          TRUNCATED);
    }
    return (int) at;
  }
}
