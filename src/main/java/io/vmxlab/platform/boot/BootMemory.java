package io.vmxlab.platform.boot;

import java.util.List;

/**
 * The memory of a board as its firmware describes it.
 *
 * @param size of RAM in bytes, from address 0 on
 */
public record BootMemory(long size) {
  // spotless:off
  /** Vectors, and what firmware keeps; the BIOS data area at 400H. */
  public static final long FIRMWARE_DATA = 0x500;
  /** A GDT with flat segments. */
  public static final long GDT           = 0x800;
  /** A boot sector, and the end of its room. */
  public static final long BOOT_SECTOR   = 0x7C00;
  /** The extended BIOS data area: end of the low memory that is free. */
  public static final long LOW_END       = 0x9FC00;
  /** From here to 1 MByte: devices and firmware. */
  public static final long HOLE          = 0xA0000;
  /** ACPI tables, and the code that stands for what a BIOS would have. */
  public static final long ACPI          = 0xF0000;
  public static final long FIRMWARE_CODE = 0xFE000;
  public static final long HIGH          = 0x100000;
  // spotless:on

  /** Kinds of memory, with the numbers of the BIOS and of Multiboot. */
  public enum Kind {
    NONE,
    RAM,
    RESERVED
  }

  /** A part of the address space. */
  public record Range(long start, long end, Kind kind) {}

  /** The ranges in ascending order. */
  public List<Range> ranges() {
    return List.of(
        new Range(0, LOW_END, Kind.RAM),
        new Range(LOW_END, HOLE, Kind.RESERVED),
        new Range(ACPI, HIGH, Kind.RESERVED),
        new Range(HIGH, size, Kind.RAM));
  }
}
