package io.vmxlab.cpu;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Feature;
import java.util.function.IntSupplier;

/**
 * The local APIC: which interrupts wait, which are in service, and which the processor is given.
 * SDM Vol. 3A "Advanced Programmable Interrupt Controller (APIC)". {@link ApicRegisters} is how
 * software sees it, {@code ApicTimer} its timer.
 */
public final class LocalApic implements InterruptSource {
  /** At FEE00000H, enabled, of the bootstrap processor. */
  private static final long BASE_RESET = 0xFEE0_0900L;

  /** No page holds the registers. */
  private static final long NOWHERE = -1;

  private static final long PAGE = ~0xFFFL;

  /** Vectors below are no interrupts. */
  static final int FIRST_VECTOR = 16;

  private static final int XAPIC_BROADCAST = 0xFF;

  // spurious-interrupt vector register
  static final int SOFTWARE_ENABLE = 0x100;
  static final int SUPPRESS_EOI = 0x1000;
  static final int SPURIOUS_RESET = 0xFF;

  // error status register
  static final int SEND_ILLEGAL_VECTOR = 0x20;
  static final int RECEIVED_ILLEGAL_VECTOR = 0x40;
  static final int ILLEGAL_REGISTER = 0x80;

  private static final int FLAT_MODEL = 0xF;

  final Cpu cpu;

  /** Made, with the timer and the bus, when first asked for: few programs use them. */
  private ApicRegisters registers;

  private ApicTimer timer;
  final ApicBits requests = new ApicBits();
  final ApicBits inService = new ApicBits();
  final ApicBits triggers = new ApicBits();

  private ApicBus bus;

  /** Local APIC ID; in xAPIC mode of 8 bits. */
  private int id;

  /** IA32_APIC_BASE. */
  private long base;

  private long page = NOWHERE;
  private boolean enabled;
  private boolean x2apic;

  /** Bits 3:0 of TPR; the others are CR8. */
  private int subclass;

  int logicalId;
  int destinationFormat;
  int spurious;
  private int errors;

  /** What the last write to ESR left to be read. */
  int errorStatus;

  private boolean line0;
  private boolean line1;

  /** Null if nothing is connected. */
  private IntSupplier external;

  LocalApic(Cpu cpu) {
    this.cpu = cpu;
  }

  /** How software sees it. */
  ApicRegisters registers() {
    if (registers == null) {
      registers = new ApicRegisters(this);
    }
    return registers;
  }

  ApicTimer timer() {
    if (timer == null) {
      timer = new ApicTimer(this);
    }
    return timer;
  }

  /** A machine of one processor until it is connected with others. */
  private ApicBus bus() {
    if (bus == null) {
      new ApicBus().connect(this);
    }
    return bus;
  }

  void connected(ApicBus to) {
    bus = to;
  }

  /** Its ID from power-up on; 0 if not said. */
  public void id(int number) {
    id = number;
    modeChanged();
  }

  /** Its ID. */
  public int id() {
    return id;
  }

  /**
   * What firmware leaves: enabled, and on the bootstrap processor the 8259s at LINT0 and NMI at
   * LINT1. SDM Vol. 3A "Virtual Wire Mode"
   */
  public void virtualWire() {
    spurious = SOFTWARE_ENABLE | SPURIOUS_RESET;
    registers().line(0).write(ApicMessage.EXT_INT << 8);
    registers().line(1).write(ApicMessage.NMI << 8);
    update();
  }

  /**
   * A register as software reads it, without what reading does besides.
   *
   * @param offset in the page, see {@link io.vmxlab.arch.ApicOffset}
   */
  public long register(int offset) {
    return Integer.toUnsignedLong(registers().get(offset));
  }

  /** Answers an acknowledge cycle that an ExtINT request led to: the vector. */
  public void external(IntSupplier acknowledge) {
    external = acknowledge;
  }

  /** After RESET: enabled, of the bootstrap processor. */
  void powerUp() {
    base = BASE_RESET;
    reset();
  }

  /** INIT leaves the ID and IA32_APIC_BASE alone. */
  void reset() {
    requests.clear();
    inService.clear();
    triggers.clear();
    cpu.cr8 = 0;
    subclass = 0;
    logicalId = 0;
    destinationFormat = -1;
    spurious = SPURIOUS_RESET;
    errors = 0;
    errorStatus = 0;
    if (registers != null) {
      registers.reset();
    }
    if (timer != null) {
      timer.reset();
    }
    modeChanged();
    update();
  }

  /** IA32_APIC_BASE. */
  long base() {
    return base;
  }

  /** Writes IA32_APIC_BASE, whose mode may be changed so. */
  void base(long value) {
    base = value;
    modeChanged();
  }

  private void modeChanged() {
    boolean wasEnabled = enabled;
    enabled = (base & ApicBase.EN) != 0 && cpu.model.has(Feature.APIC);
    x2apic = enabled && (base & ApicBase.EXTD) != 0;
    long registersAt = enabled && !x2apic ? base & PAGE : NOWHERE;
    if (x2apic) {
      logicalId = (id & ~0xF) << 12 | 1 << (id & 0xF);
    }
    if (registersAt != page) {
      page = registersAt;
      cpu.mmu.forget();
    }
    if (wasEnabled && !enabled) {
      reset();
    }
    update();
  }

  boolean isEnabled() {
    return enabled;
  }

  /** In x2APIC mode. */
  boolean isX2apic() {
    return x2apic;
  }

  private boolean softwareEnabled() {
    return enabled && (spurious & SOFTWARE_ENABLE) != 0;
  }

  /** Whether its registers, rather than memory, are at a physical address. */
  boolean covers(long physicalAddress) {
    return (physicalAddress & PAGE) == page;
  }

