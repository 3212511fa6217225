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
  DESCRIPTOR_ADDRESS(Layout.plain("linear address in the descriptor", 64));
  // spotless:on

  /** Value of the current-VMCS pointer when there is no current VMCS. */
  public static final long NO_VMCS = -1;

  private final Layout layout;

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
