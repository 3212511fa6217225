package io.vmxlab.explain;

import io.vmxlab.machine.MemoryOperand;

/** Words for an operand that should hold the physical address of a region, and does not. */
final class RegionWords {
  private RegionWords() {}

  /** What the operand holds instead, and which region was presumably meant. */
  static String wrong(String mnemonic, MemoryOperand operand) {
    String meant = Hex.literal(operand.meant().orElse(0));
    String pointer = Hex.literal(operand.pointer().orElse(0));
    switch (operand.pointed()) {
      case NOT_A_POINTER:
        return "the operand is the region itself; "
            + mnemonic
            + " takes memory that holds the region's physical address, "
            + meant;
      case POINTER:
        return "the operand holds "
            + pointer
            + ", the address of a pointer; "
            + mnemonic
            + " takes memory that holds the region's physical address itself, "
            + meant;
      default:
        return "the operand holds "
            + pointer
            + ", a virtual address; the page tables map it to the physical address "
            + meant
            + ", and that is what "
            + mnemonic
            + " takes";
    }
  }

  static String noRam(MemoryOperand operand, long ram) {
    return "there is no RAM at "
        + Hex.literal(operand.pointer().orElse(0))
        + ", where the operand points: the machine's RAM ends at "
        + Hex.literal(ram - 1);
  }
}
