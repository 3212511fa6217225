package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDI;
import static io.vmxlab.arch.Gpr.RSI;

import io.vmxlab.isa.Instruction;

/**
 * The OUT or OUTS that has made an SMI pending, for the handler that wants to know it or to have it
 * executed again. SDM Vol. 3C "I/O State Implementation", "I/O Instruction Restart".
 */
public final class LastIo {
  private static final int IO_SMI = 1;
  private static final int LENGTH_SHIFT = 1;
  private static final int TYPE_SHIFT = 4;
  private static final int PORT_SHIFT = 16;

  // bits of the type
  public static final int STRING = 2;
  public static final int REPEATED = 4;
  public static final int IMMEDIATE = 8;

  private final Cpu cpu;
  private boolean known;

  /** Where execution goes on if the SMI comes right after it. */
  private long next;

  private int state;
  private long address;
  private long rip;
  private long rcx;
  private long rsi;
  private long rdi;

  LastIo(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * An instruction, or one iteration of it, has made an SMI pending; registers are still as before.
   *
   * @param type a sum of {@link #STRING}, {@link #REPEATED} and {@link #IMMEDIATE}
   * @param memory linear address of its operand; 0 if it has none
   */
  public void is(Instruction insn, int type, int port, int width, long memory) {
    known = !cpu.smm;
    state = port << PORT_SHIFT | type << TYPE_SHIFT | width / Byte.SIZE << LENGTH_SHIFT | IO_SMI;
    address = memory;
    rip = cpu.rip;
    next = cpu.following(insn);
    rcx = cpu.r[RCX];
    rsi = cpu.r[RSI];
    rdi = cpu.r[RDI];
  }

  void forget() {
    known = false;
  }

  /** Writes what the map has of it; {@code cpu.rip} is where the program goes on. */
  void save(StateSaveMap map) {
    boolean last = known && (cpu.rip == next || cpu.rip == rip);
    map.set(StateSaveMap.IO_MISC, 32, last ? state : 0);
    map.set(StateSaveMap.IO_ADDRESS, 64, last ? address : 0);
    map.set(StateSaveMap.IO_RIP, 64, last ? rip : cpu.rip);
    map.set(StateSaveMap.IO_RCX, 64, last ? rcx : cpu.r[RCX]);
    map.set(StateSaveMap.IO_RSI, 64, last ? rsi : cpu.r[RSI]);
    map.set(StateSaveMap.IO_RDI, 64, last ? rdi : cpu.r[RDI]);
    known = false;
  }

  /** RSM is to execute it again. */
  void restart(StateSaveMap map) {
    cpu.rip = map.get(StateSaveMap.IO_RIP, 64);
    if ((map.get(StateSaveMap.IO_MISC, 32) >> TYPE_SHIFT & STRING) != 0) {
      cpu.r[RCX] = map.get(StateSaveMap.IO_RCX, 64);
      cpu.r[RSI] = map.get(StateSaveMap.IO_RSI, 64);
      cpu.r[RDI] = map.get(StateSaveMap.IO_RDI, 64);
    }
  }
}
