/**
 * APIC virtualization: what a guest sees instead of a local APIC. Begin with {@link
 * io.vmxlab.vmx.apic.VirtualApic}; {@code ApicAccess} is how the guest gets there. SDM Vol. 3C
 * "APIC Virtualization and Virtual Interrupts".
 */
package io.vmxlab.vmx.apic;
