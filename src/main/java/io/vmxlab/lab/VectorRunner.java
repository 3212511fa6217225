package io.vmxlab.lab;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Hex;
import io.vmxlab.lab.TestVector.Bytes;
import io.vmxlab.lab.TestVector.Ending;
import io.vmxlab.lab.TestVector.Expectation;
import io.vmxlab.lab.TestVector.Processors;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Snapshot;
import io.vmxlab.machine.StateNames;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/** Runs test vectors and compares. */
public final class VectorRunner {
  private static final long LIMIT = 10_000;
  private static final long MEMORY = 8L << 20;

  /**
   * What came of a vector, and how.
   *
   * @param run what the processor did; empty if the vector did not get that far
   * @param verdicts the rules of the instruction under test by id, as the processor saw them:
   *     nothing if no check was made
   * @param flags RFLAGS when the first check was made
   */
  public record Trial(
      VectorResult result,
      Optional<Run> run,
      Map<String, Verdict<StateView>> verdicts,
      long flags) {}

  private final BiConsumer<Rule<StateView>, StateView> probe;

  public VectorRunner() {
    this((rule, view) -> {});
  }

  /** A runner that shows every rule of the instructions under test, and the view it looked at. */
  VectorRunner(BiConsumer<Rule<StateView>, StateView> probe) {
    this.probe = probe;
  }

  /** Whether the vector is for the processor model. */
  public static boolean applies(TestVector vector, DumpedCpu cpu) {
    Processors p = vector.processors();
    return (p.only().isEmpty() || p.only().contains(cpu.name()))
        && p.with().stream().allMatch(f -> cpu.real().has(Feature.valueOf(f)))
        && p.without().stream().noneMatch(f -> cpu.real().has(Feature.valueOf(f)));
  }

  /** Runs a vector on a processor model, or skips it. */
  public VectorResult run(TestVector vector, DumpedCpu cpu) {
    return attempt(vector, cpu).result();
  }

  /** Runs a vector on a processor model, or skips it, and tells how it went. */
  public Trial attempt(TestVector vector, DumpedCpu cpu) {
    if (!applies(vector, cpu)) {
      return skipped(vector, cpu, "the vector is for other processors");
    }
    List<String> differences = new ArrayList<>();
    Map<String, Verdict<StateView>> verdicts = Map.of();
    Optional<Run> done = Optional.empty();
    long flags = 0;
    try {
      Machine machine = machine(vector, cpu);
      long test = origin(vector) + vector.code().test();
      Program program = program(vector);
      CheckWatch watch = new CheckWatch(machine.cpu().observer, test, mnemonic(vector), probe);
      machine.cpu().observer = watch;
      Run run = machine.run(program);
      done = Optional.of(run);
      verdicts = watch.verdicts();
      flags = watch.flags();
      if (run.outcome() instanceof Outcome.Unmodelled u
          && vector.expect().outcome() != Ending.UNMODELLED
          && vector.expect().outcome() != Ending.ENTERED
          && vector.expect().outcome() != Ending.ENTRY_FAILURE) {
        return skipped(vector, cpu, "vmxlab does not model " + u.what());
      }
      if (vector.expect().outcome() == Ending.ENTERED) {
        boolean beyond = run.outcome() instanceof Outcome.Unmodelled;
        demand(watch.entered() || beyond, "a VM entry", ending(run), differences);
      }
      if (vector.expect().outcome() == Ending.VM_EXIT) {
        demand(watch.left(), "a VM exit at " + Hex.literal(test), ending(run), differences);
      }
      compare(vector, machine, run, test, differences);
      if (vector.expect().outcome() != Ending.VM_EXIT) {
        compareRules(vector, verdicts, differences);
      }
    } catch (BadInputException e) {
      differences.add(e.getMessage());
    }
    Status status = differences.isEmpty() ? Status.PASSED : Status.FAILED;
    return new Trial(
        new VectorResult(vector, cpu.name(), status, List.copyOf(differences)),
        done,
        verdicts,
        flags);
  }

