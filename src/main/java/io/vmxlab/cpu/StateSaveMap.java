package io.vmxlab.cpu;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import java.util.ArrayList;
import java.util.List;

/**
 * The state save map in SMRAM: what an SMI writes there and RSM reads. Offsets are from SMBASE +
 * 8000H. SDM Vol. 3C "SMRAM State Save Map and Intel 64 Architecture". What the manual calls
 * reserved holds hidden parts of registers, in an order of this processor's own.
 */
final class StateSaveMap {
  // spotless:off
  static final int CR0             = 0x7FF8;
  static final int CR3             = 0x7FF0;
  static final int RFLAGS          = 0x7FE8;
  static final int EFER            = 0x7FE0;
  static final int RIP             = 0x7FD8;
  static final int IO_MISC         = 0x7FA4;
  static final int IO_ADDRESS      = 0x7F9C;
  static final int RDI             = 0x7F94;
  static final int RSI             = 0x7F8C;
  static final int RCX             = 0x7F64;
  static final int HALT_RESTART    = 0x7F02;
  static final int IO_RESTART      = 0x7F00;
  static final int REVISION        = 0x7EFC;
  static final int SMBASE          = 0x7EF8;
  static final int EPT_ENABLED     = 0x7EE0;
  static final int EPTP            = 0x7ED8;
  static final int CR4             = 0x7E40;
  /** Reserved in the manual, with this meaning in firmware's sources. */
  static final int SHUTDOWN        = 0x7E34;
  /** The registers with which the last I/O instruction began; the manual has IO_RIP alone. */
  static final int IO_RSI          = 0x7DF8;
  static final int IO_RCX          = 0x7DF0;
  static final int IO_RIP          = 0x7DE8;
  static final int IO_RDI          = 0x7DE0;
  /** Hidden parts of segment registers, 16 bytes each; then limits, and traps that are due. */
  private static final int HIDDEN  = 0x7C00;
  static final int DEBUG_TRAPS     = 0x7C88;
  // spotless:on

  private static final long START = 0x8000;
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final int RIGHTS =
      SegmentRights.TYPE
          | SegmentRights.S
          | 3 << SegmentRights.DPL_SHIFT
          | SegmentRights.P
          | SegmentRights.AVL
          | SegmentRights.L
          | SegmentRights.DB
          | SegmentRights.G
          | SegmentRights.UNUSABLE;

  /**
   * Bits of an item and where they lie.
   *
   * @param shift lowest of the bits
   */
  private record Row(int offset, int width, StateItem item, int shift) {
    long mask() {
      return -1L >>> Long.SIZE - width << shift;
    }
  }

  private static final List<Row> ROWS = new ArrayList<>();

  // spotless:off
  static {
    row(EFER,   64, Msr.IA32_EFER);
    row(CR4,    32, State.CR4);
    row(CR0,    64, State.CR0);
    row(CR3,    64, State.CR3);
    row(RFLAGS, 64, State.RFLAGS);
    row(RIP,    64, State.RIP);
    row(0x7FD0, 64, State.DR6);
    row(0x7FC8, 64, State.DR7);
    row(0x7FC4, 32, State.TR_SELECTOR);
    row(0x7FC0, 32, State.LDTR_SELECTOR);
    row(0x7FBC, 32, State.GS_SELECTOR);
    row(0x7FB8, 32, State.FS_SELECTOR);
    row(0x7FB4, 32, State.DS_SELECTOR);
    row(0x7FB0, 32, State.SS_SELECTOR);
    row(0x7FAC, 32, State.CS_SELECTOR);
    row(0x7FA8, 32, State.ES_SELECTOR);
    row(RDI,    64, State.RDI);
    row(RSI,    64, State.RSI);
    row(0x7F84, 64, State.RBP);
    row(0x7F7C, 64, State.RSP);
    row(0x7F74, 64, State.RBX);
    row(0x7F6C, 64, State.RDX);
    row(RCX,    64, State.RCX);
    row(0x7F5C, 64, State.RAX);
    row(0x7F54, 64, State.R8);
    row(0x7F4C, 64, State.R9);
    row(0x7F44, 64, State.R10);
    row(0x7F3C, 64, State.R11);
    row(0x7F34, 64, State.R12);
    row(0x7F2C, 64, State.R13);
    row(0x7F24, 64, State.R14);
    row(0x7F1C, 64, State.R15);
    halves(0x7E94, 0x7DD8, State.IDTR_BASE);
    halves(0x7E8C, 0x7DD0, State.GDTR_BASE);
    for (SegmentRegister segment : SegmentRegister.values()) {
      int at = HIDDEN + 16 * segment.ordinal();
      row(at,      64, State.valueOf(segment + "_BASE"));
      row(at + 8,  32, State.valueOf(segment + "_LIMIT"));
      row(at + 12, 32, State.valueOf(segment + "_RIGHTS"));
    }
    halves(0x7E9C, 0x7DD4, State.LDTR_BASE);
    row(HIDDEN + 0x80, 32, State.GDTR_LIMIT);
    row(HIDDEN + 0x84, 32, State.IDTR_LIMIT);
  }
  // spotless:on

  private final Cpu cpu;

  /** SMBASE. */
  long base;

  StateSaveMap(Cpu cpu) {
    this.cpu = cpu;
  }

  private static void row(int offset, int width, StateItem item) {
    ROWS.add(new Row(offset, width, item, 0));
  }

  private static void halves(int low, int high, StateItem item) {
    row(low, 32, item);
    ROWS.add(new Row(high, 32, item, 32));
  }

  private long at(int offset) {
    return base + START + offset & LOW_HALF;
  }

  long get(int offset, int width) {
    return cpu.memory.read(at(offset), width);
  }

  void set(int offset, int width, long value) {
    cpu.codeWatch.beforeWrite(at(offset), width / 8);
    cpu.memory.write(at(offset), width, value);
  }

  /** Writes the registers. */
  void save() {
    for (Row row : ROWS) {
      set(row.offset, row.width, cpu.get(row.item) >>> row.shift);
    }
  }

  /** Loads the registers, whatever is there; bits that no register has are dropped. */
  void load() {
    for (Row row : ROWS) {
      long rest = cpu.get(row.item) & ~row.mask();
      cpu.load(row.item, rest | get(row.offset, row.width) << row.shift & row.mask());
    }
    for (Segment segment : cpu.segments) {
      segment.rights &= RIGHTS;
    }
  }
}
