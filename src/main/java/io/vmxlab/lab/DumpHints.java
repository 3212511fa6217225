package io.vmxlab.lab;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.VmcsField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What no rule forbids in a VMCS and is a likely mistake all the same. */
final class DumpHints {
  /** Whether the handler is a function or a stub that calls one decides which multiple is right. */
  private static final int STACK_ALIGNMENT = 8;

  private final Map<VmcsField, Long> fields;
  private final List<String> hints = new ArrayList<>();

  private final List<? extends CpuModel> processors;

  private DumpHints(Map<VmcsField, Long> fields, List<? extends CpuModel> processors) {
    this.fields = fields;
    this.processors = processors;
  }

  /**
   * The hints.
   *
   * @param processors those that the dump may be of
   */
  static List<String> of(VmcsDump dump, List<? extends CpuModel> processors) {
    return new DumpHints(dump.fields(), processors).find();
  }

  private List<String> find() {
    if (value(VmcsField.HOST_RSP) % STACK_ALIGNMENT != 0) {
      hint(
          "Host RSP is not 8-byte aligned: neither a function nor a stub that calls one expects that");
    }
    for (VmcsField f :
        List.of(
            VmcsField.HOST_RIP,
            VmcsField.HOST_RSP,
            VmcsField.HOST_GDTR_BASE,
            VmcsField.HOST_IDTR_BASE,
            VmcsField.HOST_TR_BASE)) {
      if (isZero(f)) {
        hint(f.itemName() + " is 0: the first VM exit ends in a crash");
      }
    }
    if (on(VmcsField.VM_EXIT_CONTROLS, "ACKNOWLEDGE_INTERRUPT_ON_EXIT")
        && on(VmcsField.PIN_BASED_CONTROLS, "EXTERNAL_INTERRUPT_EXITING")) {
      hint(
          "VM exits acknowledge interrupts: the VMM has to call the handler of the vector that the"
              + " VM-exit interruption information names, or the interrupt is lost");
    }
    secondary();
    transitions();
    return List.copyOf(hints);
  }

  private void secondary() {
    boolean known = fields.containsKey(VmcsField.PRIMARY_CONTROLS);
    boolean active = on(VmcsField.PRIMARY_CONTROLS, "ACTIVATE_SECONDARY_CONTROLS");
    if (known && !active && value(VmcsField.SECONDARY_CONTROLS) != 0) {
      hint("secondary controls are set and not activated: bit 31 of the primary controls is 0");
    }
    if (active && fields.containsKey(VmcsField.SECONDARY_CONTROLS)) {
      enables("ENABLE_RDTSCP", Feature.RDTSCP);
      enables("ENABLE_INVPCID", Feature.INVPCID);
      enables("ENABLE_XSAVES_XRSTORS", Feature.XSAVES);
    }
    boolean ept = active && on(VmcsField.SECONDARY_CONTROLS, "ENABLE_EPT");
    boolean uncached = (value(VmcsField.EPT_POINTER) & Eptp.MEMORY_TYPE) == Eptp.MEMORY_TYPE_UC;
    if (ept && fields.containsKey(VmcsField.EPT_POINTER) && uncached) {
      hint("the EPTP's memory type is UC: every walk of EPT goes to memory; 6 (WB) is usual");
    }
  }

  private void enables(String control, Feature feature) {
    boolean present = processors.stream().allMatch(c -> c.real().has(feature));
    if (present && !on(VmcsField.SECONDARY_CONTROLS, control)) {
      hint(control + " is 0: " + feature + " is #UD in the guest; hide it from the guest's CPUID");
    }
  }

  private void transitions() {
    boolean loads = on(VmcsField.VM_ENTRY_CONTROLS, "LOAD_IA32_EFER");
    if (loads
        && fields.containsKey(VmcsField.VM_EXIT_CONTROLS)
        && !on(VmcsField.VM_EXIT_CONTROLS, "LOAD_IA32_EFER")) {
      hint("VM entries load IA32_EFER and VM exits do not: the VMM keeps the guest's SCE and NXE");
    }
    if (value(VmcsField.EXCEPTION_BITMAP) == 0xFFFF_FFFFL) {
      hint("every exception of the guest causes a VM exit");
    }
  }

  private void hint(String text) {
    hints.add(text);
  }

  private long value(VmcsField field) {
    return fields.getOrDefault(field, 0L);
  }

  private boolean isZero(VmcsField field) {
    return fields.containsKey(field) && value(field) == 0;
  }

  private boolean on(VmcsField vector, String control) {
    return (value(vector) & vector.layout().field(control).orElseThrow().mask()) != 0;
  }
}
