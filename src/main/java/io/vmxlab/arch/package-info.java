/**
 * Names, numbers and bit layouts of the architecture, and nothing else: every bit position,
 * register name, MSR number and manual citation stands here once.
 *
 * <p>Begin with {@link io.vmxlab.arch.State} and {@link io.vmxlab.arch.Msr} (what a processor has),
 * {@link io.vmxlab.arch.Layout} (what the bits of a value are called) and {@link
 * io.vmxlab.arch.Sdm} (where the manual says it). {@link io.vmxlab.arch.Feature} is what processors
 * differ in, {@link io.vmxlab.arch.CpuModel} what a processor reports about itself.
 */
package io.vmxlab.arch;