  // --- priorities

  int taskPriority() {
    return (int) cpu.cr8 << 4 | subclass;
  }

  void taskPriority(int value) {
    cpu.cr8 = value >> 4 & 0xF;
    subclass = value & 0xF;
    update();
  }

  @Override
  public void taskPriorityChanged(Cpu written) {
    subclass = 0;
    update();
  }

  int processorPriority() {
    int task = taskPriority();
    int served = Math.max(inService.highest(), 0);
    return task >> 4 >= served >> 4 ? task : served & 0xF0;
  }

  /** The vector to be delivered, or -1. */
  private int deliverable() {
    int highest = enabled ? requests.highest() : -1;
    return highest >> 4 > processorPriority() >> 4 ? highest : -1;
  }

  private boolean externalDeliverable() {
    return line0 && (!enabled || registers().line(0).takes(ApicMessage.EXT_INT));
  }

  /** Says whether the processor has something to take. */
  void update() {
    if (deliverable() >= 0 || externalDeliverable()) {
      cpu.events.signal(Event.INTERRUPT);
    } else {
      cpu.events.withdraw(Event.INTERRUPT);
    }
  }

  @Override
  public int acknowledge(Cpu taken) {
    if (externalDeliverable()) {
      int vector = external == null ? NO_VECTOR : external.getAsInt();
      update();
      return vector;
    }
    int vector = deliverable();
    if (vector < 0) {
      return NO_VECTOR;
    }
    requests.set(vector, false);
    inService.set(vector, true);
    update();
    return vector;
  }

  /** The processor was given the interrupt, and its handler has not ended it. */
  public boolean inService(int vector) {
    return inService.get(vector);
  }

  /** EOI. */
  public void endOfInterrupt() {
    int vector = inService.highest();
    if (vector < 0) {
      return;
    }
    inService.set(vector, false);
    if (triggers.get(vector) && (spurious & SUPPRESS_EOI) == 0) {
      bus().endOfInterrupt(vector);
    }
    update();
  }

  // --- errors

  void error(int bit) {
    boolean first = (errors & bit) == 0;
    errors |= bit;
    if (first) {
      registers().errorEntry().request(this);
    }
  }

  void latchErrors() {
    errorStatus = errors;
    errors = 0;
  }

  // --- what arrives

  /** Whether a message is for it. */
  boolean isNamedBy(ApicMessage message) {
    int to = message.destination();
    if (!enabled) {
      return false;
    }
    if (to == ApicMessage.ALL) {
      return true;
    }
    if (!message.logical()) {
      return to == id;
    }
    if (x2apic) {
      return to >>> 16 == logicalId >>> 16 && (to & logicalId & 0xFFFF) != 0;
    }
    int own = logicalId >>> 24;
    return destinationFormat >>> 28 == FLAT_MODEL
        ? (to & own) != 0
        : (to >> 4 == own >> 4 || to >> 4 == 0xF) && (to & own & 0xF) != 0;
  }

  void receive(ApicMessage message) {
    switch (message.mode()) {
      case ApicMessage.FIXED:
      case ApicMessage.LOWEST_PRIORITY:
        accept(message.vector(), message.level());
        break;
      case ApicMessage.SMI:
        cpu.events.signal(Event.SMI);
        break;
      case ApicMessage.NMI:
        cpu.events.signal(Event.NMI);
        break;
      case ApicMessage.INIT:
        cpu.events.signal(Event.INIT);
        break;
      case ApicMessage.START_UP:
        cpu.events.signalStartUp(message.vector());
        break;
      default:
        break;
    }
  }

  /** A fixed interrupt arrives. */
  void accept(int vector, boolean level) {
    if (!softwareEnabled()) {
      return;
    }
    if (vector < FIRST_VECTOR) {
      error(RECEIVED_ILLEGAL_VECTOR);
      return;
    }
    triggers.set(vector, level);
    requests.set(vector, true);
    update();
  }

  /** Level of the pin LINT0, to which the 8259s lead, or LINT1. */
  public void line(int number, boolean high) {
    boolean before = number == 0 ? line0 : line1;
    if (number == 0) {
      line0 = high;
    } else {
      line1 = high;
    }
    if (enabled && high && !before) {
      registers().line(number).request(this);
    } else if (!enabled && number == 1 && high && !before) {
      cpu.events.signal(Event.NMI);
    }
    update();
  }

  // --- what is sent

  /** The interrupt command register has been written: sends. */
  void command(int low, int destination) {
    int mode = low >> 8 & 7;
    int vector = low & 0xFF;
    boolean deassert = (low & 1 << 14) == 0 && (low & 1 << 15) != 0;
    if (mode == ApicMessage.INIT && deassert) {
      return; // only synchronizes arbitration IDs of old processors
    }
    boolean fixed = mode == ApicMessage.FIXED || mode == ApicMessage.LOWEST_PRIORITY;
    if (fixed && vector < FIRST_VECTOR) {
      error(SEND_ILLEGAL_VECTOR);
      return;
    }
    int broadcast = x2apic ? ApicMessage.ALL : XAPIC_BROADCAST;
    int to = destination == broadcast ? ApicMessage.ALL : destination;
    boolean logical = (low & 1 << 11) != 0;
    switch (low >> 18 & 3) {
      case 0:
        bus().send(new ApicMessage(mode, vector, logical, false, to));
        break;
      case 1:
        receive(new ApicMessage(mode, vector, false, false, id));
        break;
      default:
        LocalApic leftOut = (low >> 18 & 3) == 3 ? this : null;
        bus().send(new ApicMessage(mode, vector, false, false, ApicMessage.ALL), leftOut);
        break;
    }
  }
}
