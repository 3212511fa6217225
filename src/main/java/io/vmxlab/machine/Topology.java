package io.vmxlab.machine;

import io.vmxlab.cpu.CpuidFilter;

/**
 * What CPUID says of the board: each processor is a core with one thread, all in one package, and
 * the time-stamp counter counts at 1 GHz. SDM Vol. 2A "CPUID-CPU Identification".
 */
final class Topology implements CpuidFilter {
  private static final int FREQUENCIES = 0x16;
  private static final int TOPOLOGY = 0xB;
  private static final int CACHES = 4;
  private static final int MHZ = 1000;
  private static final int THREADS_VALID = 1 << 28;
  private static final int THREAD_LEVEL = 1;
  private static final int CORE_LEVEL = 2;
  private static final int CORES_SHIFT = 26;

  private final int id;
  private final int processors;

  /** Of the processor with an APIC ID, among so many. */
  Topology(int id, int processors) {
    this.id = id;
    this.processors = processors;
  }

  @Override
  public void apply(int leaf, int subleaf, int[] out) {
    switch (leaf) {
      case 1:
        out[1] = out[1] & 0xFF00FFFF & 0x00FFFFFF | id << 24 | processors << 16;
        out[3] = processors > 1 ? out[3] | THREADS_VALID : out[3] & ~THREADS_VALID;
        break;
      case CACHES:
        if (out[0] != 0) {
          out[0] = out[0] & 0x3FFF | (1 << shift()) - 1 << CORES_SHIFT;
        }
        break;
      case TOPOLOGY:
        topology(subleaf, out);
        break;
      case FREQUENCIES:
        if (out[0] != 0) {
          out[0] = MHZ;
          out[1] = MHZ;
          out[2] = 0;
        }
        break;
      default:
        break;
    }
  }

  /** Bits that the number of a core needs. */
  private int shift() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(processors - 1);
  }

  private void topology(int level, int[] out) {
    boolean thread = level == 0;
    boolean core = level == 1;
    out[0] = core ? shift() : 0;
    out[1] = thread ? 1 : core ? processors : 0;
    out[2] = level & 0xFF | (thread ? THREAD_LEVEL : core ? CORE_LEVEL : 0) << 8;
    out[3] = id;
  }
}
