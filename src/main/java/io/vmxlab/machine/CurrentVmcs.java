package io.vmxlab.machine;

import io.vmxlab.arch.Known;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The current VMCS of a processor at one moment.
 *
 * @param pointer physical address of its region
 * @param launch its launch state
 * @param fields every field that the processor has or may have, with its value, in the catalogue's
 *     order
 */
public record CurrentVmcs(long pointer, Launch launch, Map<VmcsField, Long> fields) {
  /** Launch states. */
  public enum Launch {
    CLEAR,
    LAUNCHED,
    /** VMCLEAR was not executed for the VMCS. */
    NEITHER
  }

  /** That of a processor; empty if no VMCS is current, as none is outside VMX operation. */
  static Optional<CurrentVmcs> of(Cpu cpu) {
    if (cpu.vmxOperation == Cpu.OUTSIDE_VMX) {
      return Optional.empty();
    }
    long pointer = cpu.get(VmxItem.CURRENT_VMCS);
    if (pointer == VmxItem.NO_VMCS) {
      return Optional.empty();
    }
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    for (VmcsField f : VmcsField.values()) {
      if (f.on(cpu.model) != Known.LACKS) {
        fields.put(f, cpu.get(f));
      }
    }
    Launch launch = Launch.values()[(int) cpu.get(VmxItem.LAUNCH_STATE)];
    return Optional.of(new CurrentVmcs(pointer, launch, Collections.unmodifiableMap(fields)));
  }
}
