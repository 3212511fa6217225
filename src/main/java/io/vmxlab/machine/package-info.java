/**
 * The library. Begin with {@link io.vmxlab.machine.Machine}; a {@link io.vmxlab.machine.Program} is
 * what it runs, a {@link io.vmxlab.machine.Run} what came of it, with an {@link
 * io.vmxlab.machine.Outcome}, events and the checks that were made. {@link
 * io.vmxlab.machine.Intrinsics} are the compilers' VMX intrinsics as Java methods.
 */
package io.vmxlab.machine;
