package io.vmxlab.platform.boot;

/** By which agreement an image is started. */
public enum BootProtocol {
  // spotless:off
  MULTIBOOT_1 ("multiboot",   "Multiboot 1"),
  MULTIBOOT_2 ("multiboot2",  "Multiboot 2"),
  PVH         ("pvh",         "PVH"),
  BOOT_SECTOR ("boot-sector", "boot sector");
  // spotless:on

  private final String id;
  private final String title;

  BootProtocol(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** {@code multiboot2}. */
  public String id() {
    return id;
  }

  /** For people. */
  public String title() {
    return title;
  }
}
