package io.vmxlab.platform.device;

import io.vmxlab.cpu.ApicBus;
import io.vmxlab.cpu.ApicMessage;

/**
 * An I/O APIC with 24 inputs. Datasheet "82093AA I/O Advanced Programmable Interrupt Controller
 * (IOAPIC)", with the EOI register of later ones (version 20H).
 */
public final class IoApic implements MemoryDevice {
  /** Physical address of its registers. */
  public static final long ADDRESS = 0xFEC0_0000L;

  /** Size in bytes of the page of its registers. */
  public static final int SIZE = 0x1000;

  /** Number of inputs. */
  public static final int INPUTS = 24;

  private static final int VERSION = 0x20;

  // memory-mapped registers
  private static final int SELECT = 0x00;
  private static final int WINDOW = 0x10;
  private static final int END = 0x40;

  // indexed registers
  private static final int ID = 0;
  private static final int VERSION_INDEX = 1;
  private static final int ARBITRATION = 2;
  private static final int TABLE = 0x10;

  // redirection entry
  private static final long REMOTE_IRR = 1 << 14;
  private static final long LEVEL = 1 << 15;
  private static final long MASKED = 1 << 16;
  private static final long READ_ONLY = 1 << 12 | REMOTE_IRR;
  private static final long WRITABLE = 0xFF00_0000_0001_FFFFL & ~READ_ONLY;
  private static final int BROADCAST = 0xFF;

  private final ApicBus bus;
  private final long[] table = new long[INPUTS];
  private final boolean[] levels = new boolean[INPUTS];
  private int select;
  private int id;

  /** All inputs masked. */
  public IoApic(ApicBus bus) {
    this.bus = bus;
    java.util.Arrays.fill(table, MASKED);
  }

  private static boolean isLevel(long entry) {
    return (entry & LEVEL) != 0;
  }

  /** An input changes. */
  public void set(int input, boolean high) {
    boolean rises = high && !levels[input];
    levels[input] = high;
    if (isLevel(table[input]) ? high : rises) {
      request(input);
    }
  }

  /** Sends what an input asks for, unless it is masked or waits for an EOI. */
  private void request(int input) {
    long entry = table[input];
    if ((entry & MASKED) != 0 || isLevel(entry) && (entry & REMOTE_IRR) != 0) {
      return;
    }
    int mode = (int) entry >> 8 & 7;
    boolean level = isLevel(entry);
    int to = (int) (entry >>> 56);
    boolean sent =
        bus.send(
            new ApicMessage(
                mode,
                (int) entry & 0xFF,
                (entry & 1 << 11) != 0,
                level,
                to == BROADCAST ? ApicMessage.ALL : to));
    boolean fixed = mode == ApicMessage.FIXED || mode == ApicMessage.LOWEST_PRIORITY;
    if (sent && level && fixed) {
      table[input] |= REMOTE_IRR;
    }
  }

  /** A processor has dealt with a vector: inputs that are still high ask again. */
  public void endOfInterrupt(int vector) {
    for (int i = 0; i < INPUTS; i++) {
      if (isLevel(table[i]) && (table[i] & 0xFF) == vector && (table[i] & REMOTE_IRR) != 0) {
        table[i] &= ~REMOTE_IRR;
        if (levels[i]) {
          request(i);
        }
      }
    }
  }

  @Override
  public long read(int offset, int width) {
    switch (offset) {
      case SELECT:
        return select;
      case WINDOW:
        return Integer.toUnsignedLong(indexed());
      default:
        return 0;
    }
  }

  private int indexed() {
    switch (select) {
      case ID:
      case ARBITRATION:
        return id;
      case VERSION_INDEX:
        return INPUTS - 1 << 16 | VERSION;
      default:
        int input = (select - TABLE) / 2;
        return select < TABLE || input >= INPUTS ? 0 : (int) (table[input] >>> 32 * (select & 1));
    }
  }

  @Override
  public void write(int offset, int width, long value) {
    switch (offset) {
      case SELECT:
        select = (int) value & 0xFF;
        break;
      case WINDOW:
        if (width >= Integer.SIZE) {
          writeIndexed((int) value);
        }
        break;
      case END:
        endOfInterrupt((int) value & 0xFF);
        break;
      default:
        break;
    }
  }

  private void writeIndexed(int value) {
    if (select == ID) {
      id = value & 0x0F00_0000;
      return;
    }
    int input = (select - TABLE) / 2;
    if (select < TABLE || input >= INPUTS) {
      return;
    }
    long old = table[input];
    long half = 0xFFFF_FFFFL << 32 * (select & 1);
    long written = Integer.toUnsignedLong(value) << 32 * (select & 1);
    long entry = old & (~half | READ_ONLY) | written & half & WRITABLE;
    table[input] = isLevel(entry) ? entry : entry & ~REMOTE_IRR;
    if (isLevel(entry) && levels[input]) {
      request(input);
    }
  }
}
