package io.vmxlab.cpu;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Dr7;

/**
 * The four breakpoints of DR0 to DR3 and DR7. SDM Vol. 3B "Debug Registers", "Breakpoint Field
 * Recognition". While none is enabled nobody asks here.
 */
public final class Breakpoints {
  private static final int COUNT = 4;

  /** What a breakpoint waits for, as R/W in DR7 says it. */
  private static final int EXECUTION = 0;

  private static final int WRITE = 1;
  private static final int IO = 2;
  private static final int ACCESS = 3;

  /** Bytes, by LEN in DR7. */
  private static final int[] LENGTHS = {1, 2, 8, 4};

  private final Cpu cpu;
  private final int[] kind = new int[COUNT];
  private final long[] from = new long[COUNT];
  private final long[] last = new long[COUNT];

  /** Bits of the enabled ones, by kind. */
  private int code;

  private int data;
  private int io;

  Breakpoints(Cpu cpu) {
    this.cpu = cpu;
  }

  /** DR0 to DR3, DR7 or CR4.DE have changed. */
  void update() {
    code = 0;
    int before = data;
    data = 0;
    io = 0;
    long control = cpu.dr[7];
    for (int i = 0; i < COUNT; i++) {
      kind[i] = Dr7.condition(control, i);
      int bytes = kind[i] == EXECUTION ? 1 : LENGTHS[Dr7.length(control, i)];
      from[i] = cpu.dr[i] & -(long) bytes;
      last[i] = from[i] + bytes - 1;
      if (kind[i] == IO && (cpu.cr4 & Cr4.DE) == 0) {
        kind[i] = -1; // means nothing then
      }
      if (Dr7.enabled(control, i)) {
        code |= kind[i] == EXECUTION ? 1 << i : 0;
        data |= kind[i] == WRITE || kind[i] == ACCESS ? 1 << i : 0;
        io |= kind[i] == IO ? 1 << i : 0;
      }
    }
    if ((data | before) != 0) {
      cpu.mmu.forget();
    }
  }

  /** An enabled one waits for an instruction, so that each has to be looked at. */
  boolean watchCode() {
    return code != 0;
  }

  /** An enabled one waits for an access to memory. */
  boolean watchData() {
    return data != 0;
  }

  /** An enabled one waits for an access to a port. */
  public boolean watchIo() {
    return io != 0;
  }

  /** An enabled one waits for an access to the 4-KByte page. */
  boolean watchPage(long address) {
    for (int i = 0; i < COUNT; i++) {
      if ((data >> i & 1) != 0 && (from[i] ^ address) >>> 12 == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The breakpoints that an instruction at a linear address meets, as bits of DR6; 0 if none of
   * them is enabled.
   */
  long atInstruction(long address) {
    return met(address, 1, code, EXECUTION, EXECUTION);
  }

  /**
   * An instruction is about to find out whether it may write. If a breakpoint waits for that, the
   * instruction has to be executed on its own, because a trap will follow it.
   */
  void alone(long address, int bytes) {
    if (met(address, bytes, data, WRITE, ACCESS) != 0) {
      cpu.codeWatch.beforeLastingWrites();
    }
  }

  /**
   * An instruction accesses memory. If a breakpoint waits for that, the instruction is executed on
   * its own, and a trap follows it.
   */
  void access(long address, int bytes, boolean write) {
    long met =
        write
            ? met(address, bytes, data, WRITE, ACCESS)
            : met(address, bytes, data, ACCESS, ACCESS);
    if (met != 0) {
      cpu.codeWatch.beforeLastingWrites();
      cpu.stepping.trapAfter(met);
    }
  }

  /** An instruction is about to access a port of so many bits. */
  public void port(int port, int width) {
    long met = met(port, width / 8, io, IO, IO);
    if (met != 0) {
      cpu.codeWatch.beforeLastingWrites();
      cpu.stepping.trapAfter(met);
    }
  }

  /**
   * If an enabled breakpoint is met, all that are, be they enabled or not: DR6 shows them so.
   *
   * @param enabled bits of those that count
   * @param one what they wait for, or {@code other}
   */
  private long met(long address, int bytes, int enabled, int one, int other) {
    int met = 0;
    for (int i = 0; i < COUNT; i++) {
      boolean overlaps = address <= last[i] && address + bytes - 1 >= from[i];
      if (overlaps && (kind[i] == one || kind[i] == other)) {
        met |= 1 << i;
      }
    }
    return (met & enabled) != 0 ? met : 0;
  }
}
