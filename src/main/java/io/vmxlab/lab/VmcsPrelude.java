package io.vmxlab.lab;

import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Code that enters VMX operation and makes a VMCS current which a VM entry accepts: its host is the
 * processor as it is, its guest is like the host. {@code test-vectors/README.md} lists the fields.
 */
final class VmcsPrelude {
  /** What the code begins with; in 32-bit mode with 4-MByte pages whose addresses are equal. */
  private static final List<String> PAGING =
      List.of(
          "mov edi, DIRECTORY",
          "mov eax, 0x83",
          "vmcs_pages: mov [edi], eax",
          "add edi, 4",
          "add eax, 0x400000",
          "jnc vmcs_pages",
          "mov eax, cr4",
          "or eax, 0x10",
          "mov cr4, eax",
          "mov eax, DIRECTORY",
          "mov cr3, eax",
          "mov eax, cr0",
          "or eax, 0x80000020",
          "mov cr0, eax");

  private static final List<String> ENTER =
      List.of(
          "mov A, cr4",
          "bts A, 13",
          "jc vmcs_vmxe",
          "mov cr4, A",
          "vmcs_vmxe:",
          "mov ecx, 0x480",
          "rdmsr",
          "mov [REGION], eax",
          "mov dword [POINTER], REGION",
          "vmxon [0x5000]",
          "vmclear [POINTER]",
          "vmptrld [POINTER]",
          "sgdt [GDTR]",
          "sidt [IDTR]",
          "jmp vmcs_fields",
          "vmcs_stop: hlt",
          "vmcs_fields:");

  /** ESI := 12, the way from a capability MSR to its TRUE form, if IA32_VMX_BASIC[55] is 1. */
  private static final List<String> CAPABILITIES =
      List.of("mov ecx, 0x480", "rdmsr", "shr edx, 23", "and edx, 1", "imul esi, edx, 12");

  private static final List<VmcsField> CONTROLS =
      List.of(
          VmcsField.PIN_BASED_CONTROLS,
          VmcsField.PRIMARY_CONTROLS,
          VmcsField.VM_EXIT_CONTROLS,
          VmcsField.VM_ENTRY_CONTROLS);

  private static final int FIRST_CAPABILITY = 0x481;
  private static final long FLAT = 0xFFFF_FFFFL;
  private static final long CODE64 = 0xA09B;
  private static final long CODE32 = 0xC09B;
  private static final long DATA = 0xC093;
  private static final long UNUSABLE = 0x1_0000;
  private static final long BUSY_TSS = 0x8B;
  private static final long CODE_SELECTOR = 8;
  private static final long DATA_SELECTOR = 0x10;
  private static final long TSS_SELECTOR = 0x38;
  private static final long TSS_LIMIT = 0x67;
  private static final long IA32E = 1 << 9;
  private static final long HOST_STACK = 0x2F_0000;
  private static final long GUEST_STACK = 0x2E_0000;
  private static final long DR7 = 0x400;

  /**
   * Where the code puts what it needs.
   *
   * @param pointer holds the region's address; GDTR and IDTR are stored behind it
   * @param region of the VMCS
   * @param directory of pages, in 32-bit mode
   */
  record Places(long pointer, long region, long directory) {
    private static final int GDTR = 0x10;
    private static final int IDTR = 0x20;

    /** Those of the vectors. */
    static final Places OF_VECTORS = new Places(0x20_0000, 0x20_1000, 0x22_0000);

    long gdtr() {
      return pointer + GDTR;
    }

    long idtr() {
      return pointer + IDTR;
    }
  }

  private final boolean wide;
  private final Places places;
  private final StringBuilder text = new StringBuilder();

  private VmcsPrelude(boolean wide, Places places) {
    this.wide = wide;
    this.places = places;
  }

  /**
   * The code of a vector.
   *
   * @param mode 64 or 32
   * @param given as {@link #text(int, Places, Map)} takes them
   */
  static String text(int mode, Map<VmcsField, Long> given) {
    return text(mode, Places.OF_VECTORS, given);
  }

  /**
   * The code.
   *
   * @param mode 64 or 32
   * @param given fields with values other than the usual ones; of the pin-based, primary, VM-exit
   *     and VM-entry controls bits to set besides those that have to be 1
   */
  static String text(int mode, Places places, Map<VmcsField, Long> given) {
    return new VmcsPrelude(mode == Long.SIZE, places).write(given);
  }

  private String write(Map<VmcsField, Long> given) {
    if (!wide) {
      PAGING.forEach(this::line);
    }
    ENTER.forEach(this::line);
    CAPABILITIES.forEach(this::line);
    for (VmcsField field : CONTROLS) {
      control(field, given.getOrDefault(field, 0L));
    }
    Map<VmcsField, String> values = usual();
    given.forEach((f, v) -> values.put(f, "0x" + Long.toHexString(v)));
    CONTROLS.forEach(values::remove);
    values.forEach(this::field);
    return text.toString();
  }

