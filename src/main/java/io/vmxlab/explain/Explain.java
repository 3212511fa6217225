package io.vmxlab.explain;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.State;
import io.vmxlab.explain.Explanation.Detail;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.rule.Verdict.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the words for what went wrong in a run. */
public final class Explain {
  /** An x87, MMX, SSE or AVX instruction by its syntax. */
  private static final Pattern COMPILED =
      Pattern.compile("^(F(?!XSAVE|XRSTOR)[A-Z0-9]+|WAIT|EMMS|V[A-Z0-9]+)\\b|\\b[xyz]?mm\\d?\\b");

  private static final String ABSENT_MSR = "msr-is-implemented";
  private static final String PROTECTION_KEY = "protection-key-permits";

  /** Instructions whose operand in memory holds a physical address. */
  private static final Set<String> POINTED = Set.of("VMXON", "VMPTRLD", "VMCLEAR");

  private Explain() {}

  /** Why the run ended as it did; empty if it ran to its end. */
  public static Optional<Explanation> outcome(Run run) {
    Outcome outcome = run.outcome();
    if (outcome instanceof Outcome.Fault f) {
      return Optional.of(unhandled(f));
    }
    if (outcome instanceof Outcome.Shutdown s) {
      return Optional.of(shutdown(s));
    }
    if (outcome instanceof Outcome.Limit l) {
      return Optional.of(limit(l));
    }
    if (outcome instanceof Outcome.Unmodelled u) {
      return Optional.of(unmodelled(u));
    }
    return Optional.empty();
  }

  /** An exception: what it is, which requirement was not met, and what mends it. */
  public static Explanation fault(GuestFault fault) {
    Context context =
        new Context(mnemonic(fault.code()), fault.mode(), fault.target().orElse(null));
    List<Check> checks = Check.list(fault.checks(), context);
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
      details.add(new Detail("note", absent((int) fault.state().get(State.RCX))));
    }
    if (isMissing(fault.code())) {
      details.add(new Detail("note", undefined(fault.code())));
    }
    return new Explanation(
        title(fault),
        instruction(fault),
        Optional.of(fault.code()),
        fault.cause().map(Cause::id).orElse(""),
        fault.cause().map(Cause::requirement).orElse(""),
        fault.cause().map(c -> c.citation().cite()).orElse(""),
        found(details, violated),
        checks,
        bits(violated),
        violated.flatMap(Check::mend).or(() -> operandMend(fault.code())));
  }

  /** What to write instead of a register where the operand has to be in memory. */
  private static Optional<Mend> operandMend(Code code) {
    boolean register =
        code.undefined().filter(Code.Undefined.MEMORY_OPERAND_REQUIRED::equals).isPresent();
    if (!register || !POINTED.contains(code.mnemonic())) {
      return Optional.empty();
    }
    String name = code.mnemonic().toLowerCase(Locale.ROOT);
    String text = "put the physical address of the region into memory, and name that memory";
    return Optional.of(new Mend(text, List.of("push rax", name + " [rsp]", "pop rax")));
  }

  /** A VMX instruction that failed without a fault. */
  public static Explanation vmFail(Event.VmFailed event) {
    String mnemonic = mnemonic(event.code());
    List<Check> checks = Check.list(event.checks(), new Context(mnemonic, CodeMode.BITS64, null));
    Optional<Check> violated = violated(checks, event.cause());
    List<Detail> details = new ArrayList<>();
    details.add(
        event.error().isPresent()
            ? new Detail("VMfail", "ZF = 1, VM-instruction error " + event.error().getAsInt())
            : new Detail(
                "VMfail", "CF = 1, VMfailInvalid: there is no error number to read with VMREAD"));
    return new Explanation(
        mnemonic + " failed",
        mnemonic,
        Optional.of(event.code()),
        event.cause().map(Cause::id).orElse(""),
        event.cause().map(Cause::requirement).orElse(""),
        event.cause().map(c -> c.citation().cite()).orElse(""),
        found(details, violated),
        checks,
        bits(violated),
        violated.flatMap(Check::mend));
  }

  /** The checks of a run: those of the fault that ended it, or of its last VMX instruction. */
  public static List<Check> checks(Run run) {
    Optional<GuestFault> fault = run.outcome().fault();
    return fault.isPresent()
        ? fault(fault.get()).checks()
        : Check.list(run.checks(), new Context("", CodeMode.BITS64, null));
  }

  private static Explanation unhandled(Outcome.Fault outcome) {
    Explanation e = fault(outcome.exception());
    return outcome.during().isEmpty() ? e : e.with(chain(outcome.during()));
  }

  private static Explanation shutdown(Outcome.Shutdown outcome) {
    Optional<GuestFault> last = outcome.fault();
    String title = "shutdown (triple fault)";
    if (last.isEmpty()) {
      return Explanation.plain(title, outcome.code(), List.of());
    }
    Explanation e = fault(last.get());
    return e.titled(title + " on " + e.title()).with(chain(outcome.faults()));
  }

  /** The exceptions that led to an exception, each with its cause. */
  private static List<Detail> chain(List<GuestFault> faults) {
    List<Detail> details = new ArrayList<>();
    for (GuestFault f : faults) {
      String why = f.cause().map(c -> ": " + c.requirement()).orElse("");
      details.add(new Detail(details.isEmpty() ? "first" : "then", title(f) + why));
    }
    return details;
  }

  private static Explanation limit(Outcome.Limit outcome) {
    return Explanation.plain(
        "stopped after " + outcome.limit() + " instructions, before the program ended",
        outcome.code(),
        List.of(
            new Detail(
                "hint", "the program may loop for ever; --max-instructions N raises the limit")));
  }

  private static Explanation unmodelled(Outcome.Unmodelled outcome) {
    List<Detail> details = new ArrayList<>();
    details.add(
        new Detail("note", "the processor has it, vmxlab does not yet: the run stopped before it"));
    if (COMPILED.matcher(outcome.what()).find()) {
      details.add(
          new Detail(
              "hint",
              "if a compiler made this code: with -mgeneral-regs-only gcc and clang use"
                  + " general-purpose registers alone"));
    }
    return Explanation.plain("not modelled: " + outcome.what(), outcome.code(), details);
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

  /** Why the processor does not have an MSR. */
  private static String absent(int index) {
    Optional<Msr> msr = Msr.of(index);
    if (msr.isEmpty()) {
      return "vmxlab knows no MSR " + Hex.literal(index & 0xFFFF_FFFFL);
    }
    String name = msr.get().name();
    return msr.get()
        .announcement()
        .map(a -> name + " exists only where " + a + "; on this processor that is not so")
        .orElse(name + " exists on other processors, not on this one");
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
