package io.vmxlab.platform.device;

import io.vmxlab.cpu.Deadline;
import io.vmxlab.cpu.VirtualTime;
import java.time.LocalDateTime;

/**
 * The MC146818 of a PC at ports 70H and 71H: a clock that begins at a moment of its own and runs
 * with virtual time, and memory in which firmware leaves the size of RAM.
 */
public final class RealTimeClock implements PortDevice {
  /** First port. */
  public static final int PORT = 0x70;

  /** Number of ports. */
  public static final int PORTS = 2;

  private static final int SIZE = 128;

  // registers
  private static final int STATUS_A = 0x0A;
  private static final int STATUS_B = 0x0B;
  private static final int STATUS_C = 0x0C;
  private static final int STATUS_D = 0x0D;
  private static final int CENTURY = 0x32;

  private static final int UPDATE_IN_PROGRESS = 0x80;

  // status B
  private static final int SET = 0x80;
  private static final int BINARY = 0x04;
  private static final int HOURS_24 = 0x02;

  // status C, and the enables of status B
  private static final int PERIODIC = 0x40;
  private static final int ALARM = 0x20;
  private static final int UPDATE = 0x10;
  private static final int REQUEST = 0x80;

  private static final int AFTERNOON = 0x80;
  private static final int DO_NOT_CARE = 0xC0;
  private static final int VALID = 0x80;

  /** The time base of 32.768 kHz, 1024 Hz chosen. */
  private static final int STATUS_A_RESET = 0x26;

  private static final long CRYSTAL = 32_768;

  /** Ticks before the end of a second during which time must not be read. */
  private static final long UPDATE_TICKS = 244_000;

  /** Midnight at the beginning of the year in which the run's clock stands at power-up. */
  private static final LocalDateTime POWER_UP = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final VirtualTime time;
  private final InterruptLine line;
  private final byte[] memory = new byte[SIZE];
  private final Deadline seconds = new Seconds();
  private final Deadline period = new Period();
  private int index;

  /** What power-up and the time set by the program add to virtual time. */
  private LocalDateTime base = POWER_UP;

  /**
   * A clock.
   *
   * @param memorySize RAM in bytes, below 4 GBytes
   * @param line interrupt line 8
   */
  public RealTimeClock(VirtualTime time, long memorySize, InterruptLine line) {
    this.time = time;
    this.line = line;
    memory[STATUS_A] = STATUS_A_RESET;
    memory[STATUS_B] = HOURS_24;
    memory[STATUS_D] = (byte) VALID;
    word(0x15, 640);
    long extended = Math.min(0xFFFF, Math.max(0, (memorySize >> 10) - 1024));
    word(0x17, extended);
    word(0x30, extended);
    word(0x34, Math.min(0xFFFF, Math.max(0, (memorySize >> 16) - 256)));
  }

  private void word(int at, long value) {
    memory[at] = (byte) value;
    memory[at + 1] = (byte) (value >> 8);
  }

  private LocalDateTime now() {
    return base.plusNanos(time.now());
  }

  private boolean has(int register, int bits) {
    return (memory[register] & bits) != 0;
  }

  @Override
  public int in(int port, int width) {
    if (port == 0) {
      return 0xFF;
    }
    switch (index) {
      case STATUS_A:
        boolean near = time.now() % BoardClock.TICKS >= BoardClock.TICKS - UPDATE_TICKS;
        boolean updating = near && !has(STATUS_B, SET);
        return memory[STATUS_A] & 0x7F | (updating ? UPDATE_IN_PROGRESS : 0);
      case STATUS_C:
        int flags = memory[STATUS_C] & 0xFF;
        memory[STATUS_C] = 0;
        line.set(false);
        return flags;
      default:
        return isTime(index) && !has(STATUS_B, SET) ? time(index) : memory[index] & 0xFF;
    }
  }

  private static boolean isTime(int register) {
    return register < STATUS_A && register != 1 && register != 3 && register != 5
        || register == CENTURY;
  }

  /** Seconds, minutes, hours, day of the week, day, month and year as their registers show them. */
  private int time(int register) {
    LocalDateTime t = now();
    switch (register) {
      case 0:
        return coded(t.getSecond());
      case 2:
        return coded(t.getMinute());
      case 4:
        return hours(t.getHour());
      case 6:
        return coded(t.getDayOfWeek().getValue() % 7 + 1);
      case 7:
        return coded(t.getDayOfMonth());
      case 8:
        return coded(t.getMonthValue());
      case 9:
        return coded(t.getYear() % 100);
      default:
        return coded(t.getYear() / 100);
    }
  }

