package io.vmxlab.platform.device;

/** A wire from a device to an interrupt controller. */
@FunctionalInterface
public interface InterruptLine {
  /** Leads nowhere. */
  InterruptLine NONE = high -> {};

  /** The device drives the wire high, which requests an interrupt, or low. */
  void set(boolean high);

  /** A rising edge, and low again. */
  default void pulse() {
    set(true);
    set(false);
  }
}
