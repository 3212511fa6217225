package io.vmxlab.threemachines;

import io.vmxlab.UndefinedFlags;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How a trial went on vmxlab: what the VM entry came to, and what its guest executed. */
final class VmxCourse {
  private static final int RCX = 1;
  private static final int RDI = 7;

  /** The largest element of a string. */
  private static final int QUADWORD = 8;

  private static final String END = "VMCALL";
  private static final Set<String> STORES =
      Set.of("INS/INSB/INSW/INSD", "MOVS/MOVSB/MOVSW/MOVSD/MOVSQ", "STOS/STOSB/STOSW/STOSD/STOSQ");

  private static final Set<String> SHIFTS =
      Set.of("RCL/RCR/ROL/ROR", "SAL/SAR/SHL/SHR", "SHLD", "SHRD");

  /**
   * The first rule of the VM entry that does not hold, {@link VmxWatch#ENTERS}, or {@link
   * VmxWatch#MSR_LOADING}.
   */
  final String cause;

  /** Instructions before the last, each once however often it was executed. */
  private final Set<Instruction> before = new LinkedHashSet<>();

  private Step last = Step.NONE;
  private Vector delivered;
  private boolean overwritesItself;

  /**
   * An instruction, and the processor when it began.
   *
   * @param instruction null if there is none, or the bytes are none, or cannot be fetched
   * @param destination linear address where it stores a string, if it does
   */
  record Step(
      Instruction instruction,
      CodeMode mode,
      long rip,
      int cpl,
      long cr0,
      long cr4,
      long rflags,
      long rcx,
      long destination) {
    static final Step NONE = new Step(null, null, 0, 0, 0, 0, 0, 0, 0);

    static Step of(Cpu cpu, Instruction instruction) {
      return new Step(
          instruction,
          cpu.codeMode(),
          cpu.rip,
          cpu.cpl,
          cpu.cr0,
          cpu.cr4,
          cpu.rflags(),
          cpu.r[RCX],
          storesString(instruction) ? VmxCourse.destination(cpu, instruction) : 0);
    }
  }

  VmxCourse(String cause) {
    this.cause = cause;
  }

  /** An instruction begins. VMCALL behind something else only ends the trial. */
  void begin(Step step) {
    if (delivered != null || last != Step.NONE && isEnd(step.instruction)) {
      return;
    }
    if (last.instruction != null) {
      before.add(last.instruction);
    }
    last = step;
  }

  /** The last instruction has completed, paused, or come to a VM exit. */
  void end(Cpu cpu) {
    Instruction instruction = last.instruction;
    if (delivered == null && storesString(instruction) && instruction.repeat != 0) {
      long code = cpu.codeLinear(last.rip);
      long now = destination(cpu, instruction);
      overwritesItself |=
          Math.min(now, last.destination) < code + instruction.length()
              && Math.max(now, last.destination) + QUADWORD > code;
    }
  }

  /** An event goes through the IDT. What comes afterwards is not the trial's. */
  void deliver(Vector vector) {
    delivered = delivered == null ? vector : delivered;
  }

  private static boolean isEnd(Instruction instruction) {
    return instruction != null && instruction.form.mnemonic().equals(END);
  }

  private static boolean storesString(Instruction instruction) {
    return instruction != null && STORES.contains(instruction.form.page());
  }

  private static long destination(Cpu cpu, Instruction instruction) {
    return cpu.segment(SegmentRegister.ES).base
        + Width.zeroExtend(instruction.addressSize, cpu.r[RDI]);
  }

  /** The instruction that the guest did not come beyond, or did last. */
  Step last() {
    return last;
  }

  /** The first event that went through the IDT; null if none did. */
  Vector delivered() {
    return delivered;
  }

  /** A repeated string instruction has written where it stands. */
  boolean overwritesItself() {
    return overwritesItself;
  }

  /** The last instruction is one of those. */
  boolean endsWith(Predicate<Instruction> which) {
    return last.instruction != null && which.test(last.instruction);
  }

  /** The last instruction has one of these first words. */
  boolean endsWith(String... mnemonics) {
    return endsWith(i -> List.of(mnemonics).contains(i.form.mnemonic()));
  }

  /** The guest has begun one of those. */
  boolean executed(Predicate<Instruction> which) {
    return executed().anyMatch(which);
  }

  /** The guest has begun an instruction with one of these first words. */
  boolean executed(String... mnemonics) {
    return executed(i -> List.of(mnemonics).contains(i.form.mnemonic()));
  }

  /** The flags that its instructions may leave undefined. */
  long undefinedFlags() {
    return executed().mapToLong(VmxCourse::undefinedFlags).reduce(0, (flags, more) -> flags | more);
  }

  /** Those of shifts depend on the count. */
  private static long undefinedFlags(Instruction instruction) {
    return SHIFTS.contains(instruction.form.page())
        ? Rflags.STATUS
        : UndefinedFlags.of(instruction.form);
  }

  private Stream<Instruction> executed() {
    return Stream.concat(before.stream(), Stream.ofNullable(last.instruction));
  }
}
