package io.vmxlab.arch;

import java.util.Optional;

/** VMX state that is no register, and what the check lists of the VMX instructions look at. */
public enum VmxItem implements StateItem {
  // spotless:off
  /** All ones if there is no current VMCS. */
  CURRENT_VMCS(Layout.plain("current-VMCS pointer", 64)),
  VMXON_POINTER(Layout.plain("VMXON pointer", 64)),
  /** 1 if reading the memory operand does not fault. */
  OPERAND_READABLE(Layout.plain("operand is readable", 8)),
  /** Value of the memory operand: a physical address. All ones if it cannot be read. */
  POINTER(Layout.plain("operand", 64)),
  /** First four bytes at the physical address that the operand holds. */
  REGION_HEADER(Layout.of("first four bytes of the region", 32)
      .field(0, 31, "REVISION", "VMCS revision identifier")
      .field(31, 1, "SHADOW", "shadow-VMCS indicator")
      .build()),
  /** First four bytes of the current VMCS; all ones if there is none. */
  CURRENT_VMCS_HEADER(Layout.of("first four bytes of the current VMCS", 32)
      .field(0, 31, "REVISION", "VMCS revision identifier")
      .field(31, 1, "SHADOW", "shadow-VMCS indicator")
      .build()),
  /** Register operand of INVEPT and INVVPID. */
  INVALIDATION_TYPE(Layout.plain("invalidation type", 64)),
  /** Bits 63:0 of the descriptor of INVEPT. All ones if it cannot be read. */
  DESCRIPTOR_EPTP(Eptp.layout("EPTP in the descriptor")),
  /** Bits 63:0 of the descriptor of INVVPID. All ones if it cannot be read. */
  DESCRIPTOR_VPID(Layout.of("bits 63:0 of the descriptor", 64)
      .field(0, 16, "VPID", "virtual-processor identifier")
      .build()),
  /** Bits 127:64 of the descriptor of INVVPID. All ones if they cannot be read. */
  DESCRIPTOR_ADDRESS(Layout.plain("linear address in the descriptor", 64)),
  /** Register operand of VMREAD and VMWRITE that names the field. */
  FIELD_ENCODING(Layout.of("field encoding", 64).fieldsOf(VmcsEncoding.LAYOUT).build()),
  /** 1 if the processor has the field that VMREAD or VMWRITE names, or may have it. */
  FIELD_SUPPORTED(Layout.plain("field exists", 8)),
  /** 0 clear, 1 launched, 2 neither: VMCLEAR was not executed for the VMCS. */
  LAUNCH_STATE(Layout.plain("launch state", 8)),
  /** First four bytes at the VMCS link pointer. */
  LINK_HEADER(Layout.of("first four bytes at the VMCS link pointer", 32)
      .field(0, 31, "REVISION", "VMCS revision identifier")
      .field(31, 1, "SHADOW", "shadow-VMCS indicator")
      .build()),
  /** Byte 80H of the virtual-APIC page. */
  VIRTUAL_TPR(Layout.plain("VTPR", 8)),
  /** The page-directory-pointer-table entries that the guest would use: from memory or fields. */
  PDPTE0(pdpte(0)), PDPTE1(pdpte(1)), PDPTE2(pdpte(2)), PDPTE3(pdpte(3)),
  /** Bits of IA32_DEBUGCTL that the processor has or may have. */
  DEBUGCTL_SUPPORTED(Layout.plain("IA32_DEBUGCTL bits supported", 64)),
  /** Bits of IA32_PERF_GLOBAL_CTRL that the processor has: one for each counter. */
  PERF_GLOBAL_SUPPORTED(Layout.plain("IA32_PERF_GLOBAL_CTRL bits supported", 64)),
  /** Bits of the pending debug exceptions that the processor has. */
  PENDING_DEBUG_SUPPORTED(Layout.plain("pending debug exceptions supported", 64)),
  /** Bits of the interruptibility state that the processor has. */
  INTERRUPTIBILITY_SUPPORTED(Layout.plain("interruptibility bits supported", 32));
  // spotless:on

  /** Value of the current-VMCS pointer when there is no current VMCS. */
  public static final long NO_VMCS = -1;

  private final Layout layout;

  private static Layout pdpte(int number) {
    return Layout.of("guest PDPTE" + number, 64).bit(PageEntry.P, "P", "present").build();
  }

  VmxItem(Layout layout) {
    this.layout = layout;
  }

  @Override
  public String itemName() {
    return layout.name();
  }

  @Override
  public Layout layout() {
    return layout;
  }

  /** The item with that name, case-insensitively. */
  public static Optional<VmxItem> find(String name) {
    return StateItem.find(values(), name);
  }
}
