package io.vmxlab.arch;

/** Names and places of the bits of VMCS fields. */
final class VmcsLayouts {
  private VmcsLayouts() {}

  /** The layout of a field, under the field's name; without named bits where it is a number. */
  static Layout of(VmcsField field) {
    String name = field.itemName();
    switch (field) {
      case VM_ENTRY_INTERRUPTION_INFORMATION:
        return VmcsBits.interruption(name, true);
      case VM_EXIT_INTERRUPTION_INFORMATION:
      case IDT_VECTORING_INFORMATION:
        return VmcsBits.interruption(name, false);
      case GUEST_INTERRUPTIBILITY_STATE:
        return VmcsBits.interruptibility(name);
      case GUEST_PENDING_DEBUG_EXCEPTIONS:
        return VmcsBits.pendingDebug(name);
      case EXIT_REASON:
        return VmcsBits.exitReason(name);
      case GUEST_INTERRUPT_STATUS:
        return VmcsBits.interruptStatus(name);
      case EPT_POINTER:
        return Eptp.layout(name);
      default:
        break;
    }
    if (field.name().endsWith("_ACCESS_RIGHTS")) {
      return SegmentRights.layout(name);
    }
    Layout known = known(field);
    return known == null
        ? Layout.plain(name, field.width().bits)
        : Layout.of(name, field.width().bits).fieldsOf(known).build();
  }

  /** The register or the controls whose bits the field has; null if none. */
  private static Layout known(VmcsField field) {
    switch (field) {
      case PIN_BASED_CONTROLS:
        return VmxControls.PIN_BASED;
      case PRIMARY_CONTROLS:
        return VmxControls.PROC_BASED;
      case SECONDARY_CONTROLS:
        return VmxControls.PROC_BASED2;
      case TERTIARY_CONTROLS:
        return VmxControls.PROC_BASED3;
      case VM_EXIT_CONTROLS:
        return VmxControls.EXIT;
      case SECONDARY_VM_EXIT_CONTROLS:
        return VmxControls.EXIT2;
      case VM_ENTRY_CONTROLS:
        return VmxControls.ENTRY;
      case VM_FUNCTION_CONTROLS:
        return VmxControls.VM_FUNCTIONS;
      case GUEST_CR0:
      case HOST_CR0:
      case CR0_GUEST_HOST_MASK:
      case CR0_READ_SHADOW:
        return Cr0.LAYOUT;
      case GUEST_CR4:
      case HOST_CR4:
      case CR4_GUEST_HOST_MASK:
      case CR4_READ_SHADOW:
        return Cr4.LAYOUT;
      case GUEST_CR3:
      case HOST_CR3:
      case CR3_TARGET_VALUE_0:
      case CR3_TARGET_VALUE_1:
      case CR3_TARGET_VALUE_2:
      case CR3_TARGET_VALUE_3:
        return State.CR3.layout();
      case GUEST_IA32_EFER:
      case HOST_IA32_EFER:
        return Efer.LAYOUT;
      case GUEST_IA32_PAT:
      case HOST_IA32_PAT:
        return MsrLayouts.PAT;
      case GUEST_IA32_DEBUGCTL:
        return Debugctl.LAYOUT;
      case GUEST_DR7:
        return Dr7.LAYOUT;
      case GUEST_RFLAGS:
        return Rflags.LAYOUT;
      default:
        return field.name().endsWith("_SELECTOR") ? State.ES_SELECTOR.layout() : null;
    }
  }
}
