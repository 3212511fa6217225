package io.vmxlab.platform.device;

import java.util.Arrays;

/**
 * One 8259A. Datasheet "8259A Programmable Interrupt Controller". Modes for the 8080 and buffered
 * mode are not there. Trigger modes are per line, as the ELCR registers of a PC have them.
 */
final class InterruptController implements PortDevice {
  private static final int COMMAND = 0;
  private static final int LINES = 8;
  private static final int SPURIOUS = 7;

  // ICW1, OCW2, OCW3
  private static final int ICW1 = 0x10;
  private static final int ICW4_FOLLOWS = 0x01;
  private static final int SINGLE = 0x02;
  private static final int OCW3 = 0x08;

  // ICW4
  private static final int AUTO_EOI = 0x02;
  private static final int FULLY_NESTED = 0x10;

  private final InterruptLine output;
  private final InterruptController[] slaves = new InterruptController[LINES];
  private final boolean[] levels = new boolean[LINES];
  private int requests;
  private int inService;
  private int mask;
  private int levelTriggered;
  private int base;

  /** The line of lowest priority. */
  private int lowest = LINES - 1;

  /** Which ICW comes next; 0 if none does. */
  private int expected;

  private boolean wantsIcw4;
  private boolean single;
  private boolean autoEoi;
  private boolean rotatesOnAutoEoi;
  private boolean specialMask;
  private boolean specialFullyNested;
  private boolean readsInService;
  private boolean polled;

  InterruptController(InterruptLine output) {
    this.output = output;
  }

  /** Its output leads to a line of this one. */
  void cascade(int line, InterruptController slave) {
    slaves[line] = slave;
  }

  void levelTriggered(int lines) {
    levelTriggered = lines;
  }

  int levelTriggered() {
    return levelTriggered;
  }

  void set(int line, boolean high) {
    int bit = 1 << line;
    boolean level = (levelTriggered & bit) != 0;
    if (high && (level || !levels[line])) {
      requests |= bit;
    } else if (!high) {
      requests &= ~bit;
    }
    levels[line] = high;
    update();
  }

  /** An interrupt waits that the processor should take. */
  boolean requesting() {
    return highestRequest() >= 0;
  }

  /** Two acknowledge cycles: the vector. Without a request, that of line 7. */
  int acknowledge() {
    int line = highestRequest();
    if (line < 0) {
      return base + SPURIOUS;
    }
    take(line);
    int vector = slaves[line] == null ? base + line : slaves[line].acknowledge();
    output.set(false); // so that a further request is an edge
    update();
    return vector;
  }

  private void take(int line) {
    int bit = 1 << line;
    if ((levelTriggered & bit) == 0) {
      requests &= ~bit;
    }
    if (!autoEoi) {
      inService |= bit;
    } else if (rotatesOnAutoEoi) {
      lowest = line;
    }
  }

  /** The request to be served next, or -1. */
  private int highestRequest() {
    int waiting = requests & ~mask;
    if (waiting == 0) {
      return -1;
    }
    for (int i = 1; i <= LINES; i++) {
      int line = (lowest + i) % LINES;
      int bit = 1 << line;
      boolean served = (inService & bit) != 0;
      if ((waiting & bit) != 0 && (!served || specialFullyNested && slaves[line] != null)) {
        return line;
      }
      if (served && !(specialMask && (mask & bit) != 0)) {
        return -1;
      }
    }
    return -1;
  }

  private void update() {
    output.set(requesting());
  }

  @Override
  public int in(int port, int width) {
    if (polled) {
      polled = false;
      int line = highestRequest();
      if (line < 0) {
        return 0;
      }
      take(line);
      update();
      return 0x80 | line;
    }
    return port != COMMAND ? mask : readsInService ? inService : requests;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port != COMMAND) {
      data(value & 0xFF);
    } else if ((value & ICW1) != 0) {
      initialize(value);
    } else if ((value & OCW3) != 0) {
      ocw3(value);
    } else {
      ocw2(value >> 5 & 7, value & 7);
    }
    update();
  }

  private void initialize(int icw1) {
    requests = 0;
    inService = 0;
    mask = 0;
    lowest = LINES - 1;
    specialMask = false;
    specialFullyNested = false;
    autoEoi = false;
    rotatesOnAutoEoi = false;
    readsInService = false;
    Arrays.fill(levels, false); // an edge has to come anew
    single = (icw1 & SINGLE) != 0;
    wantsIcw4 = (icw1 & ICW4_FOLLOWS) != 0;
    expected = 2;
  }

  private void data(int value) {
    switch (expected) {
      case 2:
        base = value & 0xF8;
        expected = single ? wantsIcw4 ? 4 : 0 : 3;
        break;
      case 3: // the wiring is fixed
        expected = wantsIcw4 ? 4 : 0;
        break;
      case 4:
        autoEoi = (value & AUTO_EOI) != 0;
        specialFullyNested = (value & FULLY_NESTED) != 0;
        expected = 0;
        break;
      default:
        mask = value;
        break;
    }
  }

  private void ocw2(int command, int line) {
    switch (command) {
      case 0: // rotate in automatic EOI mode: clear
      case 4: // set
        rotatesOnAutoEoi = command == 4;
        break;
      case 1: // nonspecific EOI
      case 5: // rotate on nonspecific EOI
        int highest = highestInService();
        inService &= highest < 0 ? -1 : ~(1 << highest);
        lowest = command == 5 && highest >= 0 ? highest : lowest;
        break;
      case 3: // specific EOI
      case 7: // rotate on specific EOI
        inService &= ~(1 << line);
        lowest = command == 7 ? line : lowest;
        break;
      case 6: // set priority
        lowest = line;
        break;
      default:
        break;
    }
  }

  private int highestInService() {
    for (int i = 1; i <= LINES; i++) {
      int line = (lowest + i) % LINES;
      boolean skipped = specialMask && (mask & 1 << line) != 0;
      if ((inService & 1 << line) != 0 && !skipped) {
        return line;
      }
    }
    return -1;
  }

  private void ocw3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    if ((value & 4) != 0) {
      polled = true;
    } else if ((value & 2) != 0) {
      readsInService = (value & 1) != 0;
    }
  }
}
