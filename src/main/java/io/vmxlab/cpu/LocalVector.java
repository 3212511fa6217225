package io.vmxlab.cpu;

/** An entry of the local vector table. SDM Vol. 3A "Local Vector Table". */
final class LocalVector {
  static final int MASKED = 1 << 16;
  static final int RESET = MASKED;

  private static final int VECTOR = 0xFF;
  private static final int LEVEL = 1 << 15;

  private final int writable;
  private int value = RESET;

  /**
   * An entry, masked.
   *
   * @param writable bits; the others read as 0
   */
  LocalVector(int writable) {
    this.writable = writable;
  }

  int value() {
    return value;
  }

  void write(int bits) {
    value = bits & writable;
  }

  void mask() {
    value |= MASKED;
  }

  boolean masked() {
    return (value & MASKED) != 0;
  }

  int mode() {
    return value >> 8 & 7;
  }

  /** It is not masked and delivers so. */
  boolean takes(int mode) {
    return !masked() && mode() == mode;
  }

  int reserved() {
    return ~writable;
  }

  /** Its source requests an interrupt. */
  void request(LocalApic apic) {
    if (masked()) {
      return;
    }
    int how = mode();
    if (how == ApicMessage.FIXED) {
      apic.accept(value & VECTOR, (value & LEVEL) != 0);
    } else if (how != ApicMessage.EXT_INT) {
      apic.receive(new ApicMessage(how, value & VECTOR, false, false, apic.id()));
    }
  }
}
