/**
 * What surrounds a processor: loaders that turn files into images of memory, and the few devices
 * that programs talk to through I/O ports. Loaders work on bytes; nothing here reads files.
 *
 * <p>For ELF files begin with {@code Elf}; {@code ExecutableLoader} is short. {@code ObjectLinker}
 * goes through the parts of linking: {@code ObjectSections} (what lies where), {@code ObjectReach}
 * (what can run), {@code ObjectRelocator} (the places that refer to symbols) and {@code
 * ConstructorLists}. {@code CppName} knows what a source calls a symbol.
 */
package io.vmxlab.platform;
