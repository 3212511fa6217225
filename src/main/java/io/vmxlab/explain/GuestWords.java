package io.vmxlab.explain;

import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.explain.Explanation.Detail;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Entered;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.GuestFault.PageEntryMet;
import io.vmxlab.machine.StuckGuest;
import io.vmxlab.vmx.guest.Enables;
import io.vmxlab.vmx.vmcs.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Words for what a virtual-machine monitor finds behind a VM entry, and for the mends, which go
 * before that VM entry.
 */
final class GuestWords {
  private static final int STACK_ALIGNMENT = 16;
  private static final int MSR_ENTRY = 16;

  /** Of an IDT with 256 gates of 16 bytes. */
  private static final long IDT_LIMIT = 0xFFF;

  private static final long LOW = 0xFFFF_FFFFL;
  private static final long RIGHTS = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;
  private static final long WRITE_BACK = (long) Eptp.MEMORY_TYPE_WB << EptEntry.MEMORY_TYPE_SHIFT;

  /** Operands whose base is the stack pointer. */
  private static final Pattern ON_STACK = Pattern.compile("\\[[re]?sp\\b");

  /** What an address in an instruction may be without another address size or SIB byte. */
  private static final long REACH = 1L << 31;

  private GuestWords() {}

  /** Entry failure 34. */
  static Explanation msrLoadFailed(Event.MsrLoadFailed event) {
    int index = (int) event.index();
    String name = Msr.of(index).map(m -> " (" + m + ")").orElse("");
    List<Detail> details =
        List.of(
            new Detail(
                "VM exit",
                "exit reason 80000022h (basic reason 34, VM-entry failure due to MSR loading), exit"
                    + " qualification "
                    + event.number()
                    + ": the number of the entry"),
            new Detail(
                "found",
                "MSR "
                    + Hex.literal(index & LOW)
                    + name
                    + ", bits 63:32 "
                    + Hex.literal(event.index() >>> Integer.SIZE)
                    + ", value "
                    + Hex.register(event.value(), Long.SIZE)));
    return explanation(
        event.entered().code().mnemonic() + ": the VM entry failed, MSR loading",
        event.entered().code(),
        Requirement.MSR_AREA_ENTRY_LOADABLE,
        details,
        withoutEntry(event));
  }

  /** The last entry takes its place. */
  private static Mend withoutEntry(Event.MsrLoadFailed event) {
    long area = event.entered().field(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS);
    long left = event.entered().field(VmcsField.VM_ENTRY_MSR_LOAD_COUNT) - 1;
    List<String> lines = new ArrayList<>();
    for (int at = 0; left >= event.number() && at < MSR_ENTRY; at += Integer.BYTES) {
      lines.add("mov ecx, [" + Hex.literal(area + left * MSR_ENTRY + at) + "]");
      lines.add("mov [" + Hex.literal(area + (event.number() - 1) * MSR_ENTRY + at) + "], ecx");
    }
    lines.addAll(write(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, left));
    boolean base =
        event.index() == (Msr.IA32_FS_BASE.index & LOW)
            || event.index() == (Msr.IA32_GS_BASE.index & LOW);
    String text =
        "take the entry out of the area"
            + (base ? "; the guest's base of that segment has a field of its own" : "");
    boolean reached = event.entered().flat() && area + (left + 1) * MSR_ENTRY <= REACH;
    return reached ? before(event.entered(), text, lines) : Mend.statement(text);
  }

  /** A VM exit instead of shutdown. */
  static Explanation tripleFault(Event.TripleFault event) {
    String title = "the guest's triple fault is a VM exit";
    if (event.faults().isEmpty()) {
      return Explanation.plain(title, event.code(), List.of());
    }
    Explanation chain = Explain.chain(title, event.faults());
    Optional<Entered> entered = event.faults().get(0).scene().entered();
    boolean limit =
        event.faults().stream()
            .anyMatch(f -> f.rule().equals(Optional.of(Requirement.IDT_ENTRY_WITHIN_LIMIT.id())));
    return limit && entered.isPresent() ? chain.mended(longerIdt(entered.get())) : chain;
  }

  private static Mend longerIdt(Entered entered) {
    return before(
        entered,
        "give the guest an IDT with its gates, and write its limit",
        write(VmcsField.GUEST_IDTR_LIMIT, IDT_LIMIT));
  }

