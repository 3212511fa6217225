package io.vmxlab.cpu;

import static io.vmxlab.arch.ApicOffset.ARBITRATION;
import static io.vmxlab.arch.ApicOffset.COMMAND;
import static io.vmxlab.arch.ApicOffset.COMMAND_HIGH;
import static io.vmxlab.arch.ApicOffset.CURRENT_COUNT;
import static io.vmxlab.arch.ApicOffset.DIVIDE;
import static io.vmxlab.arch.ApicOffset.END;
import static io.vmxlab.arch.ApicOffset.ERROR;
import static io.vmxlab.arch.ApicOffset.ERROR_STATUS;
import static io.vmxlab.arch.ApicOffset.FIRST_MSR;
import static io.vmxlab.arch.ApicOffset.FORMAT;
import static io.vmxlab.arch.ApicOffset.ID;
import static io.vmxlab.arch.ApicOffset.INITIAL_COUNT;
import static io.vmxlab.arch.ApicOffset.IN_SERVICE;
import static io.vmxlab.arch.ApicOffset.LINE_0;
import static io.vmxlab.arch.ApicOffset.LOGICAL_ID;
import static io.vmxlab.arch.ApicOffset.PRIORITY;
import static io.vmxlab.arch.ApicOffset.REQUEST;
import static io.vmxlab.arch.ApicOffset.SELF;
import static io.vmxlab.arch.ApicOffset.SPURIOUS;
import static io.vmxlab.arch.ApicOffset.TASK_PRIORITY;
import static io.vmxlab.arch.ApicOffset.TIMER;
import static io.vmxlab.arch.ApicOffset.TRIGGER;

import io.vmxlab.arch.ApicOffset;

/**
 * The registers of a local APIC as software sees them: at offsets of a page in xAPIC mode, as MSRs
 * 800H and up in x2APIC mode, where a register at offset N is MSR 800H + N / 16. SDM Vol. 3A "The
 * Local APIC Block Diagram" and "x2APIC Register Address Space".
 */
public final class ApicRegisters {
  private static final int MSRS = 0x100;

  /** Version 14H, six entries in the local vector table, EOI broadcasts can be suppressed. */
  private static final int VERSION = 0x0105_0014;

  private static final int VECTOR_AND_MASK = 0x100FF;
  private static final int WITH_MODE = 0x107FF;
  private static final int WITH_LINE = 0x1A7FF;
  private static final int WITH_TIMER_MODE = 0x700FF;

  /** Vector, mode, destination mode, level, trigger, shorthand. */
  private static final int COMMAND_BITS = 0xCCFFF;

  private static final int SPURIOUS_BITS = 0x11FF;
  private static final int FORMAT_FIXED = 0x0FFF_FFFF;
  private static final int DIVIDE_BITS = 0xB;
  private static final int BYTE = 0xFF;

  private final LocalApic apic;

  /** Timer, thermal sensor, performance counters, LINT0, LINT1, error: in the order of offsets. */
  private final LocalVector[] vectors = {
    new LocalVector(WITH_TIMER_MODE),
    new LocalVector(WITH_MODE),
    new LocalVector(WITH_MODE),
    new LocalVector(WITH_LINE),
    new LocalVector(WITH_LINE),
    new LocalVector(VECTOR_AND_MASK)
  };

  private int command;
  private int commandHigh;

  ApicRegisters(LocalApic apic) {
    this.apic = apic;
  }

  void reset() {
    for (LocalVector v : vectors) {
      v.write(LocalVector.RESET);
    }
    command = 0;
    commandHigh = 0;
  }

  LocalVector timerEntry() {
    return vectors[0];
  }

  LocalVector errorEntry() {
    return vectors[vectors.length - 1];
  }

  /** Entry of LINT0 or LINT1. */
  LocalVector line(int number) {
    return vectors[(LINE_0 - TIMER) / 16 + number];
  }

  private static boolean isVector(int at) {
    return at >= TIMER && at <= ERROR;
  }

  private LocalVector vector(int at) {
    return vectors[(at - TIMER) / 16];
  }

  // --- xAPIC mode

  /** Reads from the page; bytes 4 to 15 of each register are 0. */
  long read(int offset, int width) {
    int at = offset & ~0xF;
    int within = offset & 0xF;
    if (within > 3) {
      return 0;
    }
    long value =
        Integer.toUnsignedLong(at == ID ? apic.id() << 24 : exists(at) ? get(at) : illegal());
    return value >>> 8 * within & -1L >>> (Long.SIZE - width);
  }

  /** Writes to the page: only aligned doublewords count. */
  void write(int offset, int width, long value) {
    if ((offset & 0xF) != 0 || width < 32) {
      return;
    }
    if (!exists(offset) || offset == SELF) {
      illegal();
      return;
    }
    int bits = (int) value;
    switch (offset) {
      case COMMAND_HIGH:
        commandHigh = bits & 0xFF00_0000;
        break;
      case COMMAND:
        command = bits & COMMAND_BITS;
        apic.command(command, commandHigh >>> 24);
        break;
      case LOGICAL_ID:
        apic.logicalId = bits & 0xFF00_0000;
        break;
      case FORMAT:
        apic.destinationFormat = bits | FORMAT_FIXED;
        break;
      default:
        put(offset, bits);
        break;
    }
  }

  private int illegal() {
    apic.error(LocalApic.ILLEGAL_REGISTER);
    return 0;
  }

