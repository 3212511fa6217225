package io.vmxlab.cpu;

import io.vmxlab.arch.Vector;
import java.util.OptionalLong;

/** What LAR, LSL, VERR and VERW find out about a selector. Only page faults are raised. */
public final class DescriptorProbe {
  /** Types of system descriptors that LAR and LSL accept, as bits of a mask. */
  private static final int LAR_LEGACY = 0b0001_1010_0011_1110;

  private static final int LSL_LEGACY = 0b0000_1010_0000_1110;
  private static final int LAR_IA32E = 0b0001_1010_0000_0100;
  private static final int LSL_IA32E = 0b0000_1010_0000_0100;

  /** Type, S, DPL, P, AVL, L, D/B and G in the second doubleword. */
  private static final long LAR_BITS = 0x00F0_FF00L;

  private DescriptorProbe() {}

  /** The second doubleword as LAR shows it, or empty if the selector is of no use. */
  public static OptionalLong rights(Cpu cpu, int selector) {
    long raw = visible(cpu, selector, cpu.inIa32eMode() ? LAR_IA32E : LAR_LEGACY);
    return raw == 0 ? OptionalLong.empty() : OptionalLong.of(raw >>> 32 & LAR_BITS);
  }

  /** Offset of the segment's last byte, or empty if the selector is of no use. */
  public static OptionalLong limit(Cpu cpu, int selector) {
    long raw = visible(cpu, selector, cpu.inIa32eMode() ? LSL_IA32E : LSL_LEGACY);
    return raw == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Integer.toUnsignedLong(Descriptor.limit(raw)));
  }

  public static boolean readable(Cpu cpu, int selector) {
    return Descriptor.isReadable(Descriptor.rights(visible(cpu, selector, 0)));
  }

  public static boolean writable(Cpu cpu, int selector) {
    return Descriptor.isWritableData(Descriptor.rights(visible(cpu, selector, 0)));
  }

  /** The descriptor if it is of an accepted type and within reach of CPL and RPL, else 0. */
  private static long visible(Cpu cpu, int selector, int systemTypes) {
    if (Segmentation.isNull(selector) || !cpu.segmentation.withinTable(selector)) {
      return 0;
    }
    long raw = cpu.segmentation.fetch(selector, Vector.GP, 0);
    int rights = Descriptor.rights(raw);
    int type = Descriptor.systemType(rights);
    int least = Math.max(cpu.cpl, selector & Segmentation.RPL);
    boolean accepted = type < 0 || (systemTypes >> type & 1) != 0;
    boolean reached = Descriptor.isConforming(rights) || least <= Descriptor.dpl(rights);
    return accepted && reached ? raw : 0;
  }
}
