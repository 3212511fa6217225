package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.RuleSet;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes to control registers with every check and every consequence. Upper floors add their own
 * rules, which then stand in the same checklist.
 */
public final class ControlRegisters {
  static final long CR0_WRITABLE =
      Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS | Cr0.NE | Cr0.WP | Cr0.AM | Cr0.NW | Cr0.CD | Cr0.PG;

  /** The bits that LMSW loads. */
  private static final long MSW = Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS;

  private static final long NO_FLUSH = 1L << 63;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Bits 2:1 and 8:5 of a PDPTE of PAE paging; those from MAXPHYADDR on are reserved too. */
  private static final long PDPTE_RESERVED = 0x1E6;

  /** Where the four PDPTEs lie. */
  private static final long PDPTE_TABLE = 0xFFFF_FFE0L;

  /** Bits of CR4 that the processor has; others are reserved. */
  final long cr4Supported;

  /** Of these, those that vmxlab does not model: setting one stops the run. */
  final long cr4Unmodelled;

  private final Cpu cpu;
  private final WriteView view;

  /** Bits of IA32_EFER that the processor has; 0 until somebody asks. */
  private long eferSupported;

  private long[] pdptes = new long[4];
  private final Map<State, RuleSet<StateView, Raise>> rules = new EnumMap<>(State.class);

  ControlRegisters(Cpu cpu) {
    this.cpu = cpu;
    cr4Supported = Inventory.bits(cpu.model, State.CR4);
    cr4Unmodelled = cr4Supported & ~Inventory.modelled(cpu.model, State.CR4);
    view = new WriteView(cpu);
    extend(State.CR0);
    rules.put(State.CR3, ControlRules.PRIVILEGED.followedBy(ControlRules.CR3));
    extend(State.CR4);
    rules.put(State.CR8, ControlRules.PRIVILEGED.followedBy(ControlRules.CR8));
    rules.put(State.XCR0, ControlRules.PRIVILEGED.followedBy(ControlRules.XCR0));
    rules.put(State.DR6, ControlRules.PRIVILEGED.followedBy(ControlRules.DR6_DR7));
  }

  /**
   * Adds rules for CR0 or CR4, between those of the value and those of the change.
   *
   * @param more see the new value as {@link State#SOURCE}
   */
  @SafeVarargs
  public final void extend(State register, RuleSet<StateView, Raise>... more) {
    boolean cr0 = register == State.CR0;
    if (!cr0 && register != State.CR4) {
      throw new IllegalArgumentException(register.itemName());
    }
    RuleSet<StateView, Raise> own = cr0 ? ControlRules.CR0 : ControlRules.CR4;
    RuleSet<StateView, Raise> all = ControlRules.PRIVILEGED.followedBy(own);
    for (RuleSet<StateView, Raise> set : more) {
      all = all.followedBy(set);
    }
    all = all.followedBy(cr0 ? ControlRules.CR0_CHANGE : ControlRules.CR4_CHANGE);
    rules.put(register, all.named(own.id(), own.citation()));
  }

  /** The checklist of a write to CR0, CR3, CR4, CR8, XCR0, or DR6 and DR7 (as DR6). */
  public RuleSet<StateView, Raise> rules(State register) {
    return rules.get(register);
  }

  /** The state before a write, and the value to be written; valid until the next write. */
  public StateView view(long source) {
    return view.of(source);
  }

  private void require(State register, long value) {
    cpu.require(rules.get(register), view.of(value));
  }

  /** MOV to CR0. */
  public void writeCr0(long value) {
    require(State.CR0, value);
    loadCr0(value);
  }

  /** LMSW: loads bits 3:0, and cannot clear PE. */
  public void loadMachineStatusWord(long source) {
    long value = (cpu.cr0 & ~(MSW & ~Cr0.PE)) | (source & MSW);
    require(State.CR0, value);
    loadCr0(value);
  }

  /** CLTS. */
  public void clearTaskSwitched() {
    require(State.CR0, cpu.cr0 & ~Cr0.TS);
    loadCr0(cpu.cr0 & ~Cr0.TS);
  }

