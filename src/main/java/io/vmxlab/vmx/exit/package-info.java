/**
 * What happens when a guest leaves to its virtual-machine monitor. Begin with {@link
 * io.vmxlab.vmx.exit.Exits}; {@code ExitReport} is what it reports, {@code GuestSaving} and {@code
 * HostState} what moves. SDM Vol. 3C "VM Exits".
 */
package io.vmxlab.vmx.exit;
