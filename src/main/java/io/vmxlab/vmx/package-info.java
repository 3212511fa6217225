/**
 * VMX: the state it adds to a processor, its instructions and its capability MSRs.
 *
 * <p>Begin with {@link io.vmxlab.vmx.VmxState}; {@code VmxView} is what rules see of it and of an
 * instruction's operand, {@code VmxSteps} what the pages of the instructions share, {@code Vmxon}
 * the first page to read. {@code VmxControlRules} are the fixed bits of CR0 and CR4. Rooms beside
 * this one: {@code vmcs} and {@code entry}; they never look back here.
 */
package io.vmxlab.vmx;