  /** Changes CR0 and everything that follows from it, without checks. */
  public void loadCr0(long value) {
    long next = (value & CR0_WRITABLE) | Cr0.ET;
    long changed = next ^ cpu.cr0;
    boolean paging = (next & Cr0.PG) != 0;
    boolean pae = paging && (cpu.cr4 & Cr4.PAE) != 0 && (cpu.efer & Efer.LME) == 0;
    if (pae && (changed & (Cr0.PG | Cr0.CD | Cr0.NW)) != 0) {
      loadPdptes(cpu.cr3);
    }
    cpu.cr0 = next;
    if ((changed & Cr0.PG) != 0) {
      updateLma();
      cpu.mmu.flushVpid();
    } else if ((changed & (Cr0.WP | Cr0.PE)) != 0) {
      cpu.mmu.forgetOwn();
    }
    if ((next & Cr0.PE) == 0) {
      cpu.cpl = 0;
    }
    cpu.mmu.select();
  }

  /**
   * Loads what a VM entry or a VM exit has, without checks. {@code Mmu.exchange} has to follow.
   * IA32_EFER is the caller's.
   */
  public void exchange(long cr0, long cr3, long cr4) {
    cpu.cr0 = cr0;
    updateLma();
    cpu.cr3 = cr3;
    if (cr4 != cpu.cr4) {
      cpu.cr4 = cr4;
      cpu.updateAccessWidth();
      cpu.breakpoints.update();
    }
  }

  /** The same of IA32_EFER. */
  public void exchangeEfer(long value) {
    cpu.efer = value;
    updateLma();
  }

  /** LMA = LME and PG. */
  void updateLma() {
    boolean active = (cpu.efer & Efer.LME) != 0 && (cpu.cr0 & Cr0.PG) != 0;
    cpu.efer = active ? cpu.efer | Efer.LMA : cpu.efer & ~Efer.LMA;
  }

  /** No rule is about the address bits that the processor has, and most values are of those. */
  private void requireCr3(long value) {
    if (cpu.cpl == 0 && value >>> cpu.maxPhysicalAddress == 0) {
      cpu.observer.onChecks(cpu, rules.get(State.CR3), view.of(value));
    } else {
      require(State.CR3, value);
    }
  }

  /** MOV to CR3. */
  public void writeCr3(long value) {
    requireCr3(value);
    if (paePaging()) {
      loadPdptes(value);
    }
    boolean keeps = (cpu.cr4 & Cr4.PCIDE) != 0 && (value & NO_FLUSH) != 0;
    cpu.cr3 = value & ~NO_FLUSH;
    if (keeps) {
      cpu.mmu.forgetOwn();
    } else {
      cpu.mmu.flushContext((cpu.cr4 & Cr4.PCIDE) != 0 ? (int) value & 0xFFF : 0);
    }
  }

  /** Loads CR3 as a task switch does; global translations and those of other PCIDs stay. */
  void loadCr3(long value) {
    if (paePaging()) {
      loadPdptes(value);
    }
    cpu.cr3 = value;
    cpu.mmu.flushContext(0);
  }

  /** Paging is enabled, with CR4.PAE and outside IA-32e mode. */
  public boolean paePaging() {
    return (cpu.cr0 & Cr0.PG) != 0 && (cpu.cr4 & Cr4.PAE) != 0 && !cpu.inIa32eMode();
  }

  /** The topmost entries of PAE paging as they were when CR3 or the kind of paging last changed. */
  public long pdpte(int index) {
    return pdptes[index];
  }

  /** Loads the PDPTE registers; #GP(0), and nothing changes, if reserved bits are set. */
  private void loadPdptes(long pointer) {
    long[] loaded = cpu.mmu.readPdptes(pointer & PDPTE_TABLE);
    if (!areLegal(loaded)) {
      throw cpu.gp0(Requirement.PDPTE_RESERVED_BITS_CLEAR);
    }
    pdptes = loaded;
  }

