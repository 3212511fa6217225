package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Debugctl;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;

/**
 * The way into system-management mode and back, in the default treatment of SMIs. SDM Vol. 3C
 * "System Management Mode".
 */
public final class SystemManagementMode {
  private static final long SMBASE_RESET = 0x3_0000;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Offset of the handler in its code segment. */
  private static final long HANDLER = 0x8000;

  /** The map of Intel 64, whose I/O instructions can be restarted and whose SMBASE be moved. */
  private static final int REVISION = 0x3_0101;

  private static final long CR0_CLEARED = Cr0.PE | Cr0.EM | Cr0.TS | Cr0.PG;
  private static final int FLAT = -1;
  private static final int DATA =
      SegmentRights.P
          | SegmentRights.S
          | SegmentRights.WRITABLE
          | SegmentRights.ACCESSED
          | SegmentRights.G;
  private static final int CODE = DATA | SegmentRights.CODE;
  private static final long RESTART = 0xFF;
  private static final long SAVED_TRAPS = Dr6.BREAKPOINTS | Dr6.BS | Dr6.BT;

  private final Cpu cpu;
  private final StateSaveMap map;
  private final LastIo io;

  // what the processor keeps inside
  private boolean nmiWasBlocked;
  private long vmxe;
  private long debugctl;

  SystemManagementMode(Cpu cpu) {
    this.cpu = cpu;
    map = new StateSaveMap(cpu);
    map.base = SMBASE_RESET;
    io = new LastIo(cpu);
  }

  /** The I/O instruction that an SMI is going to follow. */
  public LastIo io() {
    return io;
  }

  /** SMBASE. */
  public long base() {
    return map.base;
  }

  void base(long value) {
    map.base = value & LOW_HALF;
  }

  /** RESET, which INIT is not. */
  void reset() {
    map.base = SMBASE_RESET;
    nmiWasBlocked = false;
    vmxe = 0;
    debugctl = 0;
    io.forget();
  }

  /** An SMI: saves the state, and goes on at the handler. */
  void enter() {
    vmxe = cpu.cr4 & Cr4.VMXE;
    nmiWasBlocked = cpu.nmiBlocked;
    long traps = cpu.stepping.traps();
    boolean again = cpu.stepping.paused();
    long eptp = cpu.vmx.suspend();
    mode(true);
    cpu.cr4 &= ~Cr4.VMXE;
    map.save();
    map.set(StateSaveMap.RFLAGS, 64, cpu.rflags() | (again ? Rflags.RF : 0));
    map.set(StateSaveMap.DEBUG_TRAPS, 64, traps);
    map.set(StateSaveMap.EPT_ENABLED, 32, eptp == 0 ? 0 : 1);
    map.set(StateSaveMap.EPTP, 64, eptp);
    map.set(StateSaveMap.SMBASE, 32, map.base);
    map.set(StateSaveMap.REVISION, 32, REVISION);
    map.set(StateSaveMap.HALT_RESTART, 16, cpu.activity == Activity.HLT ? 1 : 0);
    map.set(StateSaveMap.SHUTDOWN, 32, cpu.activity == Activity.SHUTDOWN ? 1 : 0);
    map.set(StateSaveMap.IO_RESTART, 16, 0);
    io.save(map);
    freeze();
    registers();
  }

  /** IA32_DEBUGCTL.FREEZE_WHILE_SMM: nothing of the interrupted program is traced in SMM. */
  private void freeze() {
    debugctl = cpu.msrs.get(Msr.IA32_DEBUGCTL);
    if ((debugctl & Debugctl.FREEZE_WHILE_SMM) != 0) {
      cpu.msrs.set(Msr.IA32_DEBUGCTL, debugctl & ~Debugctl.ENDED_BY_DB);
    }
  }

  /** Table "Processor Register Initialization in SMM". */
  private void registers() {
    cpu.nmiBlocked = true;
    cpu.activity = Activity.ACTIVE;
    cpu.stepping.clear();
    cpu.load(State.CR0, cpu.cr0 & ~CR0_CLEARED);
    cpu.load(State.CR4, 0);
    cpu.load(Msr.IA32_EFER, 0);
    cpu.load(State.DR7, Dr7.FIXED);
    cpu.load(State.RFLAGS, Rflags.FIXED);
    cpu.cpl = 0;
    for (SegmentRegister segment : SegmentRegister.values()) {
      if (segment.compareTo(SegmentRegister.LDTR) < 0) {
        cpu.segment(segment).set(0, 0, FLAT, DATA);
      }
    }
    int selector = (int) (map.base >> 4) & 0xFFFF;
    cpu.segment(SegmentRegister.CS).set(selector, map.base, FLAT, CODE);
    cpu.rip = HANDLER;
    cpu.nextRip = HANDLER;
    cpu.settle();
  }

