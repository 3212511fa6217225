package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Mend;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Vmx;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.rule.Verdict.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applies the mend that is printed to every vector that violates a rule, on the reference models,
 * and with {@code -Dvmxlab.scale=2} on every model, and runs it again: the rule is satisfied, and
 * nothing worse happens.
 */
class MendedVectorsTest {
  /** What came of all mends of a rule. */
  private static final class Tally {
    int applied;
    int statements;
    int impossible;
    final Set<String> wrong = new LinkedHashSet<>();
    final Set<String> texts = new TreeSet<>();
  }

  private static final VectorRunner RUNNER = new VectorRunner();
  private static final Map<String, Tally> TALLIES = new TreeMap<>();
  private static final Map<String, MendedVector> ASSEMBLED = new HashMap<>();

  @BeforeAll
  static void mendAll() {
    for (TestVector vector : Vectors.builtIn()) {
      if (vector.violates().isEmpty()) {
        continue;
      }
      for (DumpedCpu cpu : models()) {
        if (VectorRunner.applies(vector, cpu)) {
          mend(vector, cpu);
        }
      }
    }
  }

  private static void mend(TestVector vector, DumpedCpu cpu) {
    String rule = vector.violates().get(0);
    VectorRunner.Trial before = RUNNER.attempt(vector, cpu);
    if (before.run().isEmpty()) {
      return; // it needs something that is not modelled
    }
    Tally tally = TALLIES.computeIfAbsent(rule, k -> new Tally());
    String where = vector.id() + " on " + cpu.name() + ": ";
    Optional<Mend> mend = explanation(before.run().get(), rule).flatMap(Explanation::mend);
    if (mend.isEmpty() || mend.get().text().isEmpty()) {
      tally.wrong.add(where + "no mend");
      return;
    }
    tally.texts.add(mend.get().text());
    boolean code = mend.get().place() != Mend.Place.NOWHERE;
    if (!code && mend.get().settings().isEmpty()) {
      tally.statements++;
      return;
    }
    tally.applied++;
    MendedVector again =
        ASSEMBLED.computeIfAbsent(
            vector.id() + mend.get(), k -> MendedVector.of(vector, mend.get()));
    VectorRunner.Trial after = RUNNER.attempt(again.vector(), cpu);
    String problem = problem(vector, rule, before, after);
    if (!problem.isEmpty()) {
      tally.wrong.add(where + problem + "\n" + again.vector().code().assembly());
    }
  }

  private static Optional<Explanation> explanation(Run run, String rule) {
    Optional<Explanation> outcome = Explain.outcome(run).filter(e -> e.rule().equals(rule));
    if (outcome.isPresent()) {
      return outcome;
    }
    return run.events().stream()
        .filter(e -> !(e instanceof Event.Delivered))
        .map(
            e ->
                e instanceof Event.VmFailed f
                    ? Explain.vmFail(f)
                    : Explain.entryFailure((Event.EntryFailed) e))
        .filter(e -> e.rule().equals(rule))
        .findFirst();
  }

  /** What is wrong with the mended run; empty if nothing is. */
  private static String problem(
      TestVector vector, String rule, VectorRunner.Trial before, VectorRunner.Trial after) {
    if (after.run().isEmpty()) {
      boolean further = after.result().status() == VectorResult.Status.SKIPPED;
      return further ? "" : "did not run: " + after.result().differences();
    }
    List<String> failed = new ArrayList<>();
    after
        .verdicts()
        .forEach(
            (id, v) -> {
              if (v.result() == Result.FAIL) {
                failed.add(id);
              }
            });
    if (failed.contains(rule)) {
      return "still violated";
    }
    failed.removeAll(vector.violates());
    failed.removeIf(id -> !before.verdicts().containsKey(id)); // there was nothing to look at
    failed.removeAll(NEXT.getOrDefault(rule, Set.of()));
    if (!failed.isEmpty()) {
      return "new violations: " + failed;
    }
    Outcome outcome = after.run().get().outcome();
    Optional<String> cause = outcome.first().flatMap(f -> f.rule());
    if (outcome.kind() == Outcome.Kind.SHUTDOWN || outcome.kind() == Outcome.Kind.LIMIT) {
      return outcome.kind() + cause.map(c -> " by " + c).orElse("");
    }
    boolean operand = cause.equals(Optional.of("page-is-present")) && unreadable(before);
    // what a guest does after the entry is not the mend's
    boolean guest = after.run().get().vmx() == Vmx.NON_ROOT && before.run().get().vmx() == Vmx.ROOT;
    boolean known = operand || guest || cause.isEmpty() || expected(vector, rule, cause.get());
    return known ? "" : "another fault: " + outcome.first().get().title() + " by " + cause.get();
  }

