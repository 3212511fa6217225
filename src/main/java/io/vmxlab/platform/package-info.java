/**
 * What surrounds a processor: loaders that turn files into images of memory, and the few devices
 * that programs talk to through I/O ports. Loaders work on bytes; nothing here reads files.
 */
package io.vmxlab.platform;