  /** Reserved bits are 0 in those that are present. */
  private boolean areLegal(long[] entries) {
    long reserved = PDPTE_RESERVED | -(1L << cpu.maxPhysicalAddress);
    for (long entry : entries) {
      if ((entry & PageEntry.P) != 0 && (entry & reserved) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The PDPTE registers hold nothing that a write to CR3 would refuse, or PAE paging is off. */
  public boolean pdptesAreLegal() {
    return !paePaging() || areLegal(pdptes);
  }

  /** After the state was set from outside: the PDPTE registers follow, whatever they hold. */
  public void updatePdptes() {
    if (paePaging()) {
      pdptes = cpu.mmu.peekPdptes(cpu.cr3 & PDPTE_TABLE);
    }
  }

  /** Loads the PDPTE registers, whatever they hold. */
  public void loadPdptes(long pdpte0, long pdpte1, long pdpte2, long pdpte3) {
    pdptes[0] = pdpte0;
    pdptes[1] = pdpte1;
    pdptes[2] = pdpte2;
    pdptes[3] = pdpte3;
  }

  /** MOV to CR4. */
  public void writeCr4(long value) {
    require(State.CR4, value);
    requireModelledCr4(value);
    loadCr4(value);
  }

  /** Stops the run if a bit is going to be set that is not modelled. */
  public void requireModelledCr4(long value) {
    requireModelled(State.CR4, value & cr4Unmodelled & ~cpu.cr4);
  }

  /** Changes CR4 and everything that follows from it, without checks. */
  public void loadCr4(long value) {
    long changed = value ^ cpu.cr4;
    boolean pae = (value & Cr4.PAE) != 0 && (cpu.cr0 & Cr0.PG) != 0 && !cpu.inIa32eMode();
    if (pae && (changed & (Cr4.PAE | Cr4.PGE | Cr4.PSE | Cr4.SMEP)) != 0) {
      loadPdptes(cpu.cr3);
    }
    cpu.cr4 = value;
    cpu.updateAccessWidth();
    if ((changed & Cr4.DE) != 0) {
      cpu.breakpoints.update();
    }
    boolean endsPcids = (changed & ~value & Cr4.PCIDE) != 0;
    if ((changed & (Cr4.PGE | Cr4.PAE | Cr4.PSE)) != 0 || endsPcids) {
      cpu.mmu.flushVpid();
    } else if ((changed & value & Cr4.SMEP) != 0) {
      cpu.mmu.flushContext((value & Cr4.PCIDE) != 0 ? (int) cpu.cr3 & 0xFFF : 0);
    } else if ((changed & (Cr4.SMAP | Cr4.SMEP | Cr4.PKE)) != 0) {
      cpu.mmu.forgetOwn();
    }
  }

  /** MOV to CR8. */
  public void writeCr8(long value) {
    require(State.CR8, value);
    if (cpu.inGuest() && cpu.interception.writeTaskPriority(cpu, value)) {
      return;
    }
    cpu.cr8 = value;
    cpu.interrupts.taskPriorityChanged(cpu);
  }

  /** XSETBV with ECX = 0. */
  public void writeXcr0(long value) {
    require(State.XCR0, value);
    requireModelled(State.XCR0, value & ~xcr0Modelled());
    cpu.xcr0 = value;
  }

  private static void requireModelled(State register, long missing) {
    if (missing != 0) {
      throw new Unmodelled(Inventory.name(register, missing));
    }
  }

  long eferSupported() {
    if (eferSupported == 0) {
      eferSupported = Inventory.bits(cpu.model, Msr.IA32_EFER);
    }
    return eferSupported;
  }

  /** Bits of XCR0 that the processor has. */
  long xcr0Supported() {
    return Inventory.bits(cpu.model, State.XCR0);
  }

  /** Bits of XCR0 that a run shows. */
  public long xcr0Modelled() {
    return Inventory.modelled(cpu.model, State.XCR0);
  }

  /**
   * MOV to a debug register, after #UD and general detection.
   *
   * @param number 0-3, 6 or 7
   */
  public void writeDr(int number, long value) {
    if (number >= 6) {
      require(State.DR6, value);
    }
    cpu.dr[number] = fixedDr(number, value);
    cpu.breakpoints.update();
  }

  /** A debug register's value with its constant bits. */
  static long fixedDr(int number, long value) {
    switch (number) {
      case 6:
        return (value & Dr6.WRITABLE) | Dr6.FIXED;
      case 7:
        return (value & Dr7.WRITABLE & LOW_HALF) | Dr7.FIXED;
      default:
        return value;
    }
  }
}
