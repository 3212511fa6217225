package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.RuleSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads all there is to say of a failure of VMX from the processor, when it has just happened. */
final class FailureReader {
  private final Cpu cpu;
  private final CodeReader reader;
  private final SceneReader scenes;

  FailureReader(Cpu cpu, CodeReader reader, SceneReader scenes) {
    this.cpu = cpu;
    this.reader = reader;
    this.scenes = scenes;
  }

  /**
   * A VMX instruction has failed.
   *
   * @param lockedBy the instruction that locked IA32_FEATURE_CONTROL, if one did
   * @param lookedAt see {@link Event.VmFailed}
   */
  Event.VmFailed vmFailed(
      VmFail fail,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view,
      Optional<Code> lockedBy,
      boolean lookedAt) {
    Code code = reader.at(cpu.rip);
    OptionalInt error =
        fail instanceof VmFail.Valid valid
            ? OptionalInt.of(valid.error().number())
            : OptionalInt.empty();
    return new Event.VmFailed(
        code,
        error,
        Optional.of(violated),
        Checks.evaluate(checks, view, code.mnemonic()),
        cpu.codeMode(),
        scenes.read(lockedBy, OptionalLong.empty()),
        new Snapshot(cpu),
        lookedAt);
  }

  /** A VM entry has failed while guest state was loaded. */
  Event.EntryFailed entryFailed(
      long exitReason,
      long qualification,
      Cause violated,
      RuleSet<?, ?> checks,
      StateView view,
      Optional<Code> lockedBy) {
    Code code = reader.at(cpu.rip);
    return new Event.EntryFailed(
        code,
        exitReason,
        qualification,
        violated,
        Checks.evaluate(checks, view, code.mnemonic()),
        cpu.codeMode(),
        scenes.read(lockedBy, OptionalLong.empty()),
        new Snapshot(cpu));
  }
}
