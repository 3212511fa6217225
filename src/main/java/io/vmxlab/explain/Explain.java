package io.vmxlab.explain;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmInstructionError;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.explain.Explanation.Detail;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.rule.Verdict.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the words for what went wrong in a run. */
public final class Explain {
  private static final String NOT_YET =
      "the processor has it, vmxlab does not yet: the run stopped before it";
  private static final String DOUBTFUL =
      "neither the manual nor the processor's dump tells whether it exists: the run stopped before"
          + " it";
  private static final String SSE_ONLY =
      "if a compiler made this code: without -mavx and -march gcc and clang use SSE, no AVX";

  /** An AVX instruction by its syntax. */
  private static final String AVX = "\\b[xyz]mm\\d?\\b";

  private static final Set<String> VECTOR_STATE =
      Set.of("avx-state-enabled", "avx512-state-enabled");

  private static final long BASIC_REASON = 0xFFFF;
  private static final String ABSENT_MSR = "msr-is-implemented";
  private static final long LINE_20 = 1 << 20;
  private static final String PROTECTION_KEY = "protection-key-permits";

  private Explain() {}

  /**
   * Everything that there is to say of a run, as {@code vmxlab run} prints it: how it ended, what
   * it changed, and of each failure the rule, what was observed, what was required and the mend.
   */
  public static String text(Run run) {
    Sheet sheet = new Sheet(Style.PLAIN);
    view(run).text(sheet);
    return sheet.toString();
  }

  /** The same as a JSON document, as {@code vmxlab run --json} prints it. */
  public static String json(Run run) {
    return view(run).json();
  }

  private static RunView view(Run run) {
    return new RunView(run.program(), run, true, "");
  }

  /** Why the run ended as it did; empty if it ran to its end. */
  public static Optional<Explanation> outcome(Run run) {
    Outcome outcome = run.outcome();
    if (outcome instanceof Outcome.Fault f) {
      return Optional.of(unhandled(f));
    }
    if (outcome instanceof Outcome.Shutdown s) {
      return s.cause()
          .map(c -> refused(s.code(), c))
          .or(() -> Optional.of(shutdown(s.code(), s.faults())));
    }
    if (outcome instanceof Outcome.Limit l) {
      return Optional.of(limit(l));
    }
    if (outcome instanceof Outcome.Unmodelled u) {
      return Optional.of(unmodelled(u.code(), u.what()));
    }
    return Optional.empty();
  }

  /** An exception: what it is, which requirement was not met, and what mends it. */
  public static Explanation fault(GuestFault fault) {
    Context context = Context.of(fault);
    List<Check> checks = Check.list(fault.checks(), Optional.of(context));
    Optional<Check> violated = violated(checks, fault.cause());
    List<Detail> details = new ArrayList<>();
    fault
        .linearAddress()
        .ifPresent(a -> details.add(new Detail("address", Hex.register(a, 64) + " (CR2)")));
    String words =
        fault.vector().map(v -> ErrorCode.words(v, fault.errorCode().orElse(0))).orElse("");
    if (!words.isEmpty()) {
      details.add(new Detail("error", words));
    }
    fault.walk().forEach(e -> details.add(new Detail(e.name(), entry(e))));
    if (fault.rule().filter(PROTECTION_KEY::equals).isPresent()) {
      details.add(new Detail("PKRU", Hex.register(fault.state().get(State.PKRU), 32)));
    }
    if (fault.rule().filter(ABSENT_MSR::equals).isPresent()) {
      int index = (int) fault.state().get(State.RCX);
      details.add(new Detail("note", Inventory.whyAbsent(fault.state().processor(), index)));
    }
    if (fault.rule().filter(VECTOR_STATE::contains).isPresent()) {
      details.add(new Detail("hint", SSE_ONLY));
    }
    boolean hostStack = GuestWords.isHostStack(fault);
    if (hostStack) {
      details.add(GuestWords.hostStackNote(fault.scene().entered().orElseThrow()));
    }
    notes(fault).forEach(n -> details.add(new Detail("note", n)));
    if (isMissing(fault.code())) {
      details.add(new Detail("note", undefined(fault.code())));
    }
    return new Explanation(
        title(fault),
        instruction(fault),
        Optional.of(fault.code()),
        fault.cause().map(Cause::id).orElse(""),
        fault.cause().map(Cause::requirement).orElse(""),
        fault.cause().map(c -> c.citation().citeEdition()).orElse(""),
        found(details, violated),
        checks,
        bits(violated),
        hostStack
            ? GuestWords.hostStack(fault)
            : violated.flatMap(Check::mend).or(() -> mend(fault, context)));
  }

