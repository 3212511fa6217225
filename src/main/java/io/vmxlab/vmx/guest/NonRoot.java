package io.vmxlab.vmx.guest;

import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Delivery;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.Interception;
import io.vmxlab.cpu.InterruptSource;
import io.vmxlab.cpu.TaskSwitch;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.apic.ApicAccess;
import io.vmxlab.vmx.apic.VirtualApic;
import io.vmxlab.vmx.exit.Asked;
import io.vmxlab.vmx.exit.ExitReport;
import io.vmxlab.vmx.exit.Exits;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/** VMX non-root operation as the processor asks for it: what causes VM exits, and what is seen. */
public final class NonRoot implements Interception {
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Fraction bits of the TSC multiplier. */
  private static final int FRACTION = 48;

  /** What a VM entry takes, in ticks of virtual time. */
  private static final long ENTRY_TIME = 100;

  /** No instruction has unblocked NMIs. */
  private static final long NEVER = -1;

  final Cpu cpu;
  final Bitmaps bitmaps;
  final PauseLoops loops;
  private final Vmcs vmcs;
  private final Asked asked = new Asked();
  private final Exits exits;
  private final ControlAccess controls;
  private final PreemptionTimer timer;
  private final VirtualApic apic;
  private final ApicAccess apicAccess;

  /** Instructions retired before the IRET that last unblocked NMIs. */
  private long unblockedAt = NEVER;

  /** Its address: if it faults, its handler begins after as many instructions. */
  private long unblockedRip;

  /** Non-root operation of a processor, which has not been entered yet. */
  public NonRoot(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    timer = new PreemptionTimer(cpu, vmcs);
    exits = new Exits(cpu, vmcs, this::end);
    apic = new VirtualApic(cpu, vmcs);
    apicAccess = new ApicAccess(cpu, vmcs, apic, exits);
    controls = new ControlAccess(cpu, vmcs, exits, apic);
    bitmaps = new Bitmaps(cpu, vmcs, asked);
    loops = new PauseLoops(cpu, vmcs, asked);
  }

  public Exits exits() {
    return exits;
  }

  /**
   * A VM entry has loaded registers: what waits for a boundary between instructions begins.
   *
   * @param vectoring an event is injected that goes through the IDT
   */
  public void begin(boolean vectoring) {
    unblockedAt = NEVER;
    loops.reset();
    cpu.setVmxOperation(Cpu.VMX_NON_ROOT);
    if (cpu.activity == Activity.WAIT_FOR_SIPI) {
      cpu.events.block(Event.INIT);
    }
    cpu.events.interruptsExit(Control.EXTERNAL_INTERRUPT_EXITING.on(vmcs));
    signal(Event.INTERRUPT_WINDOW, Control.INTERRUPT_WINDOW_EXITING);
    signal(Event.NMI_WINDOW, Control.NMI_WINDOW_EXITING);
    boolean monitors = Control.MONITOR_TRAP_FLAG.on(vmcs);
    cpu.stepping.monitor(monitors);
    if (monitors && vectoring) {
      cpu.events.signal(Event.MONITOR_TRAP);
    }
    timer.begin();
    accessApic();
    apic.begin();
    cpu.time.pass(ENTRY_TIME);
  }

  /** An SMI leaves the guest, and RSM comes back to it. What is pending stays so, and waits. */
  public void suspend() {
    cpu.stepping.monitor(false);
    cpu.setApicAccess(Cpu.NO_PAGE);
  }

  /** RSM comes back. */
  public void resume() {
    cpu.setVmxOperation(Cpu.VMX_NON_ROOT);
    cpu.stepping.monitor(Control.MONITOR_TRAP_FLAG.on(vmcs));
    accessApic();
    if (Control.VIRTUAL_NMIS.on(vmcs)) {
      cpu.unblockNmi();
    }
  }

  private void accessApic() {
    boolean virtualPage = Control.APIC_ACCESSES.on(vmcs);
    cpu.setApicAccess(virtualPage ? vmcs.get(VmcsField.APIC_ACCESS_ADDRESS) : Cpu.NO_PAGE);
  }

  /** A VM exit is going to save what belongs to fields. */
  private void end() {
    timer.end();
    apic.end();
  }

  private void signal(Event event, Control control) {
    if (control.on(vmcs)) {
      cpu.events.signal(event);
    }
  }

  @Override
  public void instruction(Cpu on, Instruction insn) {
    Intercepts.Intercept row = Intercepts.of(insn);
    asked.always();
    boolean exits =
        row != null
            && (row.control() == null || asks(row.control()))
            && (row.decision() == null || row.decision().exits(this, insn));
    if (exits) {
      long qualification =
          row.qualification() == null ? 0 : row.qualification().applyAsLong(cpu, insn);
      this.exits.report(row.reason()).asked(asked).qualification(qualification).instruction(insn);
      if (row.linearAddress() != null) {
        this.exits.report().linearAddress(row.linearAddress().applyAsLong(cpu, insn));
      }
      throw this.exits.thrown();
    }
  }