  private static boolean exists(int at) {
    return at == ID
        || at == ApicOffset.VERSION
        || at >= TASK_PRIORITY && at <= END
        || at >= LOGICAL_ID && at <= ERROR_STATUS
        || at >= COMMAND && at <= CURRENT_COUNT
        || at == DIVIDE
        || at == SELF;
  }

  int get(int at) {
    if (at >= IN_SERVICE && at < ERROR_STATUS) {
      ApicBits bits = at < TRIGGER ? apic.inService : at < REQUEST ? apic.triggers : apic.requests;
      return bits.word(at >> 4 & 7);
    }
    if (isVector(at)) {
      return vector(at).value();
    }
    switch (at) {
      case ApicOffset.VERSION:
        return VERSION;
      case TASK_PRIORITY:
        return apic.taskPriority();
      case ARBITRATION:
      case PRIORITY:
        return apic.processorPriority();
      case LOGICAL_ID:
        return apic.logicalId;
      case FORMAT:
        return apic.destinationFormat;
      case SPURIOUS:
        return apic.spurious;
      case ERROR_STATUS:
        return apic.errorStatus;
      case COMMAND:
        return command;
      case COMMAND_HIGH:
        return commandHigh;
      case INITIAL_COUNT:
        return apic.timer().initial();
      case CURRENT_COUNT:
        return apic.timer().current();
      case DIVIDE:
        return apic.timer().divide();
      default:
        return 0;
    }
  }

  /** What both modes write alike; read-only registers ignore it. */
  private void put(int at, int value) {
    if (isVector(at)) {
      putVector(at, value);
      return;
    }
    switch (at) {
      case TASK_PRIORITY:
        apic.taskPriority(value & BYTE);
        break;
      case END:
        apic.endOfInterrupt();
        break;
      case SPURIOUS:
        apic.spurious = value & SPURIOUS_BITS;
        if ((value & LocalApic.SOFTWARE_ENABLE) == 0) {
          for (LocalVector v : vectors) {
            v.mask();
          }
        }
        break;
      case ERROR_STATUS:
        apic.latchErrors();
        break;
      case INITIAL_COUNT:
        apic.timer().initial(value);
        break;
      case DIVIDE:
        apic.timer().divide(value);
        break;
      default:
        break;
    }
    apic.update();
  }

  private void putVector(int at, int value) {
    LocalVector entry = vector(at);
    int before = entry.value();
    boolean off = (apic.spurious & LocalApic.SOFTWARE_ENABLE) == 0;
    entry.write(off ? value | LocalVector.MASKED : value);
    if (at == TIMER) {
      apic.timer().modeChanged(before);
    }
    apic.update();
  }

  // --- x2APIC mode

  /** Whether the index is of an MSR that only x2APIC mode has. */
  static boolean isMsr(int index) {
    return index >= FIRST_MSR && index < FIRST_MSR + MSRS;
  }

  private static int offset(int index) {
    return index - FIRST_MSR << 4;
  }

  /** RDMSR in x2APIC mode, checks of CPL passed. */
  long readMsr(int index) {
    int at = offset(index);
    if (!existsInX2apic(at) || at == END || at == SELF) {
      throw apic.cpu.gp0(Requirement.X2APIC_REGISTER_READABLE);
    }
    if (at == COMMAND) {
      return Integer.toUnsignedLong(command) | (long) commandHigh << 32;
    }
    return Integer.toUnsignedLong(at == ID ? apic.id() : get(at));
  }

  /** WRMSR in x2APIC mode, checks of CPL passed. */
  void writeMsr(int index, long value) {
    int at = offset(index);
    if (!existsInX2apic(at) || isReadOnly(at)) {
      throw apic.cpu.gp0(Requirement.X2APIC_REGISTER_WRITABLE);
    }
    if ((value & reserved(at)) != 0) {
      throw apic.cpu.gp0(Requirement.X2APIC_RESERVED_BITS_CLEAR);
    }
    if (at == COMMAND) {
      command = (int) value;
      commandHigh = (int) (value >>> 32);
      apic.command(command, commandHigh);
    } else if (at == SELF) {
      apic.command(1 << 18 | (int) value & BYTE, 0);
    } else {
      put(at, (int) value);
    }
  }

  /** The format and the high half of the command are no registers of this mode. */
  private static boolean existsInX2apic(int at) {
    boolean absent = at == ARBITRATION || at == FORMAT || at == COMMAND_HIGH;
    return exists(at) && !absent;
  }

  private static boolean isReadOnly(int at) {
    return at == ID
        || at == ApicOffset.VERSION
        || at == PRIORITY
        || at == LOGICAL_ID
        || at >= IN_SERVICE && at < ERROR_STATUS
        || at == CURRENT_COUNT;
  }

  private long reserved(int at) {
    if (isVector(at)) {
      return ~Integer.toUnsignedLong(~vector(at).reserved());
    }
    switch (at) {
      case TASK_PRIORITY:
      case SELF:
        return ~(long) BYTE;
      case END:
      case ERROR_STATUS:
        return -1;
      case SPURIOUS:
        return ~(long) SPURIOUS_BITS;
      case COMMAND:
        return ~(long) COMMAND_BITS & 0xFFFF_FFFFL;
      case DIVIDE:
        return ~(long) DIVIDE_BITS;
      default:
        return 0xFFFF_FFFFL << 32;
    }
  }
}
