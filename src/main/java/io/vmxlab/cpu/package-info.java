/**
 * One logical processor, and the ports that upper floors fill.
 *
 * <p>The files by subject:
 *
 * <ul>
 *   <li>state: {@link io.vmxlab.cpu.Cpu}, {@code CpuState}, {@code LazyFlags}, {@code X87}, {@code
 *       XmmState}, {@code Reset}, {@code Activity}
 *   <li>segments: {@code Segment}, {@code Segmentation}, {@code Descriptor}, {@code FarTransfer},
 *       {@code Stack}
 *   <li>memory: {@code Mmu} and {@code WaySet} (the short way), {@code Paging}, {@code PageWalk},
 *       {@code Tlb} and {@code SecondLevel} (the long one), {@code Operands}, {@code CodeWatch}
 *   <li>events: {@code Fault}, {@code Delivery}, {@code GateIa32e}, {@code GateLegacy}, {@code
 *       Virtual8086}, {@code Stepping}
 *   <li>system-management mode: {@code SystemManagementMode}, {@code StateSaveMap}, {@code LastIo}
 *   <li>control registers and MSRs: {@code ControlRegisters}, {@code ControlRules}, {@code
 *       MsrFile}, {@code MsrRules}, {@code ArchitecturalMsrs}
 *   <li>ports: {@code VmxUnit}, {@code GuestPhysical}, {@code CpuObserver}, {@code IoSpace}, {@code
 *       CpuidFilter}, {@code RandomSource}
 * </ul>
 */
package io.vmxlab.cpu;
