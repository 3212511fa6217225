package io.vmxlab.platform.boot;

import io.vmxlab.platform.LoadException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Little-endian structures one behind another, where no part of the image lies. */
final class InformationWriter {
  private static final int ROOM = 0x7000;
  private static final List<Long> PLACES = List.of(0x9000L, 0x70000L, 0x90000L);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final long start;

  /** In the first place that the image leaves free. */
  InformationWriter(List<BootPlan.Piece> image) {
    start =
        PLACES.stream()
            .filter(p -> image.stream().noneMatch(i -> i.address() < p + ROOM && i.end() > p))
            .findFirst()
            .orElseThrow(
                () ->
                    new LoadException(
                        "the image leaves no room below 640 KBytes for what it has to be told",
                        "link it to 1 MByte or above"));
  }

  /** Physical address of the first byte. */
  long start() {
    return start;
  }

  /** Physical address of the next byte. */
  long here() {
    return start + bytes.size();
  }

  InformationWriter u8(int value) {
    bytes.write(value);
    return this;
  }

  InformationWriter u16(int value) {
    return u8(value).u8(value >> 8);
  }

  InformationWriter u32(long value) {
    return u16((int) value).u16((int) (value >> 16));
  }

  InformationWriter u64(long value) {
    return u32(value).u32(value >>> 32);
  }

  /** A text in UTF-8 with a zero behind it. */
  InformationWriter text(String value) {
    bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    return u8(0);
  }

  InformationWriter raw(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  /** Zeros up to a multiple of a power of two. */
  InformationWriter align(int to) {
    while (bytes.size() % to != 0) {
      u8(0);
    }
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  BootPlan.Piece piece() {
    if (bytes.size() > ROOM) {
      throw new LoadException(
          "the command lines need " + bytes.size() + " bytes of the " + ROOM + " there are",
          "shorten them");
    }
    return BootPlan.Piece.of("boot information", start, bytes());
  }
}