  /** The guest's page tables are not where EPT lets it read them. */
  static Explanation tablesNotMapped(Event.TablesNotMapped event) {
    List<Detail> details = new ArrayList<>();
    details.add(new Detail("linear", Hex.register(event.linear(), Long.SIZE)));
    details.add(
        new Detail(
            "guest",
            "its paging-structure entry is at guest-physical address "
                + Hex.register(event.physical(), Long.SIZE)
                + ": EPT translates CR3 and the guest's tables too"));
    details.add(
        new Detail("VM exit", "reason 48, qualification " + Hex.literal(event.qualification())));
    for (PageEntryMet e : event.walk()) {
      details.add(
          new Detail(
              e.name().substring("EPT ".length()),
              "of EPT at "
                  + Hex.literal(e.address())
                  + ": "
                  + Hex.register(e.entry(), Long.SIZE)
                  + (e.failing() == 0 ? "" : "  <-- this one")));
    }
    return explanation(
        "EPT violation on the guest's own page tables",
        event.code(),
        Requirement.EPT_ALLOWS_ACCESS,
        details,
        mapped(event));
  }

  private static Mend mapped(Event.TablesNotMapped event) {
    String text = RequirementMends.of(Requirement.EPT_ALLOWS_ACCESS).text();
    Optional<PageEntryMet> failing =
        event.walk().stream().filter(e -> e.failing() != 0).findFirst();
    if (failing.isEmpty()) {
      return Mend.statement(text);
    }
    PageEntryMet entry = failing.get();
    long value = entry.entry() | entry.failing();
    if ((entry.entry() & RIGHTS) == 0) {
      boolean small = entry.name().equals("EPT PTE");
      long page = event.physical() & (small ? -0x1000L : -0x20_0000L);
      boolean can = small || entry.name().equals("EPT PDE");
      if (!can || page < 0 || page >= event.ram()) {
        return Mend.statement(text);
      }
      value = page | RIGHTS | WRITE_BACK | (small ? 0 : EptEntry.PS);
    }
    String words =
        "map the page: " + Hex.register(value, Long.SIZE) + " in the " + entry.name() + " at ";
    String at = Hex.literal(entry.address());
    List<String> lines =
        List.of(
            "mov dword [" + at + "], " + Hex.literal(value & LOW),
            "mov dword [" + Hex.literal(entry.address() + 4) + "], " + Hex.literal(value >>> 32));
    return event.entered().flat() && entry.address() < REACH
        ? before(event.entered(), words + at, lines)
        : Mend.statement(words + at);
  }

  /** A limit was reached because a guest does not go on. */
  static Explanation stuck(String title, Code code, StuckGuest guest) {
    String physical =
        isEpt(guest.reason())
            ? ", guest-physical address " + Hex.register(guest.physical(), Long.SIZE)
            : "";
    List<Detail> details =
        List.of(
            new Detail(
                "guest",
                "it does not go on: the last "
                    + guest.times()
                    + " VM exits were for the instruction at "
                    + Hex.register(guest.rip(), Long.SIZE)
                    + ", and every entry went back to it"),
            new Detail(
                "VM exit",
                "reason "
                    + guest.reason().number
                    + ", "
                    + guest.reason().title
                    + ", qualification "
                    + Hex.literal(guest.qualification())
                    + physical));
    return Explanation.plain(title, code, details).mended(goingOn(guest));
  }

  private static boolean isEpt(ExitReason reason) {
    return reason == ExitReason.EPT_VIOLATION || reason == ExitReason.EPT_MISCONFIGURATION;
  }

  private static Mend goingOn(StuckGuest guest) {
    if (guest.reason().kind == ExitReason.Kind.INSTRUCTION) {
      return before(
          guest.entered(),
          "add the VM-exit instruction length (440CH) to guest RIP (681EH): an instruction that causes"
              + " a VM exit has not been executed, and guest RIP points to it",
          List.of(
              "mov edx, 440Ch",
              "vmread CX, DX",
              "mov edx, 681Eh",
              "vmread AX, DX",
              "add AX, CX",
              "vmwrite DX, AX"));
    }
    return Mend.statement(
        isEpt(guest.reason())
            ? "let the virtual-machine monitor change the EPT entries of that address before it goes"
                + " back: map the page with the right that is missing"
            : "let the virtual-machine monitor inject the exception into the guest (field 4016H),"
                + " or do away with its cause, before it goes back");
  }

  /** An interrupt that nobody gets. */
  static Explanation interruptLost(Event.InterruptLost event) {
    String vector = Hex.literal(event.vector());
    List<Detail> details =
        List.of(
            new Detail(
                "found",
                "the VM exit before has acknowledged vector "
                    + vector
                    + " (VM-exit interruption information, 4404H); the local APIC has it in"
                    + " service, and holds back what is not above it"));
    Requirement handled = Requirement.ACKNOWLEDGED_INTERRUPT_HANDLED;
    Mend mend =
        new Mend(
            RequirementMends.of(handled).text(),
            Mend.Place.BEFORE,
            List.of("int " + vector),
            List.of(),
            List.of(),
            Optional.of(event.entered().code()));
    return explanation(
        "interrupt " + vector + " is lost", event.entered().code(), handled, details, mend);
  }

