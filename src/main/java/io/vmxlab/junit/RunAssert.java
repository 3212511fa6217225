package io.vmxlab.junit;

import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.explain.BitView;
import io.vmxlab.explain.Check;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.explain.Text;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Snapshot;
import io.vmxlab.machine.StateNames;
import io.vmxlab.machine.Vmx;
import io.vmxlab.rule.Verdict.Result;
import io.vmxlab.text.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions about a run. Each hands back this object or throws {@link AssertionFailedError}, whose
 * message shows what was expected and found, then the whole run with its explanation and checklist.
 *
 * <p>What {@link #violated}, {@link #satisfied} and {@link #at} speak of is the exception or failed
 * VMX instruction that the assertion before them found; without one, that which ended the run, else
 * the last one that happened.
 */
public final class RunAssert {
  private final Run run;
  private String name = "run";
  private Optional<Explanation> subject;

  /** The subject is one of those that the report of a run only mentions. */
  private boolean mentioned;

  RunAssert(Run run) {
    this.run = run;
    this.subject = Explain.outcome(run).filter(e -> run.outcome().fault().isPresent());
    if (subject.isEmpty() && !run.events().isEmpty()) {
      speakOf(run.events().get(run.events().size() - 1));
    }
  }

  private void speakOf(Event event) {
    mentioned = event instanceof Event.Delivered;
    subject =
        Optional.of(
            event instanceof Event.VmFailed v
                ? Explain.vmFail(v)
                : event instanceof Event.EntryFailed e
                    ? Explain.entryFailure(e)
                    : Explain.fault(((Event.Delivered) event).fault()));
  }

  /** What messages call the run. */
  public RunAssert as(String description) {
    name = description;
    return this;
  }

  /** The run, for assertions of other libraries. */
  public Run run() {
    return run;
  }

  /** The program returned, ran off its end or said through the exit port that it is done. */
  public RunAssert completed() {
    return ended(Outcome.Kind.COMPLETED);
  }

  /** The program halted where nothing can wake the processor. */
  public RunAssert halted() {
    return ended(Outcome.Kind.HALTED);
  }

  /** The processor shut down on a triple fault. */
  public RunAssert shutDown() {
    return ended(Outcome.Kind.SHUTDOWN);
  }

  /** The program did not end within its number of instructions. */
  public RunAssert reachedLimit() {
    return ended(Outcome.Kind.LIMIT);
  }

  private RunAssert ended(Outcome.Kind kind) {
    return demand(run.kind() == kind, "outcome " + kind.id(), ending());
  }

  /**
   * The called function returned a value.
   *
   * @param value of RAX; of EAX or AX outside 64-bit mode
   */
  public RunAssert returned(long value) {
    boolean same = run.returnValue().isPresent() && run.returnValue().getAsLong() == value;
    String found =
        run.returnValue().isPresent()
            ? "it returned " + Hex.literal(run.returnValue().getAsLong())
            : run.kind() == Outcome.Kind.COMPLETED ? "no function was called" : ending();
    return demand(same, "the function to return " + Hex.literal(value), found);
  }

  /** The program ended by writing this value to the exit port. */
  public RunAssert reported(int value) {
    OptionalInt found =
        run.outcome() instanceof Outcome.Completed c ? c.reported() : OptionalInt.empty();
    String actual = found.isPresent() ? "the value " + found.getAsInt() : ending();
    return demand(
        found.equals(OptionalInt.of(value)), "the value " + value + " on the exit port", actual);
  }

  /** The run ended in an exception that the program has no handler for. */
  public RunAssert faultedWith(Vector vector) {
    return faulted(vector, OptionalInt.empty());
  }

  /** The run ended in an exception with this error code that the program has no handler for. */
  public RunAssert faultedWith(Vector vector, int errorCode) {
    return faulted(vector, OptionalInt.of(errorCode));
  }

  private RunAssert faulted(Vector vector, OptionalInt code) {
    Optional<GuestFault> fault =
        run.outcome() instanceof Outcome.Fault f ? Optional.of(f.exception()) : Optional.empty();
    boolean same = fault.filter(f -> is(f, vector, code)).isPresent();
    demand(same, "an unhandled " + title(vector, code), ending());
    subject = Explain.outcome(run);
    mentioned = false;
    return this;
  }

  /** An exception went to the program's own handler. */
  public RunAssert handled(Vector vector) {
    return delivered(vector, OptionalInt.empty());
  }

  /** An exception with this error code went to the program's own handler. */
  public RunAssert handled(Vector vector, int errorCode) {
    return delivered(vector, OptionalInt.of(errorCode));
  }

  private RunAssert delivered(Vector vector, OptionalInt code) {
    return happened(
        e -> e instanceof Event.Delivered d && is(d.fault(), vector, code),
        title(vector, code) + " in a handler of the program");
  }

  private static boolean is(GuestFault fault, Vector vector, OptionalInt code) {
    return fault.number() == vector.number && (code.isEmpty() || code.equals(fault.errorCode()));
  }

  private static String title(Vector vector, OptionalInt code) {
    return vector.mnemonic() + (code.isPresent() ? "(" + Hex.literal(code.getAsInt()) + ")" : "");
  }

  /** A VMX instruction failed with CF = 1, VMfailInvalid. */
  public RunAssert failedInvalid() {
    return happened(e -> e instanceof Event.VmFailed f && f.error().isEmpty(), "VMfailInvalid");
  }

  /** A VMX instruction failed with ZF = 1 and this VM-instruction error. */
  public RunAssert failedValid(int error) {
    return happened(
        e -> e instanceof Event.VmFailed f && f.error().equals(OptionalInt.of(error)),
        "VMfailValid(" + error + ")");
  }

  private RunAssert happened(Predicate<Event> wanted, String expected) {
    Optional<Event> found = run.events().stream().filter(wanted).reduce((first, last) -> last);
    demand(found.isPresent(), expected, events());
    found.ifPresent(this::speakOf);
    return this;
  }

  /** No exception, whether handled or not, and no failed VMX instruction. */
  public RunAssert nothingFailed() {
    boolean none = run.events().isEmpty() && run.outcome().fault().isEmpty();
    return demand(none, "no exception and no failed VMX instruction", events());
  }

  /** The instruction that failed, by its mnemonic. */
  public RunAssert at(String mnemonic) {
    String found = subject.flatMap(Explanation::code).map(c -> c.mnemonic()).orElse("");
    return demand(
        found.equalsIgnoreCase(mnemonic),
        "a failure of " + mnemonic,
        found.isEmpty() ? "nothing failed" : subject.get().title());
  }

  /**
   * The failure is due to this requirement.
   *
   * @param rule id or alias of the rule, or of the entry of {@link Sdm} where the manual has no
   *     list of rules
   * @throws BadInputException if there is no such rule
   */
  public RunAssert violated(String rule) {
    String id = known(rule);
    String found = subject.map(Explanation::rule).orElse("");
    return demand(
        found.equals(id),
        "a violation of " + id,
        found.isEmpty() ? "no rule was violated" : "a violation of " + found);
  }

  /**
   * The checklist of the failure, or of a VMX instruction that succeeded, has this requirement, and
   * it is met.
   *
   * @throws BadInputException if there is no such rule
   */
  public RunAssert satisfied(String rule) {
    String id = known(rule);
    List<Check> checks = subject.map(Explanation::checks).orElseGet(() -> Explain.checks(run));
    Optional<Result> result =
        checks.stream().filter(c -> c.rule().equals(id)).map(Check::result).findFirst();
    return demand(
        result.equals(Optional.of(Result.PASS)),
        id + " to be satisfied",
        result.map(r -> "its result is \"" + Text.word(r) + "\"").orElse("it was not checked"));
  }

  private static String known(String rule) {
    RuleBook book = RuleBook.book();
    Optional<String> id = book.find(rule).map(e -> e.rule().id());
    boolean section = List.of(Sdm.values()).stream().anyMatch(s -> s.id().equals(rule));
    return id.orElseGet(
        () -> {
          if (section) {
            return rule;
          }
          throw new BadInputException(
              "rule", "there is no \"" + rule + "\"" + Names.hint(rule, book.ids()), "");
        });
  }

  /** The run began outside VMX operation and ended in VMX root operation. */
  public RunAssert enteredVmx() {
    long before = run.before().get(State.VMX_OPERATION);
    return demand(
        before == Vmx.OUTSIDE.ordinal() && run.vmx() == Vmx.ROOT,
        "VMX root operation to be entered",
        "VMX operation "
            + Vmx.values()[(int) before].id()
            + " before, "
            + run.vmx().id()
            + " after");
  }

  /** The run ended outside VMX operation. */
  public RunAssert endedOutsideVmx() {
    return demand(run.vmx() == Vmx.OUTSIDE, "an end outside VMX operation", "in " + run.vmx().id());
  }

  /** These bits of CR0 are 1 at the end, as in {@code hasCr0(Cr0.NE | Cr0.PG)}. */
  public RunAssert hasCr0(long bits) {
    return bits(State.CR0, bits, 0);
  }

  /** These bits of CR0 are 0 at the end. */
  public RunAssert lacksCr0(long bits) {
    return bits(State.CR0, 0, bits);
  }

  /** These bits of CR4 are 1 at the end, as in {@code hasCr4(Cr4.VMXE)}. */
  public RunAssert hasCr4(long bits) {
    return bits(State.CR4, bits, 0);
  }

  /** These bits of CR4 are 0 at the end. */
  public RunAssert lacksCr4(long bits) {
    return bits(State.CR4, 0, bits);
  }

  private RunAssert bits(State register, long ones, long zeros) {
    BitView bits = BitView.of(register.layout(), run.get(register), ones, zeros).demanded();
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (BitView.Row row : bits.violated().rows()) {
      String place =
          bits.name() + (row.name().equals("reserved") ? "." + row.bits() : "." + row.name());
      expected.add(place + " = " + Hex.literal(row.required().orElse(0L)));
      found.add(place + " = " + Hex.literal(row.observed()));
    }
    if (!expected.isEmpty()) {
      Sheet sheet = new Sheet(Style.PLAIN);
      Text.bits(sheet, bits);
      throw failure(String.join(", ", expected), String.join(", ", found), sheet + "\n");
    }
    return this;
  }

  /**
   * A register, MSR, condition or field has this value at the end; of a fault, when it was raised.
   *
   * @param place such as {@code rax}, {@code cr4.VMXE}, {@code IA32_FEATURE_CONTROL.lock}
   * @throws BadInputException if there is none of that name, or a run does not record it
   */
  public RunAssert has(String place, long value) {
    StateNames.Place found = recorded(place);
    long actual = value(found, run.after());
    return demand(
        actual == value,
        found.name() + " = " + Hex.literal(value),
        found.name() + " = " + Hex.literal(actual));
  }

  /**
   * A register, MSR, condition or field is at the end what it was before the program.
   *
   * @throws BadInputException if there is none of that name, or a run does not record it
   */
  public RunAssert unchanged(String place) {
    StateNames.Place found = recorded(place);
    long before = value(found, run.before());
    long after = value(found, run.after());
    return demand(
        before == after,
        found.name() + " to stay " + Hex.literal(before),
        found.name() + " = " + Hex.literal(after));
  }

  private static StateNames.Place recorded(String name) {
    StateNames.Place place = StateNames.find(name);
    if (!Snapshot.items().contains(place.item())) {
      throw new BadInputException(
          name, "a run does not record " + place.item().itemName(), "ask Machine.get afterwards");
    }
    return place;
  }

  private static long value(StateNames.Place place, Snapshot snapshot) {
    Layout layout = place.item().layout();
    long whole = snapshot.get(place.item());
    long mask = layout.width() == Long.SIZE ? -1L : (1L << layout.width()) - 1;
    return place.field().map(f -> f.get(whole)).orElse(whole & mask);
  }

  /** What the program wrote to the debug console and COM1, read as ISO 8859-1. */
  public RunAssert wrote(String text) {
    String found = new String(run.output(), StandardCharsets.ISO_8859_1);
    return demand(found.equals(text), "output \"" + text + "\"", "output \"" + found + "\"");
  }

  private String ending() {
    return run.outcome()
        .fault()
        .filter(f -> run.kind() == Outcome.Kind.FAULT)
        .map(f -> "an unhandled " + f.title() + " at " + f.code().mnemonic())
        .orElse("outcome " + run.kind().id());
  }

  private String events() {
    List<String> titles = new ArrayList<>();
    run.events().forEach(e -> titles.add(event(e)));
    if (run.kind() != Outcome.Kind.COMPLETED) {
      titles.add(ending());
    }
    return titles.isEmpty() ? "nothing failed" : String.join(", ", titles);
  }

  private static String event(Event event) {
    if (event instanceof Event.VmFailed f) {
      String error =
          f.error().isPresent() ? "VMfailValid(" + f.error().getAsInt() + ")" : "VMfailInvalid";
      return error + " of " + f.code().mnemonic();
    }
    if (event instanceof Event.EntryFailed e) {
      return "a failed VM entry (" + e.cause().id() + ")";
    }
    return "a handled " + ((Event.Delivered) event).fault().title();
  }

  private RunAssert demand(boolean holds, String expected, String found) {
    if (!holds) {
      throw failure(expected, found, "");
    }
    return this;
  }

  private AssertionFailedError failure(String expected, String found, String detail) {
    String report =
        mentioned ? RunReport.of(name, run, subject.orElseThrow()) : RunReport.of(name, run);
    String head = name + ": expected " + expected + ", found " + found + "\n\n";
    return new AssertionFailedError(head + detail + report, expected, found);
  }
}
