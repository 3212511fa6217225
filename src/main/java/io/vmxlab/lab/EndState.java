package io.vmxlab.lab;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.RunView;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Snapshot;
import io.vmxlab.machine.StateNames.Place;
import io.vmxlab.machine.Vmx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a lesson's run has to come to.
 *
 * @param outcome how it ends
 * @param exception mnemonic of the exception that ends it; empty if none does
 * @param rule id of the rule that is broken by that exception; empty if the manual's page is the
 *     only cause
 * @param vmFails rules that failing VMX instructions break, in order
 * @param events rules that are broken at failed VM entries and by guests, in order
 * @param vmx operation in which it ends
 * @param operations it has to pass through, from the first to the last; empty if any will do
 * @param returns value of EAX; empty if any will do
 * @param state values by name: a number, or the name of a register or MSR with the same value
 * @param vmcs fields of the current VMCS, or parts of them
 * @param kept registers whose bits, but for those that {@code state} names, stay as they were
 */
public record EndState(
    Outcome.Kind outcome,
    Optional<Vector> exception,
    Optional<String> rule,
    List<String> vmFails,
    List<String> events,
    Optional<Vmx> vmx,
    List<Vmx> operations,
    OptionalLong returns,
    Map<Place, String> state,
    Map<Place, Long> vmcs,
    List<StateItem> kept) {

  /** Something that a run did not come to. */
  public record Difference(String expected, String found) {}

  boolean isAboutOperations() {
    return !operations.isEmpty();
  }

  /**
   * What differs; empty if nothing does. Of a run that ends in another way, the state is of no
   * interest.
   */
  public List<Difference> differences(LessonRun lesson) {
    Run run = lesson.run();
    List<Difference> differences = new ArrayList<>();
    exceptions(run, differences);
    vmFails(run, differences);
    events(run, differences);
    if (!asWanted(run)) {
      differences.add(new Difference(wanted(), found(run)));
      return differences;
    }
    vmx.ifPresent(
        v -> compare(RunView.operation(v), RunView.operation(run.vmx()), "", differences));
    if (isAboutOperations()) {
      compare(path(operations), path(lesson.operations()), "the processor goes ", differences);
    }
    returns.ifPresent(
        v ->
            compare(
                Long.toString(v),
                Integer.toUnsignedString((int) run.get(State.RAX)),
                "EAX is ",
                differences));
    state.forEach((place, value) -> state(lesson.machine(), run, place, value, differences));
    vmcs.forEach((place, value) -> vmcs(run, place, value, differences));
    kept.forEach(item -> kept(run, item, differences));
    return List.copyOf(differences);
  }

  private static void compare(
      String expected, String found, String what, List<Difference> differences) {
    if (!expected.equals(found)) {
      differences.add(new Difference(what + expected, what + found));
    }
  }

  private boolean asWanted(Run run) {
    Optional<GuestFault> fault = run.outcome().fault();
    return run.kind() == outcome
        && exception.equals(fault.flatMap(GuestFault::vector))
        && (rule.isEmpty() || rule.equals(fault.flatMap(GuestFault::rule)));
  }

  private String wanted() {
    return exception
        .map(v -> v.mnemonic() + rule.map(r -> ", which breaks the rule " + r).orElse(""))
        .orElse(words(outcome));
  }

  private static String words(Outcome.Kind kind) {
    return kind == Outcome.Kind.COMPLETED
        ? "the program runs to its end"
        : "the run ends as " + kind.id();
  }

  private static String found(Run run) {
    if (run.outcome() instanceof Outcome.Unmodelled u) {
      return "the run stopped before something that vmxlab does not model: " + u.what();
    }
    if (run.outcome() instanceof Outcome.Limit l) {
      return "the program had not ended after " + l.limit() + " instructions";
    }
    if (run.outcome() instanceof Outcome.Halted) {
      return "HLT, from which nothing can wake the processor";
    }
    String shutdown = run.kind() == Outcome.Kind.SHUTDOWN ? "shutdown after " : "";
    return run.outcome().fault().map(f -> shutdown + exception(f)).orElse(words(run.kind()));
  }

  private static String exception(GuestFault fault) {
    String at = fault.code().mnemonic();
    String broken =
        fault
            .cause()
            .map(c -> ", which breaks the rule " + c.id() + ": " + c.requirement())
            .orElse("");
    return fault.title() + " at " + at + " (address " + Hex.literal(fault.rip()) + ")" + broken;
  }

  private static void exceptions(Run run, List<Difference> differences) {
    for (Event e : run.events()) {
      if (e instanceof Event.Delivered d) {
        differences.add(
            new Difference("no exception", "a handler was given " + exception(d.fault())));
        return;
      }
    }
  }

  private void vmFails(Run run, List<Difference> differences) {
    List<Event.VmFailed> failed = new ArrayList<>();
    for (Event e : run.events()) {
      if (e instanceof Event.VmFailed f) {
        failed.add(f);
      }
    }
    List<String> rules = failed.stream().map(f -> f.cause().map(c -> c.id()).orElse("")).toList();
    if (!rules.equals(vmFails)) {
      String found =
          failed.stream()
              .map(
                  f ->
                      f.code().mnemonic()
                          + " failed ("
                          + f.cause().map(c -> c.id()).orElse("")
                          + ")")
              .collect(Collectors.joining(", "));
      String wanted =
          vmFails.isEmpty()
              ? "no VMX instruction fails"
              : "a VMX instruction fails: " + String.join(", ", vmFails);
      differences.add(new Difference(wanted, found.isEmpty() ? "none failed" : found));
    }
  }

  /** What else went wrong: neither an exception nor a VMX instruction that failed. */
  private void events(Run run, List<Difference> differences) {
    List<Explanation> found =
        run.events().stream()
            .filter(e -> !(e instanceof Event.Delivered || e instanceof Event.VmFailed))
            .map(Explain::event)
            .toList();
    if (!found.stream().map(Explanation::rule).toList().equals(events)) {
      differences.add(
          new Difference(
              events.isEmpty()
                  ? "every VM entry succeeds, and nothing goes wrong in the guest"
                  : "rules are broken: " + String.join(", ", events),
              found.isEmpty()
                  ? "nothing went wrong"
                  : found.stream()
                      .map(e -> e.title() + " (" + e.rule() + ")")
                      .collect(Collectors.joining(", "))));
    }
  }

  private static String path(List<Vmx> operations) {
    return operations.stream().map(RunView::operation).collect(Collectors.joining(", then "));
  }

  private static void state(
      Machine machine, Run run, Place place, String value, List<Difference> differences) {
    long expected =
        Character.isDigit(value.charAt(0)) ? Long.parseUnsignedLong(value) : machine.get(value);
    long found = part(place, now(machine, run, place.item()));
    if (expected != found) {
      differences.add(
          new Difference(
              place.name() + " is " + Hex.literal(expected) + source(value),
              place.name() + " is " + Hex.literal(found)));
    }
  }

  private static void vmcs(Run run, Place place, long expected, List<Difference> differences) {
    if (run.vmcs().isEmpty()) {
      differences.add(new Difference("a VMCS is current", "no VMCS is current"));
      return;
    }
    long whole = run.vmcs().get().fields().getOrDefault((VmcsField) place.item(), 0L);
    long found = part(place, whole);
    if (found != expected) {
      differences.add(
          new Difference(
              place.name() + " is " + Hex.literal(expected),
              place.name() + " is " + Hex.literal(found)));
    }
  }

  private static String source(String value) {
    return Character.isDigit(value.charAt(0)) ? "" : ", the value of " + value;
  }

  private static long part(Place place, long whole) {
    return place.field().map(f -> f.get(whole)).orElse(whole);
  }

  private static long now(Machine machine, Run run, StateItem item) {
    return Snapshot.items().contains(item) ? run.get(item) : machine.get(item);
  }

  private void kept(Run run, StateItem item, List<Difference> differences) {
    long was = run.before().get(item);
    long is = run.get(item);
    long free = 0;
    for (Place p : state.keySet()) {
      if (p.item() == item) {
        free |= p.field().map(Field::mask).orElse(-1L);
      }
    }
    long lost = (was ^ is) & ~free;
    if (lost != 0) {
      differences.add(
          new Difference(
              item.itemName() + " keeps its " + (free != 0 ? "other bits" : "value"),
              item.itemName() + " " + RunView.change(item, was, is, lost)));
    }
  }
}
