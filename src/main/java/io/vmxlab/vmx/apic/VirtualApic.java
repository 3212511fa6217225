package io.vmxlab.vmx.apic;

import io.vmxlab.arch.ApicOffset;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * The guest's APIC as the processor virtualizes it: priorities, virtual interrupts, EOI. SDM Vol.
 * 3C "APIC Virtualization and Virtual Interrupts".
 */
public final class VirtualApic {
  private static final int BYTE = 0xFF;
  private static final int CLASS = 0xF0;
  private static final int CLASS_SHIFT = 4;
  private static final int THRESHOLD = 0xF;

  private static final VmcsField[] EOI_EXIT = {
    VmcsField.EOI_EXIT_BITMAP_0,
    VmcsField.EOI_EXIT_BITMAP_1,
    VmcsField.EOI_EXIT_BITMAP_2,
    VmcsField.EOI_EXIT_BITMAP_3
  };

  final Cpu cpu;
  final Vmcs vmcs;
  final VirtualApicPage page;

  /** RVI and SVI: vectors of the virtual interrupts that are requested and in service. */
  private int requesting;

  private int servicing;

  /** The VM exit that follows the current instruction. */
  private ExitReason trap;

  private long trapQualification;
  private VmcsField asked;
  private long askedBits;

  public VirtualApic(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
    page = new VirtualApicPage(cpu, vmcs);
  }

  private boolean delivers() {
    return Control.INTERRUPT_DELIVERY.on(vmcs);
  }

  /** A VM entry. */
  public void begin() {
    if (delivers()) {
      int status = (int) vmcs.get(VmcsField.GUEST_INTERRUPT_STATUS);
      requesting = status & BYTE;
      servicing = status >> Byte.SIZE & BYTE;
      updatePriority();
      evaluate();
    } else if (Control.USE_TPR_SHADOW.on(vmcs)) {
      compareWithThreshold();
    }
  }

  /** A VM exit. */
  public void end() {
    if (delivers()) {
      vmcs.set(VmcsField.GUEST_INTERRUPT_STATUS, servicing << Byte.SIZE | requesting);
    }
  }

  // --- exits that follow an instruction

  void trap(ExitReason reason, long qualification, VmcsField asking, long bits) {
    trap = reason;
    trapQualification = qualification;
    asked = asking;
    askedBits = bits;
    cpu.events.signal(Event.APIC_TRAP);
  }

  /** Reason of the VM exit that is due. */
  public ExitReason trap() {
    return trap;
  }

  public long trapQualification() {
    return trapQualification;
  }

  /** The field that asks for it. */
  public VmcsField trapAsked() {
    return asked;
  }

  /** The bits of that field. */
  public long trapAskedBits() {
    return askedBits;
  }

  // --- priorities

  /** What MOV from CR8 sees. */
  public long taskPriorityClass() {
    return page.get(ApicOffset.TASK_PRIORITY) >> CLASS_SHIFT & THRESHOLD;
  }

  /** Writes VTPR, and what follows happens. */
  public void taskPriority(int value) {
    page.set(ApicOffset.TASK_PRIORITY, value & BYTE);
    if (delivers()) {
      updatePriority();
      evaluate();
    } else {
      compareWithThreshold();
    }
  }

  private void compareWithThreshold() {
    if (taskPriorityClass() < (vmcs.get(VmcsField.TPR_THRESHOLD) & THRESHOLD)) {
      trap(ExitReason.TPR_BELOW_THRESHOLD, 0, VmcsField.TPR_THRESHOLD, THRESHOLD);
    }
  }

  /** PPR virtualization. */
  private void updatePriority() {
    int task = page.get(ApicOffset.TASK_PRIORITY) & BYTE;
    boolean higher = task >> CLASS_SHIFT >= servicing >> CLASS_SHIFT;
    page.set(ApicOffset.PRIORITY, higher ? task : servicing & CLASS);
  }

  // --- virtual interrupts

  /** Evaluation of pending virtual interrupts. */
  private void evaluate() {
    int priority = page.get(ApicOffset.PRIORITY) & BYTE;
    boolean recognized =
        Control.INTERRUPT_WINDOW_EXITING.off(vmcs)
            && requesting >> CLASS_SHIFT > priority >> CLASS_SHIFT;
    if (recognized) {
      cpu.events.signal(Event.VIRTUAL_INTERRUPT);
    } else {
      cpu.events.withdraw(Event.VIRTUAL_INTERRUPT);
    }
  }

  /** Virtual-interrupt delivery. */
  public void deliver() {
    int vector = requesting;
    page.mark(ApicOffset.IN_SERVICE, vector, true);
    servicing = vector;
    page.set(ApicOffset.PRIORITY, vector & CLASS);
    page.mark(ApicOffset.REQUEST, vector, false);
    requesting = page.highest(ApicOffset.REQUEST);
    evaluate();
    cpu.activity = Activity.ACTIVE;
    cpu.deliverInterrupt(vector);
  }

  /** A virtual interrupt is requested: by a self-IPI, or by a posted interrupt. */
  void request(int vector) {
    page.mark(ApicOffset.REQUEST, vector, true);
    requesting = Math.max(requesting, vector);
  }

  /** Self-IPI virtualization. */
  void requestSelf(int vector) {
    request(vector);
    evaluate();
  }

  /** EOI virtualization. */
  void endOfInterrupt() {
    int vector = servicing;
    page.mark(ApicOffset.IN_SERVICE, vector, false);
    servicing = page.highest(ApicOffset.IN_SERVICE);
    updatePriority();
    VmcsField bitmap = EOI_EXIT[vector / Long.SIZE];
    if ((vmcs.get(bitmap) >>> vector & 1) != 0) {
      trap(ExitReason.VIRTUALIZED_EOI, vector, bitmap, 1L << vector);
    } else {
      evaluate();
    }
  }

  // --- posted interrupts

  private static final int POSTED_WORDS = 4;
  private static final int OUTSTANDING = 32;

  /** Whether an interrupt that the processor has acknowledged notifies of posted ones. */
  public boolean isNotification(int vector) {
    return vector == vmcs.get(VmcsField.POSTED_INTERRUPT_NOTIFICATION_VECTOR);
  }

  /** Posted-interrupt processing. */
  public void takePosted() {
    long descriptor = vmcs.get(VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);
    cpu.codeWatch.beforeWrite(descriptor, OUTSTANDING + 1);
    long flags = cpu.memory.read(descriptor + OUTSTANDING, Byte.SIZE);
    cpu.memory.write(descriptor + OUTSTANDING, Byte.SIZE, flags & ~1);
    for (int i = 0; i < POSTED_WORDS; i++) {
      long at = descriptor + i * Long.BYTES;
      long bits = cpu.memory.read(at, Long.SIZE);
      cpu.memory.write(at, Long.SIZE, 0);
      for (; bits != 0; bits &= bits - 1) {
        request(i * Long.SIZE + Long.numberOfTrailingZeros(bits));
      }
    }
    evaluate();
  }
}
