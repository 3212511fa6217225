package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Arrays;

/**
 * Where the fields of a VMCS stand in its region. The manual fixes the first eight bytes and leaves
 * the rest to the processor: here the launch state follows, and then every field that the processor
 * has or may have, in the catalogue's order, each in its own width. SDM Vol. 3C "Format of the VMCS
 * Region".
 */
public final class VmcsFormat {
  /** Offset of the VMX-abort indicator, 32 bits. */
  static final int ABORT = 4;

  /** Offset of the launch state, 32 bits. */
  static final int LAUNCH_STATE = 8;

  private static final int FIRST_FIELD = 12;
  private static final long PAGE = 4096;
  private static final VmcsField[] FIELDS = VmcsField.values();

  /** Offsets by dense number; 0 for a field that is not there. */
  private final int[] offsets = new int[FIELDS.length];

  /** By dense number: the processor has the field for certain. */
  private final boolean[] sure = new boolean[FIELDS.length];

  /** Of the fields that are there: dense numbers, and the bits that their widths leave. */
  private final int[] present;

  private final long[] masks = new long[FIELDS.length];

  private final int size;

  VmcsFormat(CpuModel model) {
    int next = FIRST_FIELD;
    for (VmcsField f : FIELDS) {
      Known known = f.on(model);
      sure[f.ordinal()] = known == Known.HAS;
      if (known != Known.LACKS) {
        offsets[f.ordinal()] = next;
        next += f.width().bits / Byte.SIZE;
      }
    }
    size = next;
    int count = 0;
    int[] numbers = new int[FIELDS.length];
    for (VmcsField f : FIELDS) {
      if (has(f)) {
        numbers[count++] = f.ordinal();
      }
      masks[f.ordinal()] = -1L >>> Long.SIZE - f.width().bits;
    }
    present = Arrays.copyOf(numbers, count);
  }

  /**
   * Reads all fields.
   *
   * @param to gets them by dense number, zero-extended, and 0 for a field that is not there
   */
  void read(PhysicalMemory memory, long region, long[] to) {
    byte[] chunk = inOnePage(region) ? memory.written(region) : null;
    if (chunk == null) {
      for (int i : present) {
        to[i] = memory.read(region + offsets[i], Long.bitCount(masks[i]));
      }
      return;
    }
    int from = memory.offset(region);
    for (int i : present) {
      to[i] = (long) PhysicalMemory.Longs.VIEW.get(chunk, from + offsets[i]) & masks[i];
    }
  }

  /** Writes all fields that are there, from where {@link #read} has put them. */
  void write(PhysicalMemory memory, long region, long[] values) {
    byte[] chunk = inOnePage(region) ? memory.chunk(region) : null;
    if (chunk == null) {
      for (int i : present) {
        memory.write(region + offsets[i], Long.bitCount(masks[i]), values[i]);
      }
      return;
    }
    int from = memory.offset(region);
    for (int i : present) {
      int at = from + offsets[i];
      long others = (long) PhysicalMemory.Longs.VIEW.get(chunk, at) & ~masks[i];
      PhysicalMemory.Longs.VIEW.set(chunk, at, others | values[i] & masks[i]);
    }
  }

  /** The region and the bytes that are accessed with its last field. */
  private boolean inOnePage(long region) {
    return (region & PAGE - 1) + size + Long.BYTES <= PAGE;
  }

  /** Bytes from the beginning of the region to the end of the last field. */
  public int size() {
    return size;
  }

  /** The processor has the field or may have it. */
  boolean has(VmcsField field) {
    return offsets[field.ordinal()] != 0;
  }

  /** The field that an encoding accesses, if the processor has it for certain; else null. */
  public VmcsField sure(long encoding) {
    VmcsField field = VmcsEncoding.field(encoding);
    return field != null && sure[field.ordinal()] ? field : null;
  }

  int offset(VmcsField field) {
    return offsets[field.ordinal()];
  }
}