  private static boolean expected(TestVector vector, String rule, String cause) {
    return vector.violates().contains(cause) || NEXT.getOrDefault(rule, Set.of()).contains(cause);
  }

  /**
   * Mends that make another thing of the guest or of the instruction, and what that demands
   * besides: whoever applies the mend is told of it next.
   */
  private static final Map<String, Set<String>> NEXT =
      Map.of(
          "injection-exception-vector-at-most-31",
          Set.of("injected-interrupt-requires-if"),
          "ia32e-guest-from-ia32e-mode",
          Set.of(
              "guest-pdpte0-reserved",
              "guest-pdpte1-reserved",
              "guest-pdpte2-reserved",
              "guest-pdpte3-reserved"),
          "64-bit-host-in-ia32e-mode",
          Set.of("page-is-present"), // the vector's host RIP, after the exit
          "getsec-cr4-smxe",
          Set.of("getsec-leaf-exists"));

  /** The operand could not have been read anyway: the mended instruction gets that far. */
  private static boolean unreadable(VectorRunner.Trial before) {
    return before.verdicts().values().stream()
        .flatMap(v -> v.observed().stream())
        .anyMatch(o -> o.item() == VmxItem.OPERAND_READABLE && o.value() == 0);
  }

  /** All of them where there is time. */
  private static List<DumpedCpu> models() {
    return Scale.factor() > 1 ? CpuModels.list() : CpuModels.reference();
  }

  static Set<String> rules() {
    Set<String> ids = new LinkedHashSet<>();
    RuleBook.book().entries().forEach(e -> ids.add(e.rule().id()));
    return ids;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void itsMendsMend(String rule) {
    Tally tally = TALLIES.get(rule);
    if (tally == null) {
      assertTrue(NEVER_FIRST.contains(rule), rule + " is first in no vector");
      return;
    }
    assertEquals(Set.of(), tally.wrong, rule);
    assertFalse(RuleBook.book().find(rule).orElseThrow().rule().mend().text().isEmpty(), rule);
  }

  /** Rules of which another one is always violated too, before them. */
  private static final Set<String> NEVER_FIRST =
      Set.of(
          "xcr0-avx-requires-sse",
          "xcr0-amx-bits-together",
          "cr0-vmx-fixed-to-0",
          "cr4-vmx-fixed-to-0",
          "vmxon-cr4-fixed-to-1",
          "ia32e-guest-requires-64-bit-host",
          "32-bit-host-rip-has-32-bits");

  /**
   * Rules that no code at the place of the violation can satisfy; all others are applied. What is
   * said of the operands of INVEPT and INVVPID is applied by InvalidationTest.
   */
  private static final Set<String> ONLY_STATEMENTS =
      Set.of(
          "privileged-cpl-is-0",
          "vmx-instruction-protected-mode",
          "vmx-instruction-not-virtual-8086",
          "vmxon-not-virtual-8086",
          "linked-vmcs-exists",
          "guest-virtual-8086-mode-possible");

  @Test
  void onlyTheseCannotBeMendedByCode() {
    Set<String> statements = new TreeSet<>();
    Map<String, String> counts = new LinkedHashMap<>();
    TALLIES.forEach(
        (rule, tally) -> {
          counts.put(
              rule, tally.applied + " applied, " + tally.statements + " only said " + tally.texts);
          if (tally.applied == 0 && !rule.startsWith("inv")) {
            statements.add(rule);
          }
        });
    if (Boolean.getBoolean("mends.show")) {
      counts.forEach((rule, count) -> System.out.println(rule + ": " + count));
    }
    assertEquals(ONLY_STATEMENTS, statements);
  }
}