  /** What a reader would not think of. */
  private static List<String> notes(GuestFault fault) {
    List<String> notes = new ArrayList<>();
    fault
        .scene()
        .operand()
        .filter(o -> !o.canonical())
        .ifPresent(o -> notes.add("the operand's address is " + Hex.register(o.linear(), 64)));
    if (fault.state().get(State.A20M_MODE) != 0 && (fault.code().linear() & LINE_20) != 0) {
      notes.add(
          "A20M mode clears bit 20 of physical addresses: what is executed here lies at "
              + Hex.literal(fault.code().linear() & ~LINE_20)
              + "; enable address line 20 first (port 92H bit 1)");
    }
    if (needsVmx(fault) && !fault.scene().vmx() && fault.scene().hypervisor()) {
      notes.add(
          "CPUID.1:ECX[31] says that a hypervisor is present: it shows its guests no VMX unless"
              + " nested virtualization is switched on for them");
    }
    return notes;
  }

  /** The instruction, the MSR or the bit comes with VMX. */
  private static boolean needsVmx(GuestFault fault) {
    boolean instruction = fault.scene().missing().equals(Optional.of(Feature.VMX));
    boolean msr =
        fault.code().mnemonic().endsWith("MSR")
            && fault.target().filter(t -> t instanceof Msr m && isVmx(m)).isPresent();
    return instruction || msr || fault.target().equals(Optional.of(State.CR4));
  }

  private static boolean isVmx(Msr msr) {
    return msr == Msr.IA32_FEATURE_CONTROL || Msr.isVmxCapability(msr.index);
  }

  /** Of a requirement that stands in no check list. */
  private static Optional<Mend> mend(GuestFault fault, Context context) {
    Optional<Requirement> requirement = fault.rule().flatMap(Requirement::of);
    Optional<Mend> control = GuestWords.control(fault);
    if (requirement.isEmpty() || control.isPresent()) {
      return control;
    }
    if (requirement.get() == Requirement.INSTRUCTION_PRESENT
        && fault.scene().missing().isPresent()) {
      return Optional.of(AskFirst.instruction(context, fault.scene().missing().get()));
    }
    return Optional.of(Mends.of(RequirementMends.of(requirement.get()), context));
  }

  /** A VMX instruction that failed without a fault. */
  public static Explanation vmFail(Event.VmFailed event) {
    String mnemonic = mnemonic(event.code());
    List<Check> checks = Check.list(event.checks(), Optional.of(Context.of(event)));
    Optional<Check> violated = violated(checks, event.cause());
    List<Detail> details = new ArrayList<>();
    details.add(
        event.error().isPresent()
            ? new Detail("VMfail", "ZF = 1, " + error(event.error().getAsInt()))
            : new Detail(
                "VMfail", "CF = 1, VMfailInvalid: there is no error number to read with VMREAD"));
    violated.flatMap(Explain::unsupportedField).ifPresent(n -> details.add(new Detail("note", n)));
    if (!event.lookedAt()) {
      String flag = event.error().isPresent() ? "ZF" : "CF";
      details.add(
          new Detail("note", "the program did not look at " + flag + ": it does not know of this"));
    }
    return new Explanation(
        mnemonic + " failed",
        mnemonic,
        Optional.of(event.code()),
        event.cause().map(Cause::id).orElse(""),
        event.cause().map(Cause::requirement).orElse(""),
        event.cause().map(c -> c.citation().citeEdition()).orElse(""),
        found(details, violated),
        checks,
        bits(violated),
        violated.flatMap(Check::mend));
  }

  private static String error(int number) {
    String meaning = VmInstructionError.of(number).map(e -> ": " + e.meaning()).orElse("");
    return "VM-instruction error " + number + meaning;
  }

  /** A VM entry that failed while guest state was loaded. */
  public static Explanation entryFailure(Event.EntryFailed event) {
    String mnemonic = mnemonic(event.code());
    List<Check> checks = Check.list(event.checks(), Optional.of(Context.of(event)));
    Optional<Check> violated = violated(checks, Optional.of(event.cause()));
    List<Detail> details = new ArrayList<>();
    details.add(
        new Detail(
            "VM exit",
            "exit reason "
                + Hex.literal(event.exitReason())
                + " (basic reason "
                + (event.exitReason() & BASIC_REASON)
                + ", VM-entry failure due to invalid guest state), exit qualification "
                + event.qualification()));
    return new Explanation(
        mnemonic + ": the VM entry failed, invalid guest state",
        mnemonic,
        Optional.of(event.code()),
        event.cause().id(),
        event.cause().requirement(),
        event.cause().citation().citeEdition(),
        found(details, violated),
        checks,
        bits(violated),
        violated.flatMap(Check::mend));
  }

