package io.vmxlab.platform.device;

import io.vmxlab.cpu.Deadline;
import io.vmxlab.cpu.VirtualTime;

/**
 * One counter of an 8254. What it counts is computed when someone looks; only the edges of an
 * output that leads somewhere are deadlines. Modes 0 to 5, binary and BCD. A count that is written
 * in mode 2 or 3 while it counts is taken at once, not at the end of the period.
 */
final class TimerCounter extends Deadline {
  private static final int BINARY_MODULUS = 0x10000;
  private static final int BCD_MODULUS = 10_000;

  private final VirtualTime time;
  private final InterruptLine output;
  private int mode;
  private int access = 3;
  private boolean bcd;
  private boolean gate = true;

  /** Count register, 1 to the modulus; 0 while none was written since the control word. */
  private int initial;

  /** The counting element runs since {@link #start}. */
  private boolean counting;

  private long start;

  /** What is left when the gate stopped it. */
  private int stopped;

  private int lowByte;
  private boolean secondWrite;
  private boolean secondRead;
  private int latched = -1;
  private int status = -1;

  TimerCounter(VirtualTime time, InterruptLine output) {
    this.time = time;
    this.output = output;
  }

  private int modulus() {
    return bcd ? BCD_MODULUS : BINARY_MODULUS;
  }

  private boolean periodic() {
    return mode == 2 || mode == 3;
  }

  /** A rising edge of the gate starts it. */
  private boolean triggered() {
    return mode == 1 || mode == 5;
  }

  private long elapsed() {
    return BoardClock.periods(time.now() - start, BoardClock.PIT);
  }

  void control(int word) {
    int accessBits = word >> 4 & 3;
    if (accessBits == 0) {
      latch();
      return;
    }
    access = accessBits;
    mode = word >> 1 & 7;
    mode = mode > 5 ? mode & 3 : mode;
    bcd = (word & 1) != 0;
    initial = 0;
    counting = false;
    secondWrite = false;
    secondRead = false;
    latched = -1;
    time.cancel(this);
    output.set(output());
  }

  void write(int value) {
    if (access == 3 && !secondWrite) {
      lowByte = value;
      secondWrite = true;
      if (mode == 0) {
        stop();
      }
      return;
    }
    secondWrite = false;
    int count = access == 1 ? value : access == 2 ? value << 8 : value << 8 | lowByte;
    count = bcd ? fromBcd(count) : count;
    initial = count == 0 ? modulus() : count;
    if (!triggered()) {
      begin(initial);
    }
  }

  /** Starts from a count, if the gate lets it. */
  private void begin(int count) {
    stopped = count;
    counting = gate || triggered();
    start = time.now();
    output.set(output());
    schedule();
  }

  private void stop() {
    if (counting) {
      stopped = value();
      counting = false;
      time.cancel(this);
    }
  }

  /** The gate's level. */
  boolean gate() {
    return gate;
  }

  void gate(boolean high) {
    boolean rises = high && !gate;
    gate = high;
    if (initial == 0) {
      return;
    }
    if (triggered()) {
      if (rises) {
        begin(initial);
      }
    } else if (rises) {
      begin(periodic() ? initial : stopped);
    } else if (!high) {
      stop();
    }
  }

  /** Level of the output. */
  boolean output() {
    if (initial == 0) {
      return mode != 0;
    }
    if (periodic() && !gate) {
      return true;
    }
    if (!counting) {
      return mode != 0;
    }
    long passed = elapsed();
    switch (mode) {
      case 0:
      case 1:
        return passed >= stopped;
      case 2:
        return passed % stopped != stopped - 1;
      case 3:
        return passed % stopped < (stopped + 1) / 2;
      default:
        return passed != stopped;
    }
  }

  /** The counting element now. */
  private int value() {
    if (!counting) {
      return stopped;
    }
    long passed = elapsed();
    switch (mode) {
      case 2:
        return (int) (stopped - passed % stopped);
      case 3:
        long half = (stopped + 1) / 2;
        long phase = passed % stopped;
        return (int) (stopped - 2 * (phase < half ? phase : phase - half)) & ~1;
      default:
        return (int) Math.floorMod(stopped - passed, (long) modulus());
    }
  }

  private void latch() {
    if (latched < 0) {
      latched = shown();
    }
  }

  private int shown() {
    int value = value() % modulus();
    return bcd ? toBcd(value) : value;
  }

  /** Read-back command. */
  void readBack(boolean count, boolean state) {
    if (count) {
      latch();
    }
    if (state && status < 0) {
      int nullCount = initial == 0 ? 0x40 : 0;
      status = (output() ? 0x80 : 0) | nullCount | access << 4 | mode << 1 | (bcd ? 1 : 0);
    }
  }

  int read() {
    if (status >= 0) {
      int result = status;
      status = -1;
      return result;
    }
    int value = latched >= 0 ? latched : shown();
    boolean high = access == 2 || access == 3 && secondRead;
    if (access != 3 || secondRead) {
      latched = -1;
    }
    secondRead = access == 3 && !secondRead;
    return (high ? value >> 8 : value) & 0xFF;
  }

  private void schedule() {
    if (output == InterruptLine.NONE || !counting) {
      return;
    }
    long passed = elapsed();
    long edge;
    switch (mode) {
      case 0:
      case 1:
        edge = stopped;
        break;
      case 2:
        long inPeriod = passed % stopped;
        edge = passed - inPeriod + (inPeriod < stopped - 1 ? stopped - 1 : stopped);
        break;
      case 3:
        long half = (stopped + 1) / 2;
        long phase = passed % stopped;
        edge = passed - phase + (phase < half ? half : stopped);
        break;
      default:
        edge = passed < stopped ? stopped : stopped + 1;
        break;
    }
    if (edge > passed) {
      time.schedule(this, start + BoardClock.ticks(edge, BoardClock.PIT));
    }
  }

  @Override
  protected void expire() {
    output.set(output());
    schedule();
  }

  private static int fromBcd(int value) {
    return (value >> 12) * 1000 + (value >> 8 & 15) * 100 + (value >> 4 & 15) * 10 + (value & 15);
  }

  private static int toBcd(int value) {
    return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
  }
}
