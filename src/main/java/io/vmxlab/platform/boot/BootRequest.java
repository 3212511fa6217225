package io.vmxlab.platform.boot;

import java.util.List;

/**
 * What a board starts an image with.
 *
 * @param name of the image, the first word of its command line
 * @param commandLine the rest of it; may be empty
 * @param modules files that the image finds in memory
 * @param map of memory
 * @param rsdp ACPI's root pointer as it lies at {@link BootMemory#ACPI}
 */
public record BootRequest(
    String name, String commandLine, List<Module> modules, BootMemory map, byte[] rsdp) {
  /**
   * A module.
   *
   * @param name of its file, with arguments if there are any
   */
  public record Module(String name, byte[] content) {}

  /** All of the command line, as GRUB and QEMU pass it. */
  String line() {
    return commandLine.isEmpty() ? name : name + " " + commandLine;
  }
}
