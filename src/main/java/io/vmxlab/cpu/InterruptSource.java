package io.vmxlab.cpu;

/**
 * What raises a processor's maskable external interrupts: a local APIC, or a pair of 8259s. It
 * signals {@link Event#INTERRUPT} while a request of its own waits that may be delivered, and
 * withdraws it when the request goes away; whether the processor takes it, {@code cpu} decides.
 */
public interface InterruptSource {
  /** In place of a vector: the request has gone, and nothing is delivered. */
  int NO_VECTOR = -1;

  /**
   * The processor takes an interrupt: RFLAGS.IF is 1, nothing blocks it, and the event has been
   * withdrawn. If another request waits behind the one that is handed out, the source signals the
   * event again.
   *
   * @return the vector, 0 to 255, or {@link #NO_VECTOR}
   */
  int acknowledge(Cpu cpu);

  /**
   * The processor has written CR8, which the source reads in {@link Cpu#cr8}: other requests may be
   * delivered now.
   */
  default void taskPriorityChanged(Cpu cpu) {}
}