  private static Explanation explanation(
      String title, Code code, Requirement rule, List<Detail> details, Mend mend) {
    return new Explanation(
        title,
        code.mnemonic(),
        Optional.of(code),
        rule.id(),
        rule.requirement(),
        rule.citation().citeEdition(),
        details,
        List.of(),
        List.of(),
        Optional.of(mend));
  }

  /** The control that the guest's instruction needs, set before the guest is entered. */
  static Optional<Mend> control(GuestFault fault) {
    Optional<Entered> entered = fault.scene().entered();
    Control control = Enables.of(fault.code().mnemonic());
    boolean lacking = fault.rule().equals(Optional.of(Requirement.ENABLED_FOR_GUEST.id()));
    if (!lacking || entered.isEmpty() || control == null) {
      return Optional.empty();
    }
    long may = fault.state().processor().msr(Msr.IA32_VMX_PROCBASED_CTLS2.index).orElse(0);
    if ((may >>> Integer.SIZE & control.mask()) == 0) {
      return Optional.of(
          Mend.statement(
              "leave the instruction out: no guest of this processor has it, for "
                  + control.name()
                  + " cannot be 1"));
    }
    long primary = entered.get().field(VmcsField.PRIMARY_CONTROLS);
    boolean active = entered.get().on(Control.ACTIVATE_SECONDARY);
    long secondary = active ? entered.get().field(VmcsField.SECONDARY_CONTROLS) : 0;
    List<String> lines = new ArrayList<>();
    lines.addAll(write(VmcsField.SECONDARY_CONTROLS, secondary | control.mask()));
    if (!active) {
      lines.addAll(write(VmcsField.PRIMARY_CONTROLS, primary | Control.ACTIVATE_SECONDARY.mask()));
    }
    String text =
        "set "
            + control.name()
            + " in the secondary processor-based VM-execution controls"
            + (active ? "" : ", and ACTIVATE_SECONDARY_CONTROLS in the primary ones")
            + "; or hide the instruction from the guest's CPUID";
    return Optional.of(before(entered.get(), text, lines));
  }

  /** The host's stack is misaligned since the last VM exit has loaded RSP. */
  static boolean isHostStack(GuestFault fault) {
    boolean host = fault.state().get(State.VMX_OPERATION) == Cpu.VMX_ROOT;
    boolean misaligned =
        fault
            .scene()
            .entered()
            .filter(e -> e.field(VmcsField.HOST_RSP) % STACK_ALIGNMENT != 0)
            .isPresent();
    boolean operand = fault.rule().equals(Optional.of("vector-operand-is-aligned"));
    boolean stack = ON_STACK.matcher(fault.code().text()).find();
    return host && misaligned && operand && stack && fault.scene().operand().isPresent();
  }

  /** What made it so. */
  static Detail hostStackNote(Entered entered) {
    return new Detail(
        "note",
        "the last VM exit has loaded RSP from the host-state area, where it is "
            + Hex.register(entered.field(VmcsField.HOST_RSP), Long.SIZE)
            + ": not 16-byte aligned. VM entries accept that; code of compilers takes alignment for"
            + " granted");
  }

  /** A host RSP with which the operand is aligned. */
  static Optional<Mend> hostStack(GuestFault fault) {
    long off = fault.scene().operand().orElseThrow().linear() & STACK_ALIGNMENT - 1;
    return fault
        .scene()
        .entered()
        .map(
            entered ->
                before(
                    entered,
                    "write a host RSP that is 16-byte aligned where the handler begins to use it",
                    write(VmcsField.HOST_RSP, entered.field(VmcsField.HOST_RSP) - off)));
  }

  private static List<String> write(VmcsField field, long value) {
    return List.of(
        "mov edx, " + Hex.literal(field.encoding()),
        (value >>> Integer.SIZE == 0 ? "mov ecx, " : "mov CX, ") + Hex.literal(value),
        "vmwrite DX, CX");
  }

  /** Code before the VM entry, whose guest gets the general registers as they are. */
  private static Mend before(Entered entered, String text, List<String> lines) {
    MendCode writer = new MendCode(entered.mode(), entered.code());
    return Mend.before(text, writer.keeping(lines)).at(entered.code());
  }
}
