/**
 * How VMX non-root operation differs: what causes VM exits, and what a guest sees. Begin with
 * {@link io.vmxlab.vmx.guest.NonRoot}; {@code Intercepts} is the table of instructions. SDM Vol. 3C
 * "VMX Non-Root Operation".
 */
package io.vmxlab.vmx.guest;
