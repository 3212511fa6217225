package io.vmxlab.arch;

/** The extended-page-table pointer. SDM Vol. 3C "Extended-Page-Table Pointer (EPTP)". */
public final class Eptp {
  // spotless:off
  /** Of the EPT paging structures: 0 UC, 6 WB. */
  public static final long MEMORY_TYPE             = 7;
  /** One less than the number of levels. */
  public static final long PAGE_WALK_LENGTH        = 7L << 3;
  /** In the page-walk length. */
  public static final long FOUR_LEVELS             = 3L << 3;
  public static final long ACCESSED_DIRTY          = 1L << 6;
  public static final long SUPERVISOR_SHADOW_STACK = 1L << 7;
  /** Bits that are reserved below the address. */
  public static final long RESERVED                = 0xFL << 8;
  // spotless:on

  public static final int MEMORY_TYPE_UC = 0;
  public static final int MEMORY_TYPE_WB = 6;

  private static final int LOWEST_OF_LENGTH = 3;

  private Eptp() {}

  /** The fields of an EPTP, for an item that holds one. */
  static Layout layout(String name) {
    return Layout.of(name, 64)
        .field(0, 3, "MEMORY_TYPE", "memory type of the EPT paging structures: 0 UC, 6 WB")
        .field(LOWEST_OF_LENGTH, 3, "PAGE_WALK_LENGTH", "levels of EPT paging structures less 1")
        .bit(ACCESSED_DIRTY, "ACCESSED_DIRTY", "accessed and dirty flags for EPT")
        .bit(SUPERVISOR_SHADOW_STACK, "SUPERVISOR_SHADOW_STACK", "shadow-stack access rights")
        .field(12, 40, "ADDRESS", "bits 51:12 of the physical address of the EPT PML4 or PML5")
        .build();
  }

  /** Levels of EPT paging structures that the value asks for. */
  public static int levels(long eptp) {
    return (int) ((eptp & PAGE_WALK_LENGTH) >>> LOWEST_OF_LENGTH) + 1;
  }
}
