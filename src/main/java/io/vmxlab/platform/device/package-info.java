/**
 * The devices of a PC-like board, each small and after its own manual, and what connects them:
 * {@link io.vmxlab.platform.device.PortBus} for I/O ports, {@link
 * io.vmxlab.platform.device.MemoryBus} for physical addresses, {@link
 * io.vmxlab.platform.device.InterruptLine} for interrupt requests. Begin with {@code
 * InterruptRouter}: it says which line leads where. Time is {@link io.vmxlab.cpu.VirtualTime},
 * whose ticks are the nanoseconds of {@link io.vmxlab.platform.device.BoardClock}.
 */
package io.vmxlab.platform.device;
