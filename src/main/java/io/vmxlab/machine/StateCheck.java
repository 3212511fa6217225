package io.vmxlab.machine;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Standing;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Applies settings and finds those that leave the processor in a state it cannot come to by itself:
 * reserved bits, and registers that contradict each other.
 */
final class StateCheck {
  private final Cpu cpu;
  private final CodeMode mode;
  private final List<Problem> problems = new ArrayList<>();

  private record Problem(String where, String what, String advice) {}

  StateCheck(Cpu cpu, CodeMode mode) {
    this.cpu = cpu;
    this.mode = mode;
  }

  /** Settings of registers that every run begins anew. */
  static boolean isPerRun(Setting s) {
    return s.place().item() instanceof State state && state.compareTo(State.RIP) <= 0;
  }

  static void set(Cpu cpu, Setting s) {
    StateItem item = s.place().item();
    cpu.set(item, s.place().in(cpu.get(item), s.value()));
  }

  /**
   * The forced settings; throws {@link BadInputException} for the first if none may be.
   *
   * @param featureControl what firmware left in IA32_FEATURE_CONTROL
   */
  List<String> apply(long featureControl, List<Setting> settings, boolean force) {
    firmware(featureControl);
    for (Setting s : settings) {
      StateItem item = s.place().item();
      if (item instanceof Msr m && !cpu.msrs.has(m.index)) {
        throw missing(s.place().name(), m);
      }
      long value = s.place().in(cpu.get(item), s.value());
      requireExistence(item, value);
      reserved(item.itemName(), item, value);
      if (!selector(item, value)) {
        cpu.set(item, value);
      }
    }
    if (!settings.isEmpty()) {
      consistent();
    }
    if (!problems.isEmpty() && !force) {
      Problem p = problems.get(0);
      throw new BadInputException(
          p.where, p.what, p.advice + "; MachineBuilder.force sets it all the same");
    }
    List<String> texts = new ArrayList<>();
    for (Problem p : problems) {
      texts.add(p.where + ": " + p.what);
    }
    return List.copyOf(texts);
  }

  private void firmware(long featureControl) {
    Msr register = Msr.IA32_FEATURE_CONTROL;
    if (featureControl == 0) {
      return;
    }
    if (!cpu.msrs.has(register.index)) {
      throw missing("firmware", register);
    }
    reserved("firmware", register, featureControl);
    cpu.set(register, featureControl);
  }

  private BadInputException missing(String where, Msr m) {
    String name = cpu.model.name();
    return Inventory.standing(cpu.model, m) == Standing.ABSENT
        ? new BadInputException(
            where, "the processor " + name + " has no " + m.name(), "choose a model that has it")
        : new BadInputException(
            where, "vmxlab does not model " + m.name() + " of " + name + " yet", "leave it out");
  }

  /** A state that has no meaning cannot be forced either. */
  private static void requireExistence(StateItem item, long value) {
    long most = item instanceof State state ? most(state) : -1;
    if (Long.compareUnsigned(value, most) > 0) {
      throw new BadInputException(
          item.itemName(), value + " means nothing", "give a number from 0 to " + most);
    }
  }

  /** The highest number that means something, unsigned. */
  private static long most(State state) {
    switch (state) {
      case A20M_MODE:
      case SMX_OPERATION:
      case SMM:
      case INIT_BLOCKED:
      case INIT_PENDING:
      case NMI_BLOCKED:
        return 1;
      case VMX_OPERATION:
        return Vmx.values().length - 1;
      case ACTIVITY:
      case CPL:
      case INTERRUPT_SHADOW:
        return 3;
      default:
        return -1;
    }
  }

  private void reserved(String where, StateItem item, long value) {
    long allowed = allowed(item);
    long excess = value & ~allowed;
    if (excess != 0) {
      String which =
          Inventory.announcement(item, excess)
              .map(a -> "; " + Inventory.name(item, excess) + " exists where " + a)
              .orElse("");
      problem(
          where,
          "bits that are reserved on " + cpu.model.name() + " are set: " + hex(excess) + which,
          "clear them");
    }
    long missing = value & allowed & ~modelled(item);
    if (missing != 0) {
      problem(
          where,
          "vmxlab does not model " + Inventory.name(item, missing) + " yet",
          "clear the bit");
    }
    boolean active = (value & Efer.LMA) != 0;
    if (item == Msr.IA32_EFER && active != (mode == CodeMode.BITS64)) {
      problem(
          item.itemName(),
          "LMA is " + (active ? 1 : 0) + " and the machine is in " + mode.bits + "-bit mode",
          "choose mode " + (active ? "64" : "32"));
    }
    if (item instanceof Msr m && view(m, value).get(State.MSR_READ_ONLY) != 0) {
      problem(item.itemName(), "the processor model decides its value", "choose another model");
    }
  }

  /** Of the bits that the processor has, those whose effect a run has; MSRs hold the others. */
  private long modelled(StateItem item) {
    return item == State.CR4
        ? ~cpu.get(State.CR4_UNMODELLED)
        : item == State.XCR0 ? cpu.controls.xcr0Modelled() | 1 : -1;
  }

  private StateView view(Msr m, long value) {
    return cpu.msrs.view(m.index, value);
  }

