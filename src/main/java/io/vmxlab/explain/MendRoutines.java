package io.vmxlab.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * Longer pieces of code for mends. AX, BX, CX, DX and SP stand for registers of the mode's full
 * width. Names begin with {@code mend_}, so that they do not meet those of a program.
 */
final class MendRoutines {
  /**
   * Room in which there is an aligned page, wherever the program begins: assemblers align from
   * there.
   */
  private static final String ROOM = "times 8191 db 0";

  /** A region for a VMX structure. */
  static final List<String> REGION = List.of("mend_region: " + ROOM);

  /** A page directory. */
  static final List<String> PAGES = List.of("mend_pages: " + ROOM);

  /** A GDT with flat code and data segments, and what LGDT takes. */
  static final List<String> GDT =
      List.of(
          "align 8",
          "mend_gdt: dq 0, 00CF9B000000FFFFh, 00CF93000000FFFFh",
          "mend_gdtr: dw 23",
          "dd mend_gdt");

  private static final List<String> REVISION =
      List.of("mov ecx, 480h", "rdmsr", "and eax, 7FFFFFFFh");

  private MendRoutines() {}

  /** Writes the revision identifier into the new region. */
  static List<String> prepareRegion() {
    return joined(
        REVISION, List.of("mov CX, mend_region + 0FFFh", "and ecx, 0FFFFF000h", "mov [CX], eax"));
  }

  /** Writes the revision identifier into the region at an address, linear and physical alike. */
  static List<String> writeRevision(long region) {
    return joined(REVISION, List.of("mov CX, " + Hex.literal(region), "mov [CX], eax"));
  }

  /** VMX instructions on memory that holds the address of the new region. */
  static List<String> onRegion(String... mnemonics) {
    return onMemory(
        List.of(
            "mov dword [SP], mend_region + 0FFFh",
            "and dword [SP], 0FFFFF000h",
            "mov dword [SP + 4], 0"),
        mnemonics);
  }

  /** VMX instructions on memory that holds the physical address. */
  static List<String> onRegion(long physical, String... mnemonics) {
    return onMemory(
        List.of(
            "mov dword [SP], " + Hex.literal(physical & 0xFFFF_FFFFL),
            "mov dword [SP + 4], " + Hex.literal(physical >>> 32)),
        mnemonics);
  }

  /** Leaves the flags as the last of the instructions does. */
  private static List<String> onMemory(List<String> pointer, String... mnemonics) {
    List<String> lines = new ArrayList<>();
    lines.add("sub SP, 8");
    lines.addAll(pointer);
    for (String mnemonic : mnemonics) {
      lines.add(mnemonic + " [SP]");
    }
    lines.add("lea SP, [SP + 8]");
    return lines;
  }

  /** Paging with 4-MByte pages whose linear addresses are the physical ones, and bits of CR0. */
  static List<String> paging(long cr0, boolean pae) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "mov ecx, mend_pages + 0FFFh",
            "and ecx, 0FFFFF000h",
            "mov eax, 83h",
            "mend_fill:",
            "mov [ecx], eax",
            "add ecx, 4",
            "add eax, 400000h",
            "jnc mend_fill",
            "mov eax, cr4",
            "or eax, 10h"));
    if (pae) {
      lines.add("and eax, 0FFFFFFDFh");
    }
    lines.addAll(
        List.of(
            "mov cr4, eax",
            "mov eax, mend_pages + 0FFFh",
            "and eax, 0FFFFF000h",
            "mov cr3, eax",
            "mov eax, cr0",
            "or eax, " + Hex.literal(cr0),
            "mov cr0, eax"));
    return lines;
  }

  /** From real-address mode to 32-bit code with flat segments. */
  static List<String> protectedMode() {
    return List.of(
        "cli",
        "lgdt [mend_gdtr]",
        "mov eax, cr0",
        "or al, 1",
        "mov cr0, eax",
        "jmp 8:mend_protected",
        "bits 32",
        "mend_protected:",
        "mov eax, 10h",
        "mov ds, ax",
        "mov es, ax",
        "mov ss, ax");
  }

  /** VMX root operation, from a mode with paging and from IA32_FEATURE_CONTROL not locked off. */
  static List<String> vmxOperation() {
    List<String> lines = new ArrayList<>();
    lines.addAll(fixed("486h", "cr0"));
    lines.addAll(fixed("488h", "cr4"));
    lines.addAll(
        List.of(
            "mov ecx, 3Ah",
            "rdmsr",
            "test al, 1",
            "jnz mend_locked",
            "or eax, 5",
            "wrmsr",
            "mend_locked:"));
    lines.addAll(prepareRegion());
    lines.addAll(onRegion("vmxon"));
    return lines;
  }

  private static List<String> fixed(String msr, String register) {
    return List.of(
        "mov ecx, " + msr, "rdmsr", "mov CX, " + register, "or CX, AX", "mov " + register + ", CX");
  }

  /** One after the other. */
  @SafeVarargs
  static List<String> joined(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
