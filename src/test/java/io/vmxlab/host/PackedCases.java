package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Cases with the host's results in a file; the format is described in test-vectors/host/README.md.
 */
final class PackedCases {
  private static final long MAGIC = 0x564D584C_484F5354L; // "VMXLHOST"
  private static final int VERSION = 1;
  private static final int MODE_32 = 1;
  private static final int MODE_REPEATED = 2;
  private static final int MODE_16 = 4;
  private static final int MODE_VECTORS = 8;

  /** What registers hold that an instruction does not name. */
  private static final VectorState USUAL = VectorChooser.usual();

  private static final int PAGE_FAULT = 14;

  /** A case and what the processor made of it. */
  record Recorded(HostCase test, HostResult result) {}

  private PackedCases() {}

  static void write(OutputStream to, List<HostCase> cases, List<HostResult> results)
      throws IOException {
    try (DataOutputStream out = new DataOutputStream(new Best(to))) {
      out.writeLong(MAGIC);
      out.writeShort(VERSION);
      out.writeInt(cases.size());
      for (int i = 0; i < cases.size(); i++) {
        writeCase(out, cases.get(i));
        writeResult(out, cases.get(i), results.get(i));
      }
    }
  }

  static List<Recorded> read(InputStream from) throws IOException {
    List<Recorded> all = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(from, 1 << 16))) {
      if (in.readLong() != MAGIC || in.readUnsignedShort() != VERSION) {
        throw new IOException("no recorded cases of version " + VERSION);
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        HostCase test = readCase(in);
        all.add(new Recorded(test, readResult(in, test)));
      }
    }
    return all;
  }

  /** Packs as tightly as the JDK can. */
  private static final class Best extends GZIPOutputStream {
    Best(OutputStream to) throws IOException {
      super(to, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }

  private static long[] usual(CodeMode mode) {
    long[] gpr = new long[16];
    for (int i = 0; i < gpr.length; i++) {
      gpr[i] = 0x1111_1111_1111_1111L * i;
      if (mode != CodeMode.BITS64) {
        gpr[i] &= 0xFFFF_FFFFL;
      }
    }
    return gpr;
  }

  private static void writeCase(DataOutputStream out, HostCase test) throws IOException {
    int mode = test.mode() == CodeMode.BITS32 ? MODE_32 : 0;
    mode |= test.mode() == CodeMode.BITS16 ? MODE_16 : 0;
    mode |= test.vectors() != VectorState.NONE ? MODE_VECTORS : 0;
    out.writeByte(mode | (test.repeated() ? MODE_REPEATED : 0));
    out.writeByte(test.code().length);
    out.write(test.code());
    writeRegisters(out, usual(test.mode()), test.gpr());
    out.writeShort((int) test.rflags());
    out.writeByte(test.poke().length);
    if (test.poke().length > 0) {
      out.writeShort(test.pokeAt());
      out.write(test.poke());
    }
    if (test.vectors() != VectorState.NONE) {
      writeVectors(out, USUAL, test.vectors());
    }
  }

  private static HostCase readCase(DataInputStream in) throws IOException {
    int flags = in.readUnsignedByte();
    CodeMode mode = (flags & MODE_32) != 0 ? CodeMode.BITS32 : CodeMode.BITS64;
    mode = (flags & MODE_16) != 0 ? CodeMode.BITS16 : mode;
    byte[] code = in.readNBytes(in.readUnsignedByte());
    long[] gpr = readRegisters(in, usual(mode));
    long rflags = in.readUnsignedShort();
    int length = in.readUnsignedByte();
    int pokeAt = length > 0 ? in.readUnsignedShort() : 0;
    byte[] poke = in.readNBytes(length);
    VectorState vectors = (flags & MODE_VECTORS) != 0 ? readVectors(in, USUAL) : VectorState.NONE;
    return new HostCase(
        code, mode, (flags & MODE_REPEATED) != 0, rflags, gpr, pokeAt, poke, vectors);
  }

  private static void writeResult(DataOutputStream out, HostCase test, HostResult result)
      throws IOException {
    out.writeByte(result.vector());
    if (result.vector() == PAGE_FAULT) {
      out.writeByte(result.errorCode());
      writeValue(out, result.cr2());
    }
    writeValue(out, result.rip() - Guest.entry(test));
    out.writeShort((int) (result.rflags() ^ test.rflags()));
    writeRegisters(out, test.gpr(), result.gpr());
    if (test.vectors() != VectorState.NONE) {
      writeVectors(out, test.vectors(), result.vectors());
    }
    out.writeShort(result.changes().size());
    for (SortedMap.Entry<Integer, Integer> change : result.changes().entrySet()) {
      out.writeShort(change.getKey());
      out.writeByte(change.getValue());
    }
  }

  private static HostResult readResult(DataInputStream in, HostCase test) throws IOException {
    int vector = in.readUnsignedByte();
    int errorCode = vector == PAGE_FAULT ? in.readUnsignedByte() : 0;
    long cr2 = vector == PAGE_FAULT ? readValue(in) : 0;
    long rip = readValue(in) + Guest.entry(test);
    long rflags = in.readUnsignedShort() ^ test.rflags();
    long[] gpr = readRegisters(in, test.gpr());
    VectorState vectors =
        test.vectors() == VectorState.NONE ? VectorState.NONE : readVectors(in, test.vectors());
    int count = in.readUnsignedShort();
    SortedMap<Integer, Integer> changes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      changes.put(in.readUnsignedShort(), in.readUnsignedByte());
    }
    return new HostResult(vector, errorCode, cr2, rip, rflags, gpr, changes, vectors);
  }

  private static void writeRegisters(DataOutputStream out, long[] expected, long[] gpr)
      throws IOException {
    int mask = 0;
    for (int i = 0; i < gpr.length; i++) {
      mask |= gpr[i] == expected[i] ? 0 : 1 << i;
    }
    out.writeShort(mask);
    for (int i = 0; i < gpr.length; i++) {
      if ((mask & 1 << i) != 0) {
        writeValue(out, gpr[i]);
      }
    }
  }

  private static long[] readRegisters(DataInputStream in, long[] expected) throws IOException {
    long[] gpr = expected.clone();
    int mask = in.readUnsignedShort();
    for (int i = 0; i < gpr.length; i++) {
      if ((mask & 1 << i) != 0) {
        gpr[i] = readValue(in);
      }
    }
    return gpr;
  }

  private static void writeVectors(DataOutputStream out, VectorState expected, VectorState state)
      throws IOException {
    for (int from = 0; from < 32; from += 16) {
      writeRegisters(out, part(expected.xmm(), from, 16), part(state.xmm(), from, 16));
    }
    writeRegisters(out, expected.mm(), state.mm());
    writeValue(out, state.mxcsr() ^ expected.mxcsr());
    out.writeByte(state.top());
    out.writeByte(state.tags());
    out.writeByte(state.ones());
  }

  private static VectorState readVectors(DataInputStream in, VectorState expected)
      throws IOException {
    long[] xmm = new long[32];
    for (int from = 0; from < 32; from += 16) {
      long[] part = readRegisters(in, part(expected.xmm(), from, 16));
      System.arraycopy(part, 0, xmm, from, 16);
    }
    long[] mm = readRegisters(in, expected.mm());
    int mxcsr = (int) readValue(in) ^ expected.mxcsr();
    int top = in.readUnsignedByte();
    int tags = in.readUnsignedByte();
    return new VectorState(xmm, mm, mxcsr, top, tags, in.readUnsignedByte());
  }

  private static long[] part(long[] registers, int from, int count) {
    return Arrays.copyOfRange(registers, from, from + count);
  }

  /** The number of bytes that matter, and those bytes, the sign filling up the rest. */
  private static void writeValue(DataOutputStream out, long value) throws IOException {
    int bytes = 0;
    while (bytes < 8 && value != extended(value, bytes)) {
      bytes++;
    }
    out.writeByte(bytes);
    for (int i = 0; i < bytes; i++) {
      out.writeByte((int) (value >> (8 * i)));
    }
  }

  private static long readValue(DataInputStream in) throws IOException {
    int bytes = in.readUnsignedByte();
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) in.readUnsignedByte() << (8 * i);
    }
    return extended(value, bytes);
  }

  private static long extended(long value, int bytes) {
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }
}
