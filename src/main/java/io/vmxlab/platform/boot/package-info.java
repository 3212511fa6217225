/**
 * How images of bare metal begin: which form a file has ({@link
 * io.vmxlab.platform.boot.BootImage}), where its parts lie, what the boot protocol puts beside
 * them, and what the processor's registers hold ({@link io.vmxlab.platform.boot.BootPlan}).
 * Everything here is bytes; a board writes them into memory.
 */
package io.vmxlab.platform.boot;
