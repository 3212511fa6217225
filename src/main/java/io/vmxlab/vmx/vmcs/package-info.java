/** The VMCS region in guest memory. */
package io.vmxlab.vmx.vmcs;