  private long allowed(StateItem item) {
    if (item == Msr.IA32_EFER) {
      return cpu.get(State.EFER_SUPPORTED);
    }
    if (item instanceof Msr m) {
      return view(m, 0).get(State.MSR_SUPPORTED);
    }
    switch ((State) item) {
      case CR0:
        return item.layout().namedBits();
      case CR4:
        return cpu.get(State.CR4_SUPPORTED);
      case XCR0:
        return cpu.get(State.XCR0_SUPPORTED) | 1;
      case RFLAGS:
        return Rflags.ALL;
      case MXCSR:
        return Mxcsr.ALL;
      case CPL:
        return 3;
      default:
        return -1;
    }
  }

  /** A selector of the machine's GDT loads its descriptor. */
  private boolean selector(StateItem item, long value) {
    for (SegmentRegister s : SegmentRegister.values()) {
      boolean loadable = s.compareTo(SegmentRegister.LDTR) < 0 && mode != CodeMode.BITS16;
      if (loadable && item.itemName().equals(s.name() + ".selector")) {
        for (Descriptor d : Descriptor.values()) {
          if (d.selectorWithRpl() == value) {
            d.loadInto(cpu.segment(s), mode == CodeMode.BITS64);
            cpu.set(item, value);
            return true;
          }
        }
        problem(
            item.itemName(),
            "the machine's GDT has no segment for selector " + hex(value),
            "see docs/machine-state.md for its selectors");
      }
    }
    if (mode == CodeMode.BITS16 && item.itemName().endsWith(".selector")) {
      SegmentRegister s =
          SegmentRegister.valueOf(item.itemName().substring(0, item.itemName().indexOf('.')));
      cpu.segment(s).base = value << 4;
    }
    return false;
  }

  private void consistent() {
    long cr0 = cpu.cr0;
    long efer = cpu.efer;
    demand((cr0 & Cr0.PG) == 0 || (cr0 & Cr0.PE) != 0, "CR0", "PG is 1 and PE is 0", "set PE");
    demand((cr0 & Cr0.NW) == 0 || (cr0 & Cr0.CD) != 0, "CR0", "NW is 1 and CD is 0", "set CD");
    demand((cr0 & Cr0.ET) != 0, "CR0", "ET is 0, but it is always 1", "set ET");
    demand(
        (cpu.cr4 & Cr4.PCIDE) == 0 || (efer & Efer.LMA) != 0,
        "CR4",
        "PCIDE is 1 outside IA-32e mode",
        "clear PCIDE");
    long apic = cpu.get(Msr.IA32_APIC_BASE) & (ApicBase.EN | ApicBase.EXTD);
    demand(apic != ApicBase.EXTD, "IA32_APIC_BASE", "EXTD is 1 and EN is 0", "set EN");
    boolean wide = mode == CodeMode.BITS64;
    String machine = "the machine is in " + mode.bits + "-bit mode";
    demand(!wide || (cr0 & Cr0.PE) != 0, "CR0", "PE is 0 and " + machine, "choose mode 16");
    demand(!wide || (cr0 & Cr0.PG) != 0, "CR0", "PG is 0 and " + machine, "choose mode 32 or 16");
    demand(
        !wide || (efer & Efer.LME) != 0, "IA32_EFER", "LME is 0 and " + machine, "choose mode 32");
    demand(!wide || (cpu.cr4 & Cr4.PAE) != 0, "CR4", "PAE is 0 and " + machine, "choose mode 32");
    demand(
        wide || (cr0 & Cr0.PG) == 0,
        "CR0",
        "PG is 1 and " + machine + " without paging structures",
        "choose mode 64");
    demand(
        mode != CodeMode.BITS16 || (cr0 & Cr0.PE) == 0,
        "CR0",
        "PE is 1 and " + machine,
        "choose mode 32");
    demand(
        mode == CodeMode.BITS16 || (cr0 & Cr0.PE) != 0,
        "CR0",
        "PE is 0 and " + machine,
        "choose mode 16");
    demand(
        (cpu.rflags() & Rflags.VM) == 0,
        "RFLAGS",
        "VM is 1 and " + machine,
        "clear VM; IRETD at CPL 0 enters virtual-8086 mode from 32-bit mode");
    demand(
        cpu.cpl == 0 || cpu.cpl == 3 && mode != CodeMode.BITS16,
        "CPL",
        "CPL is " + cpu.cpl + " and " + machine,
        "the machine has segments for CPL 0 and 3, and for 3 only in 64-bit and 32-bit mode");
    demand(
        cpu.get(State.VMX_OPERATION) == 0,
        "VMX operation",
        "there is no VMXON region in use",
        "enter VMX operation by VMXON");
    demand(
        cpu.a20m() == cpu.a20mAsserted(),
        "A20M mode",
        "VMX and SMX operation block A20M#",
        "set only one of them");
    demand(
        !cpu.events.pending(Event.INIT) || cpu.events.blocked(Event.INIT),
        "INIT pending",
        "an INIT that is not blocked takes effect at once",
        "INIT is blocked in VMX operation");
    demand(cpu.isCanonical(cpu.rip) || !wide, "RIP", "the address is not canonical", "");
  }

  private void demand(boolean holds, String where, String what, String advice) {
    if (!holds) {
      problem(where, what, advice);
    }
  }

  private void problem(String where, String what, String advice) {
    problems.add(new Problem(where, what, advice));
  }

  private static String hex(long value) {
    return Long.toHexString(value).toUpperCase(Locale.ROOT) + "h";
  }
}
