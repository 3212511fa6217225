package io.vmxlab.vmx.exit;

import io.vmxlab.arch.ExitInstructionInformation;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Delivery;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/**
 * What a VM exit reports, from the moment at which it is decided on until the fields are written.
 * There is one per processor, filled anew for each exit. SDM Vol. 3C "Recording VM-Exit Information
 * and Updating VM-Entry Control Fields".
 */
public final class ExitReport implements ExitFacts {
  private static final int TYPE_SHIFT = 8;

  private final Cpu cpu;
  private final Vmcs vmcs;
  private ExitReason reason;
  private long qualification;
  private long interruption;
  private long errorCode;
  private int length;
  private long information;
  private long linearAddress;
  private long physicalAddress;
  private final Asked asked = new Asked();

  /** Bits of RFLAGS that are saved as 0, unless as 1. */
  private long clearedFlags;

  /** Bits of RFLAGS that are saved as 1. */
  private long setFlags;

  ExitReport(Cpu cpu, Vmcs vmcs) {
    this.cpu = cpu;
    this.vmcs = vmcs;
  }

  /** A report with nothing but the reason. */
  ExitReport of(ExitReason why) {
    reason = why;
    qualification = 0;
    interruption = 0;
    errorCode = 0;
    length = 0;
    information = 0;
    linearAddress = 0;
    physicalAddress = 0;
    asked.always();
    clearedFlags = why.kind == ExitReason.Kind.INSTRUCTION ? Rflags.RF : 0;
    setFlags = 0;
    return this;
  }

  /** A control asks for the exit. */
  public ExitReport asked(Control control) {
    asked.by(control);
    return this;
  }

  /** Bits of a field ask for the exit. */
  public ExitReport asked(VmcsField field, long bits) {
    asked.by(field, bits);
    return this;
  }

  /** What asks for the exit has been found out before. */
  public ExitReport asked(Asked by) {
    asked.by(by.field, by.bits);
    return this;
  }

  public ExitReport qualification(long value) {
    qualification = value;
    return this;
  }

  /** The instruction that the exit happens instead of. */
  public ExitReport instruction(Instruction insn) {
    length = insn.length();
    if (reason.information != ExitInstructionInformation.NONE) {
      information = InstructionInformation.of(cpu, insn, reason.information);
    }
    return this;
  }

  /** Length of the instruction that the exit happens instead of. */
  public ExitReport length(int bytes) {
    length = bytes;
    return this;
  }

  /**
   * The access of an instruction has led to the exit. The manual leaves the length open then, but
   * monitors rely on it, and processors report it.
   */
  void accessedBy(int bytes) {
    if (reason.kind == ExitReason.Kind.EVENT && reason != ExitReason.EXCEPTION_OR_NMI) {
      length = Math.max(length, bytes);
    }
  }

  /** RFLAGS is saved as it would be pushed for the event. */
  public ExitReport flags(long pushed) {
    clearedFlags = ~pushed;
    setFlags = pushed;
    return this;
  }

  /**
   * An access to memory has led to the exit. RF is saved as 1, since the guest goes on with the
   * instruction and no instruction breakpoint is to stop it there again; while an event is
   * delivered RFLAGS is saved as it would be pushed. SDM "Saving RIP, RSP, RFLAGS, and SSP".
   */
  public ExitReport byAccess() {
    Delivery event = cpu.delivery();
    if (event.inProgress()) {
      return flags(event.flagsImage());
    }
    setFlags = Rflags.RF;
    return this;
  }

  public ExitReport linearAddress(long value) {
    linearAddress = value;
    return this;
  }

  public ExitReport physicalAddress(long value) {
    physicalAddress = value;
    return this;
  }

  /**
   * The event that the exit happens instead of.
   *
   * @param more bits of the interruption information besides vector and type
   */
  public ExitReport event(int vector, Delivery.Source source, long more) {
    interruption = VmcsBits.VALID | more | (long) source.type << TYPE_SHIFT | vector;
    return this;
  }

  public ExitReport errorCode(int code) {
    interruption |= VmcsBits.ERROR_CODE;
    errorCode = Integer.toUnsignedLong(code);
    return this;
  }

  @Override
  public ExitReason reason() {
    return reason;
  }

  @Override
  public long qualification() {
    return qualification;
  }

  @Override
  public long linearAddress() {
    return linearAddress;
  }

  @Override
  public long physicalAddress() {
    return physicalAddress;
  }

  @Override
  public long interruption() {
    return interruption;
  }

  @Override
  public VmcsField askedBy() {
    return asked.field;
  }

  @Override
  public long askedBits() {
    return asked.bits;
  }

  /**
   * RFLAGS to be saved, when the exit happens: a region that has thrown it may not have given the
   * processor its flags before.
   */
  long flags() {
    return cpu.rflags() & ~clearedFlags | setFlags;
  }

  /** Writes the VM-exit information fields; an event in progress is what the exit interrupted. */
  void write() {
    Delivery event = cpu.delivery();
    long vectoring = 0;
    long vectoringCode = 0;
    if (event.inProgress()) {
      vectoring = VmcsBits.VALID | (long) event.source().type << TYPE_SHIFT | event.vector();
      if (event.hasErrorCode() && cpu.protectedMode()) {
        vectoring |= VmcsBits.ERROR_CODE;
        vectoringCode = Integer.toUnsignedLong(event.errorCode());
      }
      if (event.source().isInstruction()) {
        length = event.instructionLength();
      }
      event.end();
    }
    vmcs.set(VmcsField.EXIT_REASON, reason.field());
    vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
    vmcs.set(VmcsField.GUEST_LINEAR_ADDRESS, linearAddress);
    vmcs.set(VmcsField.GUEST_PHYSICAL_ADDRESS, physicalAddress);
    vmcs.set(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION, interruption);
    vmcs.set(VmcsField.VM_EXIT_INTERRUPTION_ERROR_CODE, errorCode);
    vmcs.set(VmcsField.IDT_VECTORING_INFORMATION, vectoring);
    vmcs.set(VmcsField.IDT_VECTORING_ERROR_CODE, vectoringCode);
    vmcs.set(VmcsField.VM_EXIT_INSTRUCTION_LENGTH, length);
    vmcs.set(VmcsField.VM_EXIT_INSTRUCTION_INFORMATION, information);
  }

  /** Writes what a VM entry that fails late reports. */
  void writeFailure() {
    vmcs.set(VmcsField.EXIT_REASON, reason.field());
    vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
  }
}