  /** A translation that was used though it was out of date. */
  public static Explanation stale(Event.StaleTranslation event) {
    Requirement current = Requirement.TRANSLATION_IS_CURRENT;
    List<Detail> details = new ArrayList<>();
    details.add(new Detail("linear", Hex.register(event.linear(), 64)));
    details.add(new Detail("used", "physical address " + Hex.register(event.used(), 64)));
    details.add(
        new Detail(
            "a walk",
            event.now().isPresent()
                ? "would lead to " + Hex.register(event.now().getAsLong(), 64)
                : "would not allow the access"));
    return new Explanation(
        "a stale translation was used" + (event.guest() ? " by the guest" : ""),
        mnemonic(event.code()),
        Optional.of(event.code()),
        current.id(),
        current.requirement(),
        current.citation().citeEdition(),
        details,
        List.of(),
        List.of(),
        Optional.of(Mend.statement(RequirementMends.of(current).text())));
  }

  /** Whatever it is: what happened, why, and what mends it. */
  public static Explanation event(Event event) {
    if (event instanceof Event.Delivered d) {
      return fault(d.fault());
    }
    if (event instanceof Event.VmFailed f) {
      return vmFail(f);
    }
    if (event instanceof Event.EntryFailed f) {
      return entryFailure(f);
    }
    if (event instanceof Event.StaleTranslation s) {
      return stale(s);
    }
    if (event instanceof Event.TripleFault t) {
      return GuestWords.tripleFault(t);
    }
    if (event instanceof Event.TablesNotMapped t) {
      return GuestWords.tablesNotMapped(t);
    }
    if (event instanceof Event.MsrLoadFailed m) {
      return GuestWords.msrLoadFailed(m);
    }
    return GuestWords.interruptLost((Event.InterruptLost) event);
  }

  /** What announces the field that the processor lacks. */
  private static Optional<String> unsupportedField(Check check) {
    return check.items().stream()
        .filter(i -> i.name().equals(VmxItem.FIELD_ENCODING.itemName()))
        .findFirst()
        .map(i -> unsupportedField(i.value()));
  }

  private static String unsupportedField(long encoding) {
    Optional<VmcsField> field = VmcsField.of(encoding);
    String number = Hex.literal(encoding);
    return field
        .map(f -> number + " is " + f.itemName() + ", which exists where " + f.presence().text())
        .orElse("no processor has a field with the encoding " + number);
  }

  /** The checks of a run: those of the fault that ended it, or of its last VMX instruction. */
  public static List<Check> checks(Run run) {
    Optional<GuestFault> fault = run.outcome().first();
    return fault.isPresent() ? fault(fault.get()).checks() : Check.list(run.checks(), context(run));
  }

  /** Of the VMX instruction whose checks the run ended with, if it failed. */
  private static Optional<Context> context(Run run) {
    Optional<Context> last = Optional.empty();
    for (Event e : run.events()) {
      if (e instanceof Event.VmFailed f && f.checks().equals(run.checks())) {
        last = Optional.of(Context.of(f));
      }
      if (e instanceof Event.EntryFailed f && f.checks().equals(run.checks())) {
        last = Optional.of(Context.of(f));
      }
    }
    return last;
  }

  private static Explanation unhandled(Outcome.Fault outcome) {
    GuestFault last = outcome.exception();
    if (outcome.during().isEmpty()) {
      return fault(last);
    }
    List<GuestFault> all = new ArrayList<>(outcome.during());
    all.add(last);
    return chain(title(last), all);
  }

  /** The processor has shut down because of a state that it does not load, or store. */
  static Explanation refused(Code code, Cause violated) {
    boolean abort = violated.citation() == Sdm.VMX_ABORTS;
    return new Explanation(
        abort ? "shutdown: the VM exit ended in a VMX abort" : "shutdown at " + code.mnemonic(),
        mnemonic(code),
        Optional.of(code),
        violated.id(),
        violated.requirement(),
        violated.citation().citeEdition(),
        List.of(),
        List.of(),
        List.of(),
        violated instanceof Requirement r
            ? Optional.of(Mend.statement(RequirementMends.of(r).text()))
            : Optional.empty());
  }

  static Explanation shutdown(Code code, List<GuestFault> faults) {
    return faults.isEmpty()
        ? Explanation.plain("shutdown", code, List.of())
        : chain("shutdown (triple fault) after " + title(faults.get(0)), faults);
  }

