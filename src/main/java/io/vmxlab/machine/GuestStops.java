package io.vmxlab.machine;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.machine.GuestFault.PageEntryMet;
import io.vmxlab.vmx.vmcs.Control;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** VM exits and VM entries that show a mistake of the virtual-machine monitor. */
final class GuestStops {
  private static final long RIGHTS = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;
  private static final int PAGE_SHIFT = 12;
  private static final int INDEX_BITS = 9;
  private static final int INDEX = 0x1FF;
  private static final int MSR_ENTRY = 16;
  private static final int NONE = -1;

  /** No monitor means to have so many VM exits for one instruction. */
  private static final int MANY = 100;

  private static final List<String> NAMES =
      List.of("EPT PTE", "EPT PDE", "EPT PDPTE", "EPT PML4E", "EPT PML5E");

  private final Cpu cpu;
  private final CodeReader reader;
  private final SceneReader scenes;
  private final Set<Long> pages = new HashSet<>();

  /** Vector of the interrupt that the last VM exit has acknowledged, or {@link #NONE}. */
  private int acknowledged = NONE;

  private final Set<Integer> lost = new HashSet<>();

  /** The last VM exit. */
  private ExitReason reason;

  private long rip;
  private long qualification;
  private long physical;

  /** How often it has come in sequence, at the instruction at which the guest was entered. */
  private long times;

  private boolean again;

  /** Instructions that were executed before the guest was entered last. */
  private long before;

  GuestStops(Cpu cpu, CodeReader reader, SceneReader scenes) {
    this.cpu = cpu;
    this.reader = reader;
    this.scenes = scenes;
  }

  /** A VM exit is about to happen. */
  Optional<Event> at(ExitFacts exit) {
    boolean same =
        again
            && executed() - before <= 1 // VMLAUNCH or VMRESUME itself
            && exit.reason() == reason
            && cpu.rip == rip
            && exit.qualification() == qualification
            && exit.physicalAddress() == physical;
    times = same ? times + 1 : 1;
    reason = exit.reason();
    rip = cpu.rip;
    qualification = exit.qualification();
    physical = exit.physicalAddress();
    boolean told = (exit.interruption() & VmcsBits.VALID) != 0;
    boolean external = exit.reason() == ExitReason.EXTERNAL_INTERRUPT;
    acknowledged = external && told ? (int) (exit.interruption() & VmcsBits.VECTOR) : NONE;
    switch (exit.reason()) {
      case MSR_LOADING:
        return scenes.lastEntry().map(e -> msr(exit, e));
      case EPT_VIOLATION:
        long kind = ExitQualification.LINEAR_ADDRESS_VALID | ExitQualification.TRANSLATION;
        boolean walking = (exit.qualification() & kind) == ExitQualification.LINEAR_ADDRESS_VALID;
        return walking && pages.add(exit.physicalAddress() >>> PAGE_SHIFT)
            ? scenes.lastEntry().map(e -> tables(exit, e))
            : Optional.empty();
      default:
        return Optional.empty();
    }
  }

  private long executed() {
    return cpu.retired + cpu.position;
  }

  /** The guest does not go on: every entry leads to the same VM exit. */
  Optional<StuckGuest> stuck() {
    return times < MANY || !isUpToTheMonitor(reason)
        ? Optional.empty()
        : scenes
            .lastEntry()
            .map(e -> new StuckGuest(reason, rip, qualification, physical, times, e));
  }

  /** It comes again until the monitor does something about it. */
  private static boolean isUpToTheMonitor(ExitReason reason) {
    switch (reason) {
      case EXCEPTION_OR_NMI:
      case EPT_VIOLATION:
      case EPT_MISCONFIGURATION:
        return true;
      default:
        return reason.kind == ExitReason.Kind.INSTRUCTION;
    }
  }

  private Event msr(ExitFacts exit, Entered entered) {
    long area = entered.field(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS);
    long at = area + (exit.qualification() - 1) * MSR_ENTRY;
    return new Event.MsrLoadFailed(
        entered,
        (int) exit.qualification(),
        cpu.memory.read(at, Long.SIZE),
        cpu.memory.read(at + Long.BYTES, Long.SIZE));
  }

  private Event tables(ExitFacts exit, Entered entered) {
    return new Event.TablesNotMapped(
        reader.at(cpu.rip),
        exit.qualification(),
        exit.linearAddress(),
        exit.physicalAddress(),
        walk(exit.physicalAddress(), exit.qualification() & RIGHTS),
        cpu.memory.size(),
        entered);
  }

  /** The way to a guest-physical address, as it is in memory. */
  private List<PageEntryMet> walk(long address, long needed) {
    List<PageEntryMet> met = new ArrayList<>();
    long eptp = cpu.get(VmcsField.EPT_POINTER);
    long table = eptp & EptEntry.ADDRESS;
    for (int level = Eptp.levels(eptp) - 1; level >= 0; level--) {
      long index = address >>> PAGE_SHIFT + level * INDEX_BITS & INDEX;
      long at = table + index * Long.BYTES;
      long entry = cpu.memory.read(at, Long.SIZE);
      met.add(new PageEntryMet(NAMES.get(level), at, entry, needed & ~entry));
      if ((entry & RIGHTS) == 0 || (entry & EptEntry.PS) != 0) {
        break;
      }
      table = entry & EptEntry.ADDRESS;
    }
    return List.copyOf(met);
  }

  /**
   * A guest has been entered. An interrupt that the VM exit before has acknowledged is lost if it
   * is still in service and is not injected, unless the monitor waits until it can be.
   */
  Optional<Event> lost() {
    long injected = cpu.vmx.field(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    again = cpu.vmx.field(VmcsField.GUEST_RIP) == rip && (injected & VmcsBits.VALID) == 0;
    before = executed();
    int vector = acknowledged;
    acknowledged = NONE;
    if (vector == NONE || Control.INTERRUPT_WINDOW_EXITING.on(cpu) || !cpu.apic.inService(vector)) {
      return Optional.empty();
    }
    boolean passedOn = (injected & VmcsBits.VALID) != 0 && (injected & VmcsBits.VECTOR) == vector;
    return passedOn || !lost.add(vector)
        ? Optional.empty()
        : scenes.lastEntry().map(e -> new Event.InterruptLost(e, vector));
  }
}