  private boolean asks(Control control) {
    asked.by(control);
    return control.on(vmcs);
  }

  /** XSAVES or XRSTORS is about a component that the XSS-exiting bitmap names. */
  boolean savesForHost() {
    long components = cpu.r[Gpr.RAX] & LOW_HALF | cpu.r[Gpr.RDX] << Integer.SIZE;
    long hosts = components & cpu.get(Msr.IA32_XSS) & vmcs.get(VmcsField.XSS_EXITING_BITMAP);
    asked.by(VmcsField.XSS_EXITING_BITMAP, hosts);
    return hosts != 0;
  }

  @Override
  public boolean enables(Cpu on, Instruction insn) {
    Control control = Enables.of(insn);
    return control == null || control.on(vmcs);
  }

  @Override
  public long readControl(Cpu on, Instruction insn, int number, long value) {
    return controls.read(insn, number, value);
  }

  @Override
  public long writeControl(Cpu on, Instruction insn, int number, long source) {
    return controls.write(insn, number, source);
  }

  @Override
  public long loadMachineStatusWord(Cpu on, Instruction insn, long source) {
    return controls.loadMachineStatusWord(insn, source);
  }

  @Override
  public boolean clearTaskSwitched(Cpu on, Instruction insn) {
    return controls.clearTaskSwitched(insn);
  }

  @Override
  public boolean writeTaskPriority(Cpu on, long value) {
    if (Control.USE_TPR_SHADOW.off(vmcs)) {
      return false;
    }
    apic.taskPriority((int) value << 4);
    return true;
  }

  @Override
  public boolean readsMsr(Cpu on, int index) {
    return apicAccess.readsMsr(index);
  }

  @Override
  public long readMsr(Cpu on, int index) {
    return apicAccess.readMsr(index);
  }

  @Override
  public boolean writeMsr(Cpu on, int index, long value) {
    return apicAccess.writeMsr(index, value);
  }

  @Override
  public long readApicPage(Cpu on, int offset, int width) {
    return apicAccess.read(offset, width);
  }

  @Override
  public void writeApicPage(Cpu on, int offset, int width, long value) {
    apicAccess.write(offset, width, value);
  }

  @Override
  public void fetchApicPage(Cpu on, int offset) {
    throw apicAccess.fetch(offset);
  }

  @Override
  public long timeStamp(Cpu on, long value) {
    if (Control.TSC_OFFSETTING.off(vmcs)) {
      return value;
    }
    long scaled = value;
    if (Control.TSC_SCALING.on(vmcs)) {
      long multiplier = vmcs.get(VmcsField.TSC_MULTIPLIER);
      long high = Math.multiplyHigh(value, multiplier);
      high += value < 0 ? multiplier : 0;
      high += multiplier < 0 ? value : 0;
      scaled = high << Long.SIZE - FRACTION | value * multiplier >>> FRACTION;
    }
    return scaled + vmcs.get(VmcsField.TSC_OFFSET);
  }

  // --- exceptions

