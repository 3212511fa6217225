package io.vmxlab.explain;

import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.VmTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A transition between VMX root and non-root operation as one line, or as JSON. */
public record TransitionLine(VmTransition transition) {
  private static final int COUNT_WIDTH = 12;
  private static final int KIND_WIDTH = 7;
  private static final int ADDRESS_DIGITS = 8;
  private static final int SYMBOL_WIDTH = 24;
  private static final int TEXT_WIDTH = 26;
  private static final int NUMBER_WIDTH = 3;

  /** Instructions executed, processor, kind, address, symbol, instruction, and what it was. */
  public String text() {
    VmTransition.Place place = transition.place();
    Code code = place.code().get();
    boolean low = code.rip() >>> Integer.SIZE == 0;
    return String.join(
            "  ",
            Sheet.padLeft(Long.toString(place.instructions()), COUNT_WIDTH),
            "cpu " + place.processor(),
            Sheet.pad(kind(), KIND_WIDTH),
            low ? Hex.digits(code.rip(), ADDRESS_DIGITS) : Hex.register(code.rip(), Long.SIZE),
            Sheet.pad(code.symbol().orElse(""), SYMBOL_WIDTH),
            Sheet.pad(code.text(), TEXT_WIDTH),
            words())
        .stripTrailing();
  }

  private String kind() {
    if (transition instanceof VmTransition.Entry) {
      return "entry";
    }
    if (transition instanceof VmTransition.Abort) {
      return "abort";
    }
    return isFailure() ? "failure" : "exit";
  }

  private boolean isFailure() {
    return transition instanceof VmTransition.Exit exit
        && exit.reason().field() != exit.reason().number;
  }

  private String words() {
    if (transition instanceof VmTransition.Entry entry) {
      return event(entry.injected()).map(e -> "injects " + e).orElse("");
    }
    if (transition instanceof VmTransition.Exit exit) {
      List<String> parts = new ArrayList<>();
      parts.add(
          Sheet.padLeft(Integer.toString(exit.reason().number), NUMBER_WIDTH)
              + " "
              + exit.reason().title);
      event(exit.interruption()).ifPresent(parts::add);
      qualification(exit).ifPresent(parts::add);
      if (!isFailure()) {
        parts.add("asked by: " + askedBy());
      }
      return String.join("; ", parts);
    }
    VmTransition.Abort abort = (VmTransition.Abort) transition;
    return abort.why().number + " " + abort.why().meaning;
  }

  /** What asked for the exit, in words; empty if it is none, or that of a failed VM entry. */
  public String askedBy() {
    return transition instanceof VmTransition.Exit exit && !isFailure()
        ? AskedWords.of(exit.asked())
        : "";
  }

  /** The event that interruption information tells of; empty if it is not valid. */
  private static Optional<String> event(long information) {
    if ((information & VmcsBits.VALID) == 0) {
      return Optional.empty();
    }
    int number = (int) (information & VmcsBits.VECTOR);
    Vector vector = Vector.of(number);
    boolean external = VmcsBits.type(information) == VmcsBits.EXTERNAL_INTERRUPT;
    return Optional.of(
        vector == null || external ? "vector " + Hex.literal(number) : vector.mnemonic());
  }

  /** {@code qualification 4011h: REGISTER = 1, ...}; empty if there is none. */
  static Optional<String> qualification(VmTransition.Exit exit) {
    Optional<Layout> layout = exit.reason().qualification(exit.interruption());
    if (layout.isEmpty()) {
      return Optional.empty();
    }
    boolean plain = layout.get().fields().isEmpty() || exit.qualification() == 0;
    String bits = plain ? "" : " (" + BitView.of(layout.get(), exit.qualification()).words() + ")";
    return Optional.of("qualification " + Hex.literal(exit.qualification()) + bits);
  }

  /** Members of a JSON object. */
  public void json(JsonText json) {
    json.text("kind", kind());
    json.number("processor", transition.place().processor());
    json.number("instructions", transition.place().instructions());
    Json.code(json, transition.place().code().get());
    if (transition instanceof VmTransition.Entry entry
        && (entry.injected() & VmcsBits.VALID) != 0) {
      json.hex("injected", entry.injected());
    } else if (transition instanceof VmTransition.Exit exit) {
      exit(json, exit);
    } else if (transition instanceof VmTransition.Abort abort) {
      json.number("abort", abort.why().number);
    }
  }

  /** What an exit reports, as members of a JSON object. */
  private void exit(JsonText json, VmTransition.Exit exit) {
    json.number("reason", exit.reason().number).text("title", exit.reason().title);
    json.hex("qualification", exit.qualification());
    exit.reason()
        .qualification(exit.interruption())
        .filter(l -> !l.fields().isEmpty())
        .ifPresent(
            l ->
                json.object(
                    "qualificationBits",
                    j -> Json.bits(j, BitView.of(l, exit.qualification()).set())));
    if ((exit.interruption() & VmcsBits.VALID) != 0) {
      json.hex("interruption", exit.interruption());
    }
    if (!isFailure()) {
      json.text("askedBy", askedBy());
    }
    exit.asked()
        .ifPresent(
            a ->
                json.object(
                    "asked", j -> j.text("field", a.field().itemName()).hex("bits", a.bits())));
  }
}
