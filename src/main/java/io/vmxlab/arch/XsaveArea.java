package io.vmxlab.arch;

/**
 * Where state components lie in an XSAVE area; places and sizes are in bytes, components are bits
 * of a state-component bitmap. SDM Vol. 1 "XSAVE Area".
 */
public final class XsaveArea {
  /** The legacy region and, behind it, the header; both always exist. */
  public static final int LEAST = 576;

  // spotless:off
  /** In the header. */
  public static final int XSTATE_BV = 512;
  public static final int XCOMP_BV  = 520;
  public static final int RESERVED  = 528;
  // spotless:on

  /** In XCOMP_BV: the area has the compacted format. */
  public static final long COMPACTED = 1L << 63;

  public static final int ALIGNMENT = 64;

  /** The first component that lies behind the header. */
  private static final int FIRST_EXTENDED = 2;

  private static final int END = 63;

  /** In ECX of a component's subleaf: in the compacted format it begins at a multiple of 64. */
  private static final int ALIGNED = 1 << 1;

  private XsaveArea() {}

  /** Bytes of a component that lies behind the header. */
  public static int size(CpuModel cpu, int component) {
    return cpu.cpuid(CpuidLeaf.EXTENDED_STATE, component)[0];
  }

  /** Place of a component that lies behind the header, in the standard format. */
  public static int offset(CpuModel cpu, int component) {
    return cpu.cpuid(CpuidLeaf.EXTENDED_STATE, component)[1];
  }

  /** Place of a component behind the header, in the compacted format of these components. */
  public static int compactedOffset(CpuModel cpu, long components, int component) {
    int place = LEAST;
    for (int i = FIRST_EXTENDED; i < component; i++) {
      if (has(components, i)) {
        place = aligned(cpu, i, place) + size(cpu, i);
      }
    }
    return aligned(cpu, component, place);
  }

  private static int aligned(CpuModel cpu, int component, int place) {
    boolean aligned = (cpu.cpuid(CpuidLeaf.EXTENDED_STATE, component)[2] & ALIGNED) != 0;
    return aligned ? place + ALIGNMENT - 1 & -ALIGNMENT : place;
  }

  /** Bytes of an area that holds these components in the standard format. */
  public static int standardSize(CpuModel cpu, long components) {
    int size = LEAST;
    for (int i = FIRST_EXTENDED; i < END; i++) {
      if (has(components, i)) {
        size = Math.max(size, offset(cpu, i) + size(cpu, i));
      }
    }
    return size;
  }

  /** Bytes of an area that holds these components in the compacted format. */
  public static int compactedSize(CpuModel cpu, long components) {
    int last = Long.SIZE - 1 - Long.numberOfLeadingZeros(components & ~COMPACTED);
    return last < FIRST_EXTENDED ? LEAST : compactedOffset(cpu, components, last) + size(cpu, last);
  }

  private static boolean has(long components, int i) {
    return (components >>> i & 1) != 0;
  }
}