  private int coded(int value) {
    return has(STATUS_B, BINARY) ? value : value / 10 << 4 | value % 10;
  }

  private int hours(int hour) {
    if (has(STATUS_B, HOURS_24)) {
      return coded(hour);
    }
    return coded(hour % 12 == 0 ? 12 : hour % 12) | (hour >= 12 ? AFTERNOON : 0);
  }

  private int plain(int register) {
    int value = memory[register] & 0xFF;
    int bits = register == 4 && !has(STATUS_B, HOURS_24) ? value & ~AFTERNOON : value;
    int number = has(STATUS_B, BINARY) ? bits : (bits >> 4) * 10 + (bits & 15);
    if (register == 4 && !has(STATUS_B, HOURS_24)) {
      return number % 12 + ((value & AFTERNOON) != 0 ? 12 : 0);
    }
    return number;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port == 0) {
      index = value & SIZE - 1;
      return;
    }
    switch (index) {
      case STATUS_A:
        memory[STATUS_A] = (byte) (value & 0x7F);
        schedule();
        break;
      case STATUS_B:
        statusB(value);
        break;
      case STATUS_C:
      case STATUS_D:
        break;
      default:
        memory[index] = (byte) value;
        if (isTime(index) && !has(STATUS_B, SET)) {
          for (int i = 0; i < STATUS_A; i++) {
            memory[i] = isTime(i) && i != index ? (byte) time(i) : memory[i];
          }
          memory[CENTURY] = index == CENTURY ? memory[CENTURY] : (byte) time(CENTURY);
          takeTime();
        }
        break;
    }
  }

  private void statusB(int value) {
    boolean before = has(STATUS_B, SET);
    if ((value & SET) != 0 && !before) {
      for (int i = 0; i < STATUS_A; i++) {
        memory[i] = isTime(i) ? (byte) time(i) : memory[i];
      }
      memory[CENTURY] = (byte) time(CENTURY);
    }
    memory[STATUS_B] = (byte) value;
    if (before && (value & SET) == 0) {
      takeTime();
    }
    schedule();
    request(0);
  }

  /** The time that was written counts from now on; one that is none counts as power-up's. */
  private void takeTime() {
    try {
      LocalDateTime set =
          LocalDateTime.of(
              plain(CENTURY) * 100 + plain(9), plain(8), plain(7), plain(4), plain(2), plain(0));
      base = set.minusNanos(time.now());
    } catch (java.time.DateTimeException e) {
      base = POWER_UP;
    }
  }

  private void request(int flags) {
    memory[STATUS_C] |= (byte) flags;
    boolean due = (memory[STATUS_C] & memory[STATUS_B] & (PERIODIC | ALARM | UPDATE)) != 0;
    if (due) {
      memory[STATUS_C] |= (byte) REQUEST;
      line.set(true);
    }
  }

  private void schedule() {
    boolean everySecond = has(STATUS_B, ALARM | UPDATE) && !has(STATUS_B, SET);
    if (everySecond) {
      time.schedule(seconds, (time.now() / BoardClock.TICKS + 1) * BoardClock.TICKS);
    } else {
      time.cancel(seconds);
    }
    if (has(STATUS_B, PERIODIC) && rate() != 0) {
      long passed = BoardClock.periods(time.now(), CRYSTAL) / rate();
      time.schedule(period, BoardClock.ticks((passed + 1) * rate(), CRYSTAL));
    } else {
      time.cancel(period);
    }
  }

  /** Periods of the crystal between two periodic interrupts; 0 for none. */
  private long rate() {
    int select = memory[STATUS_A] & 0x0F;
    return select == 0 ? 0 : 1L << (select < 3 ? select + 6 : select - 1);
  }

  private boolean alarm() {
    LocalDateTime t = now();
    return matches(1, coded(t.getSecond()))
        && matches(3, coded(t.getMinute()))
        && matches(5, hours(t.getHour()));
  }

  private boolean matches(int register, int shown) {
    int wanted = memory[register] & 0xFF;
    return wanted >= DO_NOT_CARE || wanted == shown;
  }

  private final class Seconds extends Deadline {
    @Override
    protected void expire() {
      request(UPDATE | (alarm() ? ALARM : 0));
      schedule();
    }
  }

  private final class Period extends Deadline {
    @Override
    protected void expire() {
      request(PERIODIC);
      schedule();
    }
  }
}
