/**
 * The physical address space: what stands at an address, and nothing of how a processor gets there.
 */
package io.vmxlab.memory;