  /** Bits wanted, and those that the capability MSR demands. */
  private void control(VmcsField field, long wanted) {
    boolean transition = field.group() != VmcsField.Group.EXECUTION;
    long all = wide && transition ? wanted | IA32E : wanted;
    line("lea ecx, [esi + " + hex(FIRST_CAPABILITY + CONTROLS.indexOf(field)) + "]");
    line("rdmsr");
    if (all != 0) {
      line("or eax, " + hex(all));
    }
    line("mov ecx, " + hex(field.encoding()));
    line("vmwrite C, A");
  }

  private void field(VmcsField field, String value) {
    boolean number = value.startsWith("0x");
    long bits = number ? Long.parseUnsignedLong(value.substring(2), 16) : 0;
    if (!number) {
      line("mov A, " + value);
      line("mov ecx, " + hex(field.encoding()));
      line("vmwrite C, A");
      return;
    }
    store(field.encoding(), wide ? bits : bits & FLAT);
    if (!wide && bits >>> Integer.SIZE != 0) {
      store(field.encoding() | VmcsEncoding.HIGH, bits >>> Integer.SIZE);
    }
  }

  private void store(int encoding, long value) {
    line("mov ecx, " + hex(encoding));
    line((value >>> Integer.SIZE == 0 ? "mov eax, " : "mov A, ") + hex(value));
    line("vmwrite C, A");
  }

  private void line(String line) {
    String letter = wide ? "r" : "e";
    text.append(
            line.replaceAll("\\bA\\b", letter + "ax")
                .replaceAll("\\bC\\b", letter + "cx")
                .replace("POINTER", hex(places.pointer))
                .replace("REGION", hex(places.region))
                .replace("DIRECTORY", hex(places.directory))
                .replace("GDTR", hex(places.gdtr()))
                .replace("IDTR", hex(places.idtr())))
        .append('\n');
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
  }

  /** Values by field: numbers, or operands of MOV. */
  private Map<VmcsField, String> usual() {
    Map<VmcsField, String> values = new LinkedHashMap<>();
    values.put(VmcsField.VMCS_LINK_POINTER, "0xffffffffffffffff");
    for (String side : List.of("HOST_", "GUEST_")) {
      for (String register : List.of("CR0", "CR3", "CR4")) {
        values.put(VmcsField.valueOf(side + register), register.toLowerCase(Locale.ROOT));
      }
      values.put(
          VmcsField.valueOf(side + "GDTR_BASE"), "[" + hex(places.gdtr() + Short.BYTES) + "]");
      values.put(
          VmcsField.valueOf(side + "IDTR_BASE"), "[" + hex(places.idtr() + Short.BYTES) + "]");
      selector(values, side, "CS", CODE_SELECTOR);
      for (String register : List.of("SS", "DS", "ES", "FS", "GS")) {
        selector(values, side, register, DATA_SELECTOR);
      }
      selector(values, side, "TR", TSS_SELECTOR);
      values.put(VmcsField.valueOf(side + "RIP"), "vmcs_stop");
    }
    put(values, VmcsField.HOST_RSP, HOST_STACK);
    put(values, VmcsField.GUEST_RSP, GUEST_STACK);
    put(values, VmcsField.GUEST_RFLAGS, 2);
    put(values, VmcsField.GUEST_DR7, DR7);
    put(values, VmcsField.GUEST_GDTR_LIMIT, 0xFFFF);
    put(values, VmcsField.GUEST_IDTR_LIMIT, 0xFFFF);
    segment(values, "CS", FLAT, wide ? CODE64 : CODE32);
    for (String register : List.of("SS", "DS", "ES", "FS", "GS")) {
      segment(values, register, FLAT, DATA);
    }
    segment(values, "TR", TSS_LIMIT, BUSY_TSS);
    put(values, VmcsField.GUEST_LDTR_ACCESS_RIGHTS, UNUSABLE);
    return values;
  }

  private static void put(Map<VmcsField, String> values, VmcsField field, long value) {
    values.put(field, "0x" + Long.toHexString(value));
  }

  private static void selector(
      Map<VmcsField, String> values, String side, String register, long value) {
    put(values, VmcsField.valueOf(side + register + "_SELECTOR"), value);
  }

  private static void segment(
      Map<VmcsField, String> values, String register, long limit, long rights) {
    put(values, VmcsField.valueOf("GUEST_" + register + "_LIMIT"), limit);
    put(values, VmcsField.valueOf("GUEST_" + register + "_ACCESS_RIGHTS"), rights);
  }
}
