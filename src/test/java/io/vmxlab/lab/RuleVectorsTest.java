package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.Verdict.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the vectors say about the rules: each is satisfied, violated alone, and reads what it says.
 */
class RuleVectorsTest {
  private static final List<TestVector> VECTORS = Vectors.builtIn();

  /** What each rule looked at, over all vectors and processor models. */
  private static final Map<String, Set<StateItem>> LOOKED_AT = new HashMap<>();

  private static final Map<String, Set<Result>> SEEN = new HashMap<>();
  private static final List<String> NOT_POISONED = new ArrayList<>();

  @BeforeAll
  static void runAll() {
    VectorRunner runner = new VectorRunner(RuleVectorsTest::record);
    for (TestVector vector : VECTORS) {
      for (DumpedCpu cpu : CpuModels.reference()) {
        VectorRunner.Trial trial = runner.attempt(vector, cpu);
        trial
            .verdicts()
            .forEach((id, v) -> SEEN.computeIfAbsent(id, k -> new HashSet<>()).add(v.result()));
        Long expected = vector.expect().state().get(State.RFLAGS.itemName());
        if (expected != null && !trial.verdicts().isEmpty() && expected == trial.flags()) {
          NOT_POISONED.add(vector.id());
        }
      }
    }
  }

  private static void record(Rule<StateView> rule, StateView view) {
    Set<StateItem> items = LOOKED_AT.computeIfAbsent(rule.id(), k -> new HashSet<>());
    StateView recording =
        item -> {
          items.add(item);
          return view.get(item);
        };
    rule.holds(recording);
    rule.mend().change().ifPresent(c -> c.ones().applyAsLong(recording));
    rule.mend().change().ifPresent(c -> c.zeros().applyAsLong(recording));
  }

  static List<RuleBook.Entry> rules() {
    return RuleBook.book().entries();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aVectorSatisfiesIt(RuleBook.Entry entry) {
    assertTrue(
        VECTORS.stream().anyMatch(v -> v.satisfies().contains(entry.rule().id())),
        entry.rule().id());
  }

  /** Alone, or together with what its violation implies. */
  @ParameterizedTest
  @MethodSource("rules")
  void aVectorViolatesItAlone(RuleBook.Entry entry) {
    Rule<StateView> rule = entry.rule();
    List<TestVector> violating =
        VECTORS.stream()
            .filter(v -> v.violates().contains(rule.id()))
            .filter(v -> others(v, rule).stream().allMatch(o -> implied(rule, o)))
            .toList();
    assertFalse(violating.isEmpty(), rule.id());
  }

  private static List<String> others(TestVector vector, Rule<StateView> rule) {
    return vector.violates().stream().filter(id -> !id.equals(rule.id())).toList();
  }

  private static boolean implied(Rule<StateView> rule, String other) {
    return rule.impliedBy().contains(other)
        || rule.impliedBy().stream()
            .map(id -> RuleBook.book().find(id).orElseThrow().rule())
            .anyMatch(r -> r.impliedBy().contains(other));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void itIsSeenToHoldAndNotToHold(RuleBook.Entry entry) {
    String id = entry.rule().id();
    Set<Result> seen = SEEN.getOrDefault(id, Set.of());
    assertTrue(seen.contains(Result.PASS), id);
    assertTrue(seen.contains(Result.FAIL), id);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void itReadsWhatItSays(RuleBook.Entry entry) {
    Rule<StateView> rule = entry.rule();
    Set<String> said = names(rule.reads());
    said.remove(State.MSR_INDEX.itemName()); // which MSR it is about: for the reader
    assertEquals(said, names(LOOKED_AT.getOrDefault(rule.id(), Set.of())), rule.id());
  }

  private static Set<String> names(Iterable<StateItem> items) {
    Set<String> names = new TreeSet<>();
    items.forEach(i -> names.add(i.itemName()));
    return names;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void itSaysWhatItImplies(RuleBook.Entry entry) {
    for (String id : entry.rule().impliedBy()) {
      assertTrue(RuleBook.book().find(id).isPresent(), entry.rule().id() + " names " + id);
    }
  }

  @Test
  void idsAreUniqueAndKebabCase() {
    Map<String, Rule<StateView>> byName = new HashMap<>();
    for (RuleBook.Entry entry : rules()) {
      assertTrue(entry.rule().id().matches("[a-z0-9]+(-[a-z0-9]+)+"), entry.rule().id());
    }
    RuleBook.book()
        .checklists()
        .forEach(
            list ->
                list.rules()
                    .forEach(
                        rule -> {
                          Rule<StateView> first = byName.putIfAbsent(rule.id(), rule);
                          assertTrue(first == null || first == rule, rule.id());
                          for (String alias : rule.aliases()) {
                            Rule<StateView> other = byName.putIfAbsent(alias, rule);
                            assertTrue(other == null || other == rule, alias);
                          }
                        }));
  }

  @Test
  void everyVectorNamesRulesThatExist() {
    for (TestVector v : VECTORS) {
      if (v.expect().outcome() == TestVector.Ending.VM_EXIT) {
        continue;
      }
      RuleBook.Entry entry = RuleBook.book().find(v.rule()).orElseThrow(() -> missing(v, v.rule()));
      assertEquals(entry.rule().citation().cite(), v.citation(), v.id());
      for (String id : v.satisfies()) {
        RuleBook.book().find(id).orElseThrow(() -> missing(v, id));
      }
      for (String id : v.violates()) {
        RuleBook.book().find(id).orElseThrow(() -> missing(v, id));
      }
    }
  }

  private static AssertionError missing(TestVector v, String id) {
    return new AssertionError(v.id() + " names the rule " + id);
  }

  /** A stale value must not pass: the flags that are expected differ from those before. */
  @Test
  void flagsArePoisonedFirst() {
    assertEquals(List.of(), NOT_POISONED);
  }
}
