/**
 * Floating-point arithmetic: functions on numbers and a status word, and nothing of a processor.
 *
 * <p>{@link io.vmxlab.fpu.Sse} has the operations of SSE on encodings of 32 and 64 bits, {@link
 * io.vmxlab.fpu.Extended} those of the x87 FPU. Both take numbers apart ({@link
 * io.vmxlab.fpu.Unpacked}), let {@code Nans} choose among NaNs, compute without limits ({@code
 * Exact}) and round ({@code Rounder}); {@link io.vmxlab.fpu.FpEnvironment} is what they are told
 * and what they tell. Begin with {@code Rounder}.
 */
package io.vmxlab.fpu;
