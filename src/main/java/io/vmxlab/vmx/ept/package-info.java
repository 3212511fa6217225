/**
 * Guest-physical translation. Begin with {@link io.vmxlab.vmx.ept.Ept}, which {@code cpu.Mmu} has
 * beneath a guest's paging; {@code EptWalk} is the way through the EPT paging structures, {@code
 * EptMisconfiguration} lists what an entry must not be. What is cached, and what invalidates it, is
 * in {@code cpu}: {@code SecondLevel}, {@code Tlb} and {@code TlbScope}. SDM Vol. 3C "VMX Support
 * for Address Translation".
 */
package io.vmxlab.vmx.ept;