  private static Trial skipped(TestVector vector, DumpedCpu cpu, String why) {
    return new Trial(
        new VectorResult(vector, cpu.name(), Status.SKIPPED, List.of(why)),
        Optional.empty(),
        Map.of(),
        0);
  }

  static Machine machine(TestVector vector, DumpedCpu cpu) {
    MachineBuilder builder =
        Machine.builder()
            .cpu(cpu)
            .firmware(vector.firmware())
            .mode(vector.mode())
            .memory(MEMORY)
            .limit(LIMIT)
            .force(vector.force());
    vector.initial().forEach((name, value) -> builder.set(name, "0x" + Long.toHexString(value)));
    Machine machine = builder.build();
    for (Bytes piece : vector.memory()) {
      machine.write(piece.at(), piece.bytes());
    }
    return machine;
  }

  /** Address of the code. */
  static long origin(TestVector vector) {
    return vector.origin().orElse(vector.mode() == 16 ? MemoryMap.PROGRAM_16 : MemoryMap.PROGRAM);
  }

  /** The vector's bytes, not its assembly: they are what other emulators run too. */
  static Program program(TestVector vector) {
    StringBuilder text = new StringBuilder();
    text.append("org 0x").append(Long.toHexString(origin(vector))).append('\n');
    for (byte b : vector.code().bytes()) {
      text.append("db 0x").append(Integer.toHexString(b & 0xFF)).append('\n');
    }
    return Program.assembly(vector.id(), text.toString());
  }

  private static String mnemonic(TestVector vector) {
    String[] lines = vector.code().assembly().split("\n");
    for (String line : lines) {
      if (line.strip().startsWith("test:")) {
        return line.strip()
            .substring("test:".length())
            .strip()
            .split("\\s")[0]
            .toUpperCase(Locale.ROOT);
      }
    }
    return "";
  }

  private void compare(
      TestVector vector, Machine machine, Run run, long test, List<String> differences) {
    Expectation e = vector.expect();
    switch (e.outcome()) {
      case FAULT:
        fault(vector, run, test, differences);
        break;
      case VMFAIL:
        vmFail(vector, run, test, differences);
        break;
      case ENTRY_FAILURE:
        entryFailure(vector, run, test, differences);
        break;
      case ENTERED:
      case VM_EXIT:
        break;
      case UNMODELLED:
        demand(
            run.kind() == Outcome.Kind.UNMODELLED, "outcome unmodelled", ending(run), differences);
        break;
      default:
        demand(run.kind() == Outcome.Kind.COMPLETED, "outcome completed", ending(run), differences);
        demand(
            run.events().stream().noneMatch(x -> at(x, test)),
            "the instruction under test does not fail",
            ending(run),
            differences);
        break;
    }
    e.state().forEach((name, value) -> state(machine, run, name, value, differences));
    e.vmcs().forEach((field, value) -> field(machine, field, value, differences));
    for (Bytes piece : e.memory()) {
      byte[] found = machine.read(piece.at(), piece.bytes().length);
      demand(
          Arrays.equals(found, piece.bytes()),
          "memory at " + Hex.literal(piece.at()) + ": " + Arrays.toString(piece.bytes()),
          Arrays.toString(found),
          differences);
    }
  }

  private static boolean at(Event event, long address) {
    return event instanceof Event.VmFailed f && f.code().linear() == address
        || event instanceof Event.Delivered d && d.fault().code().linear() == address;
  }

  private static void fault(TestVector vector, Run run, long test, List<String> differences) {
    Expectation e = vector.expect();
    Optional<GuestFault> fault = run.outcome().fault();
    if (run.kind() != Outcome.Kind.FAULT || fault.isEmpty()) {
      demand(false, "outcome fault " + e.vector().orElse(""), ending(run), differences);
      return;
    }
    GuestFault f = fault.get();
    String name = f.vector().map(v -> v.mnemonic()).orElse("interrupt " + f.number());
    demand(name.equals(e.vector().orElse("")), e.vector().orElse(""), name, differences);
    if (e.errorCode().isPresent()) {
      demand(
          f.errorCode().equals(e.errorCode()),
          "error code " + e.errorCode(),
          f.errorCode().toString(),
          differences);
    }
    long at = f.code().linear();
    demand(at == test, "the fault at " + Hex.literal(test), Hex.literal(at), differences);
    cause(vector, f.rule(), differences);
  }

