package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RCX;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.PageWalk;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads all there is to say of an exception from the processor, before it is delivered. */
final class FaultReader {
  private final Cpu cpu;
  private final CodeReader reader;
  final SceneReader scenes;

  FaultReader(Cpu cpu, CodeReader reader) {
    this.cpu = cpu;
    this.reader = reader;
    scenes = new SceneReader(cpu, reader);
  }

  /** What the processor's one {@link Fault} holds until the next exception. */
  record Brief(
      Vector vector,
      int errorCode,
      Cause violated,
      long address,
      RuleSet<?, ?> checks,
      StateView view) {
    static Brief of(Fault f) {
      return new Brief(f.vector(), f.errorCode(), f.violated(), f.address(), f.checks(), f.view());
    }
  }

  /**
   * The exception as the processor stands now.
   *
   * @param lockedBy the instruction that locked IA32_FEATURE_CONTROL, if one did
   */
  GuestFault read(Brief fault, Optional<Code> lockedBy) {
    Vector vector = fault.vector();
    RuleSet<?, ?> checks = fault.checks();
    Code code = reader.at(cpu.rip);
    OptionalLong address =
        vector == Vector.PF ? OptionalLong.of(fault.address()) : OptionalLong.empty();
    return new GuestFault(
        vector.number,
        Optional.of(vector),
        vector.pushesErrorCode ? OptionalInt.of(fault.errorCode()) : OptionalInt.empty(),
        code,
        cpu.codeMode(),
        Optional.of(fault.violated()),
        Optional.ofNullable(checks).map(RuleSet::id),
        checks == null ? List.of() : Checks.evaluate(checks, fault.view(), code.mnemonic()),
        target(),
        address,
        vector == Vector.PF ? walk(fault) : List.of(),
        scenes.read(lockedBy, address),
        new Snapshot(cpu),
        cpu.retired);
  }

  /** The way to a page, as it is in memory. */
  private List<GuestFault.PageEntryMet> walk(Brief fault) {
    PageWalk walk = cpu.mmu.walkOf(fault.address());
    List<GuestFault.PageEntryMet> met = new ArrayList<>();
    for (int i = 0; i < walk.depth(); i++) {
      long failing = fault.violated() instanceof Requirement lacking ? walk.failing(i, lacking) : 0;
      met.add(new GuestFault.PageEntryMet(walk.name(i), walk.address(i), walk.entry(i), failing));
    }
    return List.copyOf(met);
  }

  /** What the instruction loads or reads. */
  private Optional<StateItem> target() {
    Optional<Instruction> insn = reader.instruction(cpu.rip);
    if (insn.isEmpty()) {
      return Optional.empty();
    }
    switch (insn.get().form.mnemonic()) {
      case "RDMSR":
      case "WRMSR":
        return Msr.of((int) cpu.r[RCX]).map(m -> m);
      case "LMSW":
      case "CLTS":
        return Optional.of(State.CR0);
      case "XSETBV":
        return Optional.of(State.XCR0);
      case "MOV":
        return controlRegister(insn.get());
      default:
        return Optional.empty();
    }
  }

  private static Optional<StateItem> controlRegister(Instruction insn) {
    List<Operand> operands = insn.form.operands();
    boolean control =
        !operands.isEmpty() && operands.get(0).kind() == Operand.Kind.CONTROL_REGISTER;
    return control ? State.find("CR" + insn.register(0)).map(s -> s) : Optional.empty();
  }
}
