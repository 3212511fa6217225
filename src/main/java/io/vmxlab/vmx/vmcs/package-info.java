/**
 * VMCSs: what the processor holds of the current one ({@link io.vmxlab.vmx.vmcs.Vmcs}), and their
 * regions in guest memory. Fields are those of {@code arch.VmcsField}.
 */
package io.vmxlab.vmx.vmcs;