  /** The mode begins or ends, with what it blocks. */
  void mode(boolean now) {
    cpu.smm = now;
    cpu.events.manage(now);
    cpu.updateA20m();
  }

  /** RSM: goes on where the SMI came, or shuts down if the saved state is none. */
  public void resume() {
    Requirement violated = violated();
    if (violated != null) {
      cpu.observer.onShutdown(cpu, violated);
      cpu.activity = Activity.SHUTDOWN;
      cpu.nextRip = cpu.rip;
      return;
    }
    cpu.controls.requireModelledCr4(map.get(StateSaveMap.CR4, 32));
    load();
    cpu.cr4 |= vmxe;
    cpu.nmiBlocked = nmiWasBlocked;
    nmiWasBlocked = false;
    mode(false);
    cpu.vmx.resume();
    cpu.cpl = level();
    cpu.settle();
    cpu.nextRip = cpu.rip;
    cpu.events.reconsider();
  }

  /** The first thing wrong with the saved state. SDM Vol. 3C "Exiting From SMM". */
  private Requirement violated() {
    long cr0 = map.get(StateSaveMap.CR0, 64);
    long cr4 = map.get(StateSaveMap.CR4, 32);
    boolean paging = (cr0 & Cr0.PG) != 0;
    boolean wide = paging && (map.get(StateSaveMap.EFER, 64) & Efer.LME) != 0;
    if (paging && (cr0 & Cr0.PE) == 0 || (cr0 & (Cr0.NW | Cr0.CD)) == Cr0.NW) {
      return Requirement.SAVED_CR0_IS_LEGAL;
    }
    if ((cr4 & ~cpu.controls.cr4Supported) != 0) {
      return Requirement.SAVED_CR4_RESERVED_BITS_CLEAR;
    }
    if ((cr4 & Cr4.VMXE) != 0) {
      return Requirement.SAVED_VMXE_IS_CLEAR;
    }
    boolean fits = wide ? (cr4 & Cr4.PAE) != 0 : (cr4 & Cr4.PCIDE) == 0;
    return fits ? null : Requirement.SAVED_PAGING_IS_LEGAL;
  }

  private void load() {
    boolean halts = (map.get(StateSaveMap.HALT_RESTART, 16) & 1) != 0;
    boolean shut = (map.get(StateSaveMap.SHUTDOWN, 32) & 1) != 0;
    boolean again = map.get(StateSaveMap.IO_RESTART, 16) == RESTART;
    map.load();
    cpu.load(State.CR0, cpu.cr0 & ControlRegisters.CR0_WRITABLE | Cr0.ET);
    cpu.load(Msr.IA32_EFER, cpu.efer & cpu.controls.eferSupported());
    boolean virtual = (cpu.cr0 & Cr0.PE) != 0 && !cpu.inIa32eMode();
    cpu.flagsRest &= virtual ? -1 : ~Rflags.VM;
    cpu.load(State.DR6, ControlRegisters.fixedDr(6, cpu.dr[6]));
    cpu.load(State.DR7, ControlRegisters.fixedDr(7, cpu.dr[7]));
    if (again) {
      io.restart(map);
    }
    if (!cpu.in64BitMode()) {
      cpu.rip &= LOW_HALF;
    }
    if ((debugctl & Debugctl.FREEZE_WHILE_SMM) != 0) {
      cpu.msrs.set(Msr.IA32_DEBUGCTL, debugctl);
    }
    cpu.activity = shut ? Activity.SHUTDOWN : halts ? Activity.HLT : Activity.ACTIVE;
    cpu.stepping.clear();
    cpu.stepping.resumeFlagLoaded();
    cpu.stepping.setTraps(map.get(StateSaveMap.DEBUG_TRAPS, 64) & SAVED_TRAPS);
    map.base = map.get(StateSaveMap.SMBASE, 32);
  }

  /** CPL is DPL of SS, unless the mode says it. */
  private int level() {
    if (cpu.realOrVirtual8086()) {
      return cpu.protectedMode() ? 3 : 0;
    }
    return cpu.segment(SegmentRegister.SS).dpl();
  }
}
