/**
 * What a VM entry checks. Begin with {@link io.vmxlab.vmx.entry.EntryChecks}; {@code Control} is
 * how rules ask for a control, {@code EntryItems} what they look at besides fields. SDM Vol. 3C "VM
 * Entries".
 */
package io.vmxlab.vmx.entry;
