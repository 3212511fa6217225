package io.vmxlab.cpu;

import io.vmxlab.isa.Instruction;

/**
 * What makes VMX non-root operation different. Asked in it, and only there, before an instruction
 * or an event shows anything: whether it leaves to the virtual-machine monitor, and what it sees if
 * it does not. {@code vmx} fills it. A VM exit is thrown as {@link VmExit}.
 */
public interface Interception {
  /** Of a processor that nobody has given VMX state: it never gets there. */
  Interception NONE = new Interception() {};

  /** An instruction, after the faults that come before its VM exit. */
  default void instruction(Cpu cpu, Instruction insn) {}

  /** Whether an instruction exists that a control has to enable; without it, it is #UD. */
  default boolean enables(Cpu cpu, Instruction insn) {
    return true;
  }

  /**
   * MOV from CR0, CR3, CR4 or CR8, or SMSW (which reads CR0).
   *
   * @return what the guest sees
   */
  default long readControl(Cpu cpu, Instruction insn, int number, long value) {
    return value;
  }

  /**
   * MOV to CR0, CR3, CR4 or CR8.
   *
   * @return the value to be written
   */
  default long writeControl(Cpu cpu, Instruction insn, int number, long source) {
    return source;
  }

  /**
   * LMSW.
   *
   * @return the value to be loaded
   */
  default long loadMachineStatusWord(Cpu cpu, Instruction insn, long source) {
    return source;
  }

  /**
   * CLTS.
   *
   * @return whether it clears CR0.TS
   */
  default boolean clearTaskSwitched(Cpu cpu, Instruction insn) {
    return true;
  }

  /**
   * MOV to CR8, whose value is legal.
   *
   * @return whether it has been written elsewhere than to the local APIC
   */
  default boolean writeTaskPriority(Cpu cpu, long value) {
    return false;
  }

  /** RDMSR reads {@link #readMsr} instead of the register. */
  default boolean readsMsr(Cpu cpu, int index) {
    return false;
  }

  /** What RDMSR reads instead. */
  default long readMsr(Cpu cpu, int index) {
    return 0;
  }

  /**
   * WRMSR.
   *
   * @return whether it has been written elsewhere than to the register
   */
  default boolean writeMsr(Cpu cpu, int index, long value) {
    return false;
  }

  /** Reads at an offset of the page that {@link Cpu#setApicAccess} named. */
  default long readApicPage(Cpu cpu, int offset, int width) {
    return 0;
  }

  /** Writes at an offset of that page. */
  default void writeApicPage(Cpu cpu, int offset, int width, long value) {}

  /** Fetches from an offset of that page. */
  default void fetchApicPage(Cpu cpu, int offset) {}

  /** What RDTSC, RDTSCP and RDMSR show of a value of the time-stamp counter. */
  default long timeStamp(Cpu cpu, long value) {
    return value;
  }

  /**
   * An exception is about to be delivered, or INT3, INTO or INT1 is.
   *
   * @param vector number of the exception
   * @param qualification the linear address of a page fault, or bits of DR6
   * @param image of RFLAGS that would be saved
   * @param length of the instruction; 0 if it did not come from one of the three
   */
  default void exception(
      Cpu cpu,
      int vector,
      Delivery.Source source,
      int errorCode,
      long qualification,
      long image,
      int length) {}

  /** A fault during the delivery of a double fault. */
  default void tripleFault(Cpu cpu) {}

  /**
   * A task switch that nothing before the new task's TSS refuses.
   *
   * @param selector of the new task's TSS
   * @param length of the instruction; 0 if an event leads through a task gate
   */
  default void taskSwitch(Cpu cpu, TaskSwitch.Way way, int selector, int length) {}

  /**
   * An event that is due between two instructions, and has been withdrawn.
   *
   * @return whether it has led to a VM exit, which is complete, or to nothing at all
   */
  default boolean event(Cpu cpu, Event event) {
    return false;
  }

  /** IRET has ended what blocked NMIs. */
  default void interruptReturn(Cpu cpu) {
    cpu.unblockNmi();
  }

  /**
   * Completes a VM exit that was thrown; {@code cpu.rip} is that of what it came from.
   *
   * @param length of the instruction that it came from; 0 if it came from none
   */
  default void leave(Cpu cpu, int length) {}
}