  private static void vmFail(TestVector vector, Run run, long test, List<String> differences) {
    Expectation e = vector.expect();
    demand(run.kind() == Outcome.Kind.COMPLETED, "outcome completed", ending(run), differences);
    for (Event event : run.events()) {
      if (event instanceof Event.VmFailed f && f.code().linear() == test) {
        demand(fails(f.error(), e, run), "VMfail " + e.error(), f.error().toString(), differences);
        cause(vector, f.cause().map(c -> c.id()), differences);
        return;
      }
    }
    demand(false, "VMfail at " + Hex.literal(test), ending(run), differences);
  }

  private static void entryFailure(
      TestVector vector, Run run, long test, List<String> differences) {
    long qualification = vector.expect().qualification().orElseThrow();
    for (Event event : run.events()) {
      if (event instanceof Event.EntryFailed f && f.code().linear() == test) {
        demand(
            f.qualification() == qualification,
            "exit qualification " + qualification,
            Long.toString(f.qualification()),
            differences);
        cause(vector, Optional.of(f.cause().id()), differences);
        return;
      }
    }
    demand(false, "a failed VM entry at " + Hex.literal(test), ending(run), differences);
  }

  /** An error number without a current VMCS to hold it becomes VMfailInvalid. */
  private static boolean fails(OptionalInt error, Expectation e, Run run) {
    boolean invalid = (run.get(State.RFLAGS) & 1) != 0;
    return e.error().isEmpty() ? invalid : error.equals(e.error()) && !invalid;
  }

  /** The rule that the processor names is the first of those that are violated. */
  private static void cause(TestVector vector, Optional<String> named, List<String> differences) {
    if (!vector.violates().isEmpty()) {
      demand(
          named.equals(Optional.of(vector.violates().get(0))),
          "rule " + vector.violates().get(0),
          named.orElse("none"),
          differences);
    }
  }

  private static void compareRules(
      TestVector vector, Map<String, Verdict<StateView>> verdicts, List<String> differences) {
    List<String> failed =
        verdicts.values().stream()
            .filter(v -> v.result() == Verdict.Result.FAIL)
            .map(v -> v.rule().id())
            .toList();
    demand(
        failed.equals(vector.violates()),
        "violated rules " + vector.violates(),
        failed.toString(),
        differences);
    for (String id : vector.satisfies()) {
      Verdict<StateView> verdict = verdicts.get(id);
      demand(
          verdict != null && verdict.result() == Verdict.Result.PASS,
          "rule " + id + " applies and holds",
          verdict == null ? "it was not checked" : verdict.result().toString(),
          differences);
    }
  }

  private static void state(
      Machine machine, Run run, String name, long expected, List<String> differences) {
    StateNames.Place place = StateNames.find(name);
    StateItem item = place.item();
    boolean delivered = item == State.CR2 || !Snapshot.items().contains(item);
    long whole = delivered ? machine.get(item) : run.get(item);
    long found = place.field().map(f -> f.get(whole)).orElse(whole);
    demand(
        found == expected, name + " = " + Hex.literal(expected), Hex.literal(found), differences);
  }

  private static void field(
      Machine machine, VmcsField field, long expected, List<String> differences) {
    long found = machine.get(field);
    String name = field.itemName();
    demand(
        found == expected, name + " = " + Hex.literal(expected), Hex.literal(found), differences);
  }

  private static void demand(
      boolean holds, String expected, String found, List<String> differences) {
    if (!holds) {
      differences.add("expected " + expected + ", found " + found);
    }
  }

  private static String ending(Run run) {
    if (run.outcome() instanceof Outcome.Unmodelled u) {
      return "unmodelled " + u.what();
    }
    return run.outcome()
        .fault()
        .map(
            f ->
                f.title()
                    + " at "
                    + Hex.literal(f.rip())
                    + f.rule().map(r -> " (" + r + ")").orElse(""))
        .orElse(run.kind().id());
  }
}
