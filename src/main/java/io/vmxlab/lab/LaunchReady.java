package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a machine to where a program can execute VMLAUNCH: in VMX root operation, with a current
 * VMCS that a VM entry accepts. Its guest executes CPUID, and the VM exit ends the program. {@code
 * docs/machine-state.md} has the table.
 */
public final class LaunchReady {
  /** CPUID, and a jump back to it. */
  private static final byte[] GUEST = {0x0F, (byte) 0xA2, (byte) 0xEB, (byte) 0xFC};

  private static final long GUEST_STACK = 0x8_0000;
  private static final int ENTRIES = 512;
  private static final long LARGE = 1L << 21;
  private static final long EPT_ANY_ACCESS = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;
  private static final long EPT_PAGE =
      EPT_ANY_ACCESS | (long) Eptp.MEMORY_TYPE_WB << EptEntry.MEMORY_TYPE_SHIFT | EptEntry.PS;

  private static final VmcsPrelude.Places PLACES =
      new VmcsPrelude.Places(MemoryMap.VMCS_POINTER, MemoryMap.VMCS_REGION, MemoryMap.PAGE_TABLES);

  /** What the way there changes and does not need. */
  private static final List<State> REGISTERS =
      List.of(State.RAX, State.RCX, State.RDX, State.RSI, State.RDI, State.RFLAGS);

  /** What firmware has left in IA32_FEATURE_CONTROL, if nothing else is said. */
  public static final Firmware FIRMWARE = Firmware.LOCKED_ON;

  private LaunchReady() {}

  /**
   * Prepares a machine on which nothing has run.
   *
   * @throws BadInputException if its processor cannot enter VMX operation as it is
   */
  public static void prepare(Machine machine) {
    if (machine.mode() == CodeMode.BITS16) {
      throw refused("there is no VMX operation in 16-bit mode", "give 64-bit or 32-bit mode");
    }
    long limit = machine.limit();
    machine.limit(Machine.DEFAULT_LIMIT);
    Map<State, Long> before = new EnumMap<>(State.class);
    REGISTERS.forEach(r -> before.put(r, machine.get(r)));
    String code = VmcsPrelude.text(machine.mode().bits, PLACES, fields(machine));
    Run run = machine.run(Program.assembly("launch-ready", code));
    machine.limit(limit);
    before.forEach(machine.cpu()::set);
    Optional<Explanation> wrong =
        run.events().stream().map(Explain::event).findFirst().or(() -> Explain.outcome(run));
    if (run.kind() != Outcome.Kind.COMPLETED || wrong.isPresent()) {
      String why = wrong.map(w -> ": " + w.title() + ": " + w.requirement()).orElse("");
      throw refused("the processor cannot be made ready for VMLAUNCH" + why, "");
    }
    machine.write(MemoryMap.GUEST, GUEST);
    ept(machine);
  }

  private static BadInputException refused(String what, String advice) {
    return new BadInputException("launch-ready", what, advice);
  }

  private static void ept(Machine machine) {
    machine.writeLong(MemoryMap.EPT_PML4, MemoryMap.EPT_PDPT | EPT_ANY_ACCESS);
    machine.writeLong(MemoryMap.EPT_PDPT, MemoryMap.EPT_DIRECTORY | EPT_ANY_ACCESS);
    for (int i = 0; i < ENTRIES; i++) {
      machine.writeLong(MemoryMap.EPT_DIRECTORY + i * (long) Long.BYTES, i * LARGE | EPT_PAGE);
    }
  }

  private static Map<VmcsField, Long> fields(Machine machine) {
    int address = machine.mode().bits / Byte.SIZE;
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    fields.put(VmcsField.HOST_RIP, MemoryMap.PROGRAM_EXIT);
    fields.put(VmcsField.HOST_RSP, MemoryMap.STACK_TOP - MemoryMap.STACK_RESERVE - address);
    fields.put(VmcsField.GUEST_RIP, MemoryMap.GUEST);
    fields.put(VmcsField.GUEST_RSP, GUEST_STACK);
    fields.put(VmcsField.HOST_TR_BASE, MemoryMap.TSS);
    fields.put(VmcsField.GUEST_TR_BASE, MemoryMap.TSS);
    fields.put(VmcsField.HOST_FS_BASE, MemoryMap.THREAD_AREA);
    fields.put(VmcsField.GUEST_FS_BASE, MemoryMap.THREAD_AREA);
    fields.put(VmcsField.HOST_GS_BASE, MemoryMap.THREAD_AREA);
    fields.put(VmcsField.GUEST_GS_BASE, MemoryMap.THREAD_AREA);
    if (VmcsField.EPT_POINTER.on(machine.cpu().model) == Known.HAS) {
      long eptp = MemoryMap.EPT_PML4 | Eptp.FOUR_LEVELS | Eptp.MEMORY_TYPE_WB;
      fields.put(VmcsField.EPT_POINTER, eptp);
    }
    return fields;
  }
}
