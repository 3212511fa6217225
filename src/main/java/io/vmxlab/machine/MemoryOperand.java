package io.vmxlab.machine;

import java.util.OptionalLong;

/**
 * The memory that an instruction was about to access.
 *
 * @param linear address
 * @param canonical whether the address is
 * @param physical address that the page tables map it to; empty if they do not
 * @param pointer the 8 bytes there; empty if they cannot be read
 * @param pointed what the pointer is, where a VMX instruction takes one
 * @param meant physical address of the region that was presumably meant, where the pointer is none;
 *     empty if nothing suggests one
 */
public record MemoryOperand(
    long linear,
    boolean canonical,
    OptionalLong physical,
    OptionalLong pointer,
    Pointed pointed,
    OptionalLong meant) {

  /** What the operand of a VMX instruction holds in place of a region's physical address. */
  public enum Pointed {
    /** Nothing is known against it. */
    REGION,
    /** The operand is the region itself. */
    NOT_A_POINTER,
    /** It holds the address of a pointer to a region. */
    POINTER,
    /** It holds an address that is mapped to another, physical one. */
    VIRTUAL,
    /** It holds an address where no RAM is. */
    NO_RAM
  }
}