  @Override
  public void exception(
      Cpu on,
      int vector,
      Delivery.Source source,
      int errorCode,
      long qualification,
      long image,
      int length) {
    boolean exits = (vmcs.get(VmcsField.EXCEPTION_BITMAP) >>> vector & 1) != 0;
    if (vector == Vector.PF.number) {
      long seen = errorCode & vmcs.get(VmcsField.PAGE_FAULT_ERROR_CODE_MASK);
      exits ^= seen != vmcs.get(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
    }
    if (!exits) {
      return;
    }
    Vector known = Vector.of(vector);
    boolean hardware = source == Delivery.Source.EXCEPTION;
    ExitReport report =
        this.exits
            .report(ExitReason.EXCEPTION_OR_NMI)
            .asked(VmcsField.EXCEPTION_BITMAP, 1L << vector)
            .qualification(qualification(known, qualification))
            .event(vector, source, unblocking(known))
            .flags(image)
            .length(length);
    if (hardware && known.pushesErrorCode && cpu.protectedMode()) {
      report.errorCode(errorCode);
    }
    throw this.exits.thrown();
  }

  private long qualification(Vector vector, long value) {
    switch (vector) {
      case PF:
        return cpu.in64BitMode() ? value : value & LOW_HALF;
      case DB:
        return value & (Dr6.BREAKPOINTS | Dr6.BD | Dr6.BS);
      default:
        return 0;
    }
  }

  /** Bit "NMI unblocking due to IRET", where it is defined. */
  private long unblocking(Vector vector) {
    boolean defined =
        vector != Vector.DF
            && !cpu.delivery().inProgress()
            && !(Control.NMI_EXITING.on(vmcs) && Control.VIRTUAL_NMIS.off(vmcs));
    return defined && unblockedByCurrent() ? VmcsBits.NMI_UNBLOCKING : 0;
  }

  /** The current instruction is an IRET that has unblocked NMIs. */
  public boolean unblockedByCurrent() {
    return unblockedAt == cpu.retired + cpu.position && unblockedRip == cpu.rip;
  }

  @Override
  public void interruptReturn(Cpu on) {
    boolean virtual = Control.VIRTUAL_NMIS.on(vmcs);
    boolean blocked = virtual ? cpu.events.virtualNmiBlocked() : cpu.nmiBlocked;
    if (!blocked || !virtual && Control.NMI_EXITING.on(vmcs)) {
      return;
    }
    unblockedAt = cpu.retired + cpu.position;
    unblockedRip = cpu.rip;
    if (virtual) {
      cpu.events.blockVirtualNmi(false);
    } else {
      cpu.unblockNmi();
    }
  }

  @Override
  public void tripleFault(Cpu on) {
    exits.report(ExitReason.TRIPLE_FAULT);
    throw exits.thrown();
  }

  @Override
  public void taskSwitch(Cpu on, TaskSwitch.Way way, int selector, int length) {
    long source = (long) way.source << ExitQualification.TASK_SOURCE_SHIFT;
    ExitReport report = exits.report(ExitReason.TASK_SWITCH);
    report.qualification(source | selector).length(length);
    if (way == TaskSwitch.Way.EVENT) {
      report.flags(cpu.delivery().flagsImage());
    }
    throw exits.thrown();
  }

  // --- events between instructions

  @Override
  public boolean event(Cpu on, Event event) {
    switch (event) {
      case APIC_TRAP:
        begin(apic.trap())
            .qualification(apic.trapQualification())
            .asked(apic.trapAsked(), apic.trapAskedBits());
        exits.leave();
        return true;
      case VIRTUAL_INTERRUPT:
        apic.deliver();
        return true;
      case INIT:
        begin(ExitReason.INIT_SIGNAL);
        exits.leave();
        return true;
      case SIPI:
        return cpu.activity != Activity.WAIT_FOR_SIPI || startUp();
      case MONITOR_TRAP:
        return leave(ExitReason.MONITOR_TRAP_FLAG, Control.MONITOR_TRAP_FLAG);
      case PREEMPTION_TIMER:
        return leave(ExitReason.PREEMPTION_TIMER, Control.PREEMPTION_TIMER);
      case NMI_WINDOW:
        return leave(ExitReason.NMI_WINDOW, Control.NMI_WINDOW_EXITING);
      case NMI:
        return Control.NMI_EXITING.on(vmcs) && nmi();
      case INTERRUPT_WINDOW:
        return leave(ExitReason.INTERRUPT_WINDOW, Control.INTERRUPT_WINDOW_EXITING);
      case INTERRUPT:
        return Control.EXTERNAL_INTERRUPT_EXITING.on(vmcs) && interrupt();
      default:
        return false;
    }
  }

  private boolean leave(ExitReason reason, Control control) {
    begin(reason).asked(control);
    exits.leave();
    return true;
  }

  private ExitReport begin(ExitReason reason) {
    ExitReport report = exits.report(reason);
    return cpu.stepping.paused() ? report.flags(cpu.rflags() | Rflags.RF) : report;
  }

  private boolean startUp() {
    exits.report(ExitReason.START_UP_IPI).qualification(cpu.events.startVector());
    exits.leave();
    return true;
  }

  private boolean nmi() {
    begin(ExitReason.EXCEPTION_OR_NMI)
        .asked(Control.NMI_EXITING)
        .event(Vector.NMI.number, Delivery.Source.NMI, 0);
    exits.leave();
    cpu.nmiBlocked = true;
    return true;
  }

  private boolean interrupt() {
    if (Control.ACKNOWLEDGE.off(vmcs)) {
      leave(ExitReason.EXTERNAL_INTERRUPT, Control.EXTERNAL_INTERRUPT_EXITING);
      cpu.events.signal(Event.INTERRUPT); // it waits for the host
      return true;
    }
    int vector = cpu.interrupts.acknowledge(cpu);
    if (Control.POSTED_INTERRUPTS.on(vmcs) && apic.isNotification(vector)) {
      cpu.apic.endOfInterrupt();
      apic.takePosted();
    } else if (vector != InterruptSource.NO_VECTOR) {
      begin(ExitReason.EXTERNAL_INTERRUPT)
          .asked(Control.EXTERNAL_INTERRUPT_EXITING)
          .event(vector, Delivery.Source.EXTERNAL, 0);
      exits.leave();
    }
    return true;
  }

  @Override
  public void leave(Cpu on, int length) {
    exits.comesFrom(length);
    exits.leave();
  }
}
