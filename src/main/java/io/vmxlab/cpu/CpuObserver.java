package io.vmxlab.cpu;

/** Told of what happens to a processor, before the state changes. Methods must not change it. */
public interface CpuObserver {
  /** Sees nothing. */
  CpuObserver NONE = new CpuObserver() {};

  /** An exception is about to be delivered; {@code cpu.rip} is the address it will save. */
  default void onException(Cpu cpu, Fault fault) {}
}
