package io.vmxlab.host;

import io.vmxlab.arch.XsaveArea;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/** Makes cases for the instructions of the XSAVE feature set that user mode can execute. */
final class XsaveCases {
  /** An instruction on the area at RDI, or XGETBV. */
  record Row(String name, int... code) {}

  static final List<Row> ROWS =
      List.of(
          new Row("XSAVE", 0x0F, 0xAE, 0x27),
          new Row("XSAVE64", 0x48, 0x0F, 0xAE, 0x27),
          new Row("XSAVEOPT", 0x0F, 0xAE, 0x37),
          new Row("XSAVEOPT64", 0x48, 0x0F, 0xAE, 0x37),
          new Row("XSAVEC", 0x0F, 0xC7, 0x27),
          new Row("XSAVEC64", 0x48, 0x0F, 0xC7, 0x27),
          new Row("XRSTOR", 0x0F, 0xAE, 0x2F),
          new Row("XRSTOR64", 0x48, 0x0F, 0xAE, 0x2F),
          new Row("XGETBV", 0x0F, 0x01, 0xD0),
          new Row("XSAVES", 0x0F, 0xC7, 0x2F),
          new Row("XRSTORS", 0x0F, 0xC7, 0x1F));

  /** x87 and SSE: components that every host has enabled. */
  static final long COMPONENTS = 3;

  /** No processor has components there. */
  private static final int FIRST_UNKNOWN = 24;

  private static final int MXCSR = 24;
  private static final int MXCSR_BITS = 0xFFFF;

  private final SplittableRandom random;

  XsaveCases(long seed) {
    random = new SplittableRandom(seed);
  }

  XsaveCase next(Row row) {
    byte[] code = new byte[row.code().length];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) row.code()[i];
    }
    boolean register = row.name().equals("XGETBV");
    byte[] area = image(XsaveCase.AREA, true);
    header(ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN));
    long others = random.nextInt(4) == 0 ? random.nextInt() & -1L << FIRST_UNKNOWN : 0;
    return new XsaveCase(
        row.name(),
        code,
        image(XsaveCase.STATE, false),
        area,
        random.nextInt(12) == 0 ? random.nextInt(65) : 0,
        (random.nextInt(4) | others) & 0xFFFF_FFFFL,
        random.nextInt(4) == 0 ? random.nextInt() & 0x3FFF_FFFFL : 0,
        register ? 1 : 0);
  }

  /** Random state; as one to start with it can be loaded. */
  private byte[] image(int size, boolean any) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(8, random.nextLong() >> 17); // addresses of instruction and operand are canonical
    b.putLong(16, random.nextLong() >> 17);
    boolean initial = random.nextInt(4) == 0;
    boolean reserved = any && random.nextInt(8) == 0;
    b.putInt(MXCSR, initial ? 0x1F80 : random.nextInt() & (reserved ? -1 : MXCSR_BITS));
    if (!any) {
      b.putLong(XsaveArea.XSTATE_BV, random.nextInt(4));
      for (int at = XsaveArea.XCOMP_BV; at < XsaveCase.STATE; at += 8) {
        b.putLong(at, 0);
      }
    }
    return bytes;
  }

  /** Mostly one that XRSTOR takes. */
  private void header(ByteBuffer area) {
    boolean compacted = random.nextBoolean();
    long held = random.nextInt(4);
    area.putLong(XsaveArea.XSTATE_BV, compacted ? held & random.nextInt(4) : held);
    area.putLong(XsaveArea.XCOMP_BV, compacted ? held | XsaveArea.COMPACTED : 0);
    boolean clear = random.nextInt(8) != 0;
    int from = clear || compacted ? XsaveArea.RESERVED : XsaveArea.RESERVED + 8;
    for (int at = from; at < XsaveArea.LEAST; at += 8) {
      area.putLong(at, 0);
    }
    if (random.nextInt(8) == 0) {
      int at = XsaveArea.XSTATE_BV + 8 * random.nextInt(8);
      int bit = random.nextBoolean() ? random.nextInt(2) : random.nextInt(FIRST_UNKNOWN, 64);
      area.putLong(at, area.getLong(at) ^ 1L << bit);
    }
  }
}