  /**
   * Exceptions of which each came in delivering the one before. The first one is explained: with it
   * mended the others do not come.
   */
  static Explanation chain(String title, List<GuestFault> faults) {
    List<Detail> details = new ArrayList<>();
    for (GuestFault f : faults) {
      boolean first = details.isEmpty();
      String what = first ? title(f) : f.title() + f.vector().map(v -> ", " + v.title).orElse("");
      boolean delivering = !first && !f.vector().equals(Optional.of(Vector.DF));
      String why = f.cause().map(c -> "; required: " + c.requirement()).orElse("");
      details.add(
          new Detail(
              first ? "first" : "then", what + (delivering ? ", in its delivery" : "") + why));
    }
    return fault(faults.get(0)).titled(title).with(details);
  }

  private static Explanation limit(Outcome.Limit outcome) {
    String title = "stopped at the limit of " + outcome.limit() + ", before the program ended";
    if (outcome.stuck().isPresent()) {
      return GuestWords.stuck(title, outcome.code(), outcome.stuck().get());
    }
    return Explanation.plain(
        title,
        outcome.code(),
        List.of(
            new Detail(
                "hint",
                "the program may loop for ever, or need more than this limit of instructions")));
  }

  static Explanation unmodelled(Code code, String what) {
    List<Detail> details = new ArrayList<>();
    details.add(new Detail("note", Unmodelled.isDoubtful(what) ? DOUBTFUL : NOT_YET));
    if (Pattern.compile(AVX).matcher(what).find()) {
      details.add(new Detail("hint", SSE_ONLY));
    }
    return Explanation.plain("not modelled: " + what, code, details);
  }

  /** {@code #GP(0), general protection, at VMXON}. */
  private static String title(GuestFault fault) {
    String name = fault.vector().map(v -> v.title).map(t -> ", " + t).orElse("");
    String instruction = instruction(fault);
    return fault.title() + name + (instruction.isEmpty() ? "" : ", at " + instruction);
  }

  /** {@code VMXON}, {@code MOV to CR0}, {@code RDMSR of IA32_FEATURE_CONTROL}. */
  private static String instruction(GuestFault fault) {
    String mnemonic = mnemonic(fault.code());
    String way = mnemonic.equals("RDMSR") ? " of " : " to ";
    return fault.target().map(t -> mnemonic + way + t.itemName()).orElse(mnemonic);
  }

  private static String mnemonic(Code code) {
    return code.mnemonic().equals(Code.NO_INSTRUCTION) ? "" : code.mnemonic();
  }

  /** {@code 0 at 2120h: P = 0 <-- this one}. */
  private static String entry(GuestFault.PageEntryMet met) {
    String where = Hex.register(met.entry(), 64) + " at " + Hex.literal(met.address());
    if (met.failing() == 0) {
      return where;
    }
    List<String> bits = new ArrayList<>();
    for (BitView.Row row : BitView.of(PageEntry.LAYOUT, met.failing()).set().rows()) {
      boolean reserved = row.name().equals("ADDRESS") || row.name().equals("reserved");
      long value = met.entry() >>> row.low() & (1L << row.width()) - 1;
      bits.add(reserved ? "a reserved bit is 1" : row.name() + " = " + value);
    }
    return where + ": " + String.join(", ", bits) + "  <-- this one";
  }

  /** The bytes are an instruction, but not on this processor. */
  private static String undefined(Code code) {
    String name = code.mnemonic();
    switch (code.undefined().orElse(Code.Undefined.NO_INSTRUCTION)) {
      case FEATURE_ABSENT:
        return "the bytes are " + name + ", which this processor does not have";
      case NOT_IN_THIS_MODE:
        return "the bytes are " + name + ", which does not exist in this mode";
      case LOCK_NOT_ALLOWED:
        return name + " takes no LOCK prefix here";
      case MEMORY_OPERAND_REQUIRED:
        return "the operand of " + name + " has to be in memory; it is a register";
      case REGISTER_OPERAND_REQUIRED:
        return "the operand of " + name + " has to be a register; it is in memory";
      case PREFIX_NOT_ALLOWED:
        return name + " does not take one of these prefixes";
      default:
        return "the bytes are nearest to " + name + ", and no instruction";
    }
  }

  private static boolean isMissing(Code code) {
    return code.text().equals(Code.NO_INSTRUCTION) && !mnemonic(code).isEmpty();
  }

  private static Optional<Check> violated(List<Check> checks, Optional<Cause> cause) {
    return checks.stream()
        .filter(c -> c.result() == Result.FAIL && cause.isPresent())
        .filter(c -> c.rule().equals(cause.get().id()))
        .findFirst();
  }

  private static List<Detail> found(List<Detail> details, Optional<Check> violated) {
    violated
        .filter(c -> !c.observed().isEmpty())
        .ifPresent(c -> details.add(new Detail("found", c.observed())));
    return List.copyOf(details);
  }

  private static List<BitView> bits(Optional<Check> violated) {
    return violated.flatMap(Check::bits).map(b -> List.of(b.demanded())).orElse(List.of());
  }
}
