package io.vmxlab.cpu;

/**
 * Whether the processor executes. SDM Vol. 3C "Guest Non-Register State", whose encoding the
 * ordinals are.
 */
public enum Activity {
  ACTIVE,
  HLT,
  SHUTDOWN,
  WAIT_FOR_SIPI
}
