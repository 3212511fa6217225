package io.vmxlab.machine;

import io.vmxlab.platform.Symbol;
import io.vmxlab.platform.Symbols;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where everything lies before a program runs. The first MByte is the machine's own, programs begin
 * above it (in 16-bit mode at 7C00H). Linear addresses are physical addresses. The table is in
 * {@code docs/machine-state.md}.
 */
public final class MemoryMap {
  // spotless:off
  /** GDT, and at +100H the TSS. */
  public static final long GDT           = 0x1000;
  public static final long TSS           = 0x1100;
  /** 256 gates to the stubs. In 16-bit mode the vectors are at address 0 instead. */
  public static final long IDT           = 0x2000;
  /** 256 stubs of 16 bytes, each a HLT: an exception that nobody handles ends there. */
  public static final long FAULT_STUBS   = 0x3000;
  public static final int  STUB_SIZE     = 16;
  /** A page with the revision identifier in its first doubleword: {@code vmxon_region}. */
  public static final long VMXON_REGION  = 0x4000;
  /** Holds the physical address of the VMXON region, the operand of VMXON: {@code vmxon_pointer}. */
  public static final long VMXON_POINTER = 0x5000;
  /** Base of FS and GS; the stack protector's canary is at +28H. */
  public static final long THREAD_AREA   = 0x6000;
  /** A HLT: where the program returns to. */
  public static final long PROGRAM_EXIT  = 0x7000;
  /** Top of the stack that TSS.RSP0 names, for exceptions out of CPL 3. */
  public static final long RSP0_TOP      = 0x9000;
  /** Top of the stack that IST 1 names, for NMI, #DF and #MC. */
  public static final long IST1_TOP      = 0xA000;
  /** Where the bytes of {@link Intrinsics} are executed. */
  public static final long INTRINSICS    = 0xB000;
  /** A page with the revision identifier in its first doubleword: {@code vmcs_region}. */
  public static final long VMCS_REGION   = 0xC000;
  /** Holds the physical address of the VMCS region, the operand of VMCLEAR: {@code vmcs_pointer}. */
  public static final long VMCS_POINTER  = 0xD000;
  /** CPUID, where the guest of a machine that is ready for VMLAUNCH begins. */
  public static final long GUEST         = 0xE000;
  /** PML4, then the other paging structures. */
  public static final long PAGE_TABLES   = 0x10000;
  public static final long PAGE_TABLES_END = 0x5F000;
  /** EPT paging structures of a machine that is ready for VMLAUNCH: 2-MByte pages of a GByte. */
  public static final long EPT_PML4      = 0x5B000;
  public static final long EPT_PDPT      = 0x5C000;
  public static final long EPT_DIRECTORY = 0x5D000;
  /** The stack; the page below is not mapped. */
  public static final long STACK         = 0x60000;
  public static final long STACK_TOP     = 0xA0000;
  /** Bytes above the return address that stay free: shadow space and stack arguments. */
  public static final long STACK_RESERVE = 0x100;
  /** First address for programs. */
  public static final long PROGRAM       = 0x100000;
  /** First address for programs in 16-bit mode. */
  public static final long PROGRAM_16    = 0x7C00;
  /** End of the room for programs in 16-bit mode. */
  public static final long PROGRAM_16_END = 0x10000;
  // spotless:on

  /** Offset of the stack protector's canary in the thread area, in 64-bit code. */
  public static final int CANARY = 0x28;

  /** Offset of the stack protector's canary in the thread area, in 32-bit code. */
  public static final int CANARY_32 = 0x14;

  private MemoryMap() {}

  /** Names of places that programs may refer to, and their addresses. */
  public static Map<String, Long> places() {
    Map<String, Long> places = new LinkedHashMap<>();
    symbols().all().forEach(s -> places.put(s.name(), s.address()));
    return places;
  }

  /** The places as a program's symbols. */
  static Symbols symbols() {
    return new Symbols(
        List.of(
            place("vmxon_region", VMXON_REGION, 0x1000),
            place("vmxon_pointer", VMXON_POINTER, 8),
            place("vmcs_region", VMCS_REGION, 0x1000),
            place("vmcs_pointer", VMCS_POINTER, 8),
            place("ept_pml4", EPT_PML4, 0x1000),
            place("ept_pdpt", EPT_PDPT, 0x1000),
            place("ept_directory", EPT_DIRECTORY, 0x1000),
            place("program_exit", PROGRAM_EXIT, STUB_SIZE),
            place("thread_area", THREAD_AREA, 0x1000),
            place("stack_top", STACK_TOP, 1)));
  }

  private static Symbol place(String name, long address, long size) {
    return new Symbol(name, address, size, Symbol.Rank.OBJECT);
  }
}
