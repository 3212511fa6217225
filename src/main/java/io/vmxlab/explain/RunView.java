package io.vmxlab.explain;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Run;
import io.vmxlab.machine.Snapshot;
import io.vmxlab.machine.Vmx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A run for people and programs.
 *
 * @param name of what ran
 * @param run what it did
 * @param returns whether what was called returns something
 * @param meaning of the return value; may be empty
 * @param vmx what is shown of VMX besides
 */
public record RunView(String name, Run run, boolean returns, String meaning, VmxReport vmx) {
  private static final String SCHEMA = "run";
  private static final int VERSION = 1;
  private static final int INDENT = 2;
  private static final int OUTPUT_WIDTH = Sheet.WIDTH - INDENT;

  /** Registers that nearly every program changes. */
  private static final Set<State> ORDINARY =
      Set.of(
          State.RIP,
          State.RFLAGS,
          State.RSP,
          State.RAX,
          State.RCX,
          State.RDX,
          State.RBX,
          State.RBP,
          State.RSI,
          State.RDI,
          State.R8,
          State.R9,
          State.R10,
          State.R11,
          State.R12,
          State.R13,
          State.R14,
          State.R15,
          State.ACTIVITY,
          State.VMX_OPERATION,
          State.INIT_BLOCKED);

  /** A run of which nothing more is shown of VMX. */
  public RunView(String name, Run run, boolean returns, String meaning) {
    this(name, run, returns, meaning, VmxReport.NONE);
  }

  /** All of it as text. */
  public void text(Sheet sheet) {
    String ending = ending();
    if (name.length() + 2 + ending.length() <= Sheet.WIDTH) {
      sheet.line(sheet.style().bold(name) + ": " + ending).blank();
    } else {
      sheet.line(sheet.style().bold(name) + ":");
      sheet.labelled(INDENT, 0, "", ending).blank();
    }
    List<String[]> rows = new ArrayList<>();
    if (returns && run.returnValue().isPresent()) {
      rows.add(new String[] {"returned", returned(run.returnValue().getAsLong())});
    }
    rows.add(new String[] {"VMX", operation(run.vmx())});
    for (StateItem item : changes()) {
      rows.add(
          new String[] {
            item.itemName(), change(item, run.before().get(item), run.after().get(item))
          });
    }
    int width = 0;
    for (String[] row : rows) {
      width = Math.max(width, row[0].length() + 2);
    }
    for (String[] row : rows) {
      sheet.labelled(INDENT, width, row[0], row[1]);
    }
    output(sheet);
    for (Event e : run.events()) {
      sheet.blank();
      event(sheet, e);
    }
    if (run.eventsLeftOut() > 0) {
      sheet.blank().line("and " + run.eventsLeftOut() + " further events");
    }
    if (run.kind() != Outcome.Kind.COMPLETED) {
      Explain.outcome(run)
          .ifPresent(
              e -> {
                sheet.blank();
                Text.explanation(sheet, e);
              });
    }
    vmx.text(sheet);
  }

  private String ending() {
    String count = run.instructions() == 1 ? "1 instruction" : run.instructions() + " instructions";
    switch (run.kind()) {
      case COMPLETED:
        return "completed after " + count + reported();
      case HALTED:
        return "halted after " + count + ", and nothing can wake the processor";
      case FAULT:
        return "ended in an unhandled exception after " + count;
      case SHUTDOWN:
        return "shutdown after " + count;
      case LIMIT:
        return "stopped after " + count;
      default:
        return "stopped after " + count + ", before something that is not modelled";
    }
  }

  private String reported() {
    if (run.outcome() instanceof Outcome.Completed c && c.reported().isPresent()) {
      return ", and reported " + c.reported().getAsInt() + " through the exit port";
    }
    return "";
  }

  private String returned(long value) {
    String number = value >= 0 && value <= 9 ? "" + value : Hex.literal(value) + " (" + value + ")";
    return number + (meaning.isEmpty() ? "" : ": " + meaning);
  }

  /** {@code in VMX root operation}. */
  public static String operation(Vmx vmx) {
    switch (vmx) {
      case ROOT:
        return "in VMX root operation";
      case NON_ROOT:
        return "in VMX non-root operation";
      default:
        return "outside VMX operation";
    }
  }

  private List<StateItem> changes() {
    List<StateItem> changes = new ArrayList<>();
    for (StateItem item : run.before().changes(run.after())) {
      if (!(item instanceof State s && ORDINARY.contains(s))) {
        changes.add(item);
      }
    }
    return changes;
  }

  /** {@code 20h -> 2020h: VMXE = 1}. */
  private static String change(StateItem item, long was, long is) {
    return change(item, was, is, was ^ is);
  }

  /**
   * {@code 20h -> 2020h: VMXE = 1}.
   *
   * @param shown bits whose fields are named
   */
  public static String change(StateItem item, long was, long is, long shown) {
    StringBuilder fields = new StringBuilder();
    BitView changed = BitView.of(item.layout(), shown).set();
    for (BitView.Row r :
        item.layout().fields().isEmpty() ? List.<BitView.Row>of() : changed.rows()) {
      long value = is >>> r.low() & (r.width() == 64 ? -1L : (1L << r.width()) - 1);
      fields.append(fields.length() == 0 ? ": " : ", ").append(r.name()).append(" = ");
      fields.append(r.width() == 1 ? Long.toString(value) : Hex.literal(value));
    }
    return Hex.literal(was) + " -> " + Hex.literal(is) + fields;
  }

  private void output(Sheet sheet) {
    if (run.output().length > 0) {
      sheet.blank().line("output").blank();
      for (String line : printable(run.output()).split("\n", -1)) {
        for (int at = 0; at == 0 || at < line.length(); at += OUTPUT_WIDTH) {
          int end = Math.min(line.length(), at + OUTPUT_WIDTH);
          sheet.line(" ".repeat(INDENT) + line.substring(at, end));
        }
      }
    }
  }

  /** Guests may write anything; a terminal gets no control characters from them. */
  static String printable(byte[] output) {
    StringBuilder text = new StringBuilder();
    for (char c : new String(output, StandardCharsets.ISO_8859_1).toCharArray()) {
      boolean plain = c >= ' ' && c < 0x7F || c == '\n' || c == '\t';
      text.append(plain ? c : c == '\r' ? "" : '.');
    }
    return text.toString().stripTrailing();
  }

  private void event(Sheet sheet, Event event) {
    if (event instanceof Event.Delivered d) {
      GuestFault f = d.fault();
      sheet.hanging("", 0, "handled by the program: " + f.title() + " at " + f.code().text());
      sheet.labelled(
          INDENT,
          10,
          "at",
          Hex.register(f.rip(), 64) + f.code().symbol().map(s -> "  " + s).orElse(""));
      f.cause().ifPresent(c -> cause(sheet, c));
    } else {
      Text.explanation(sheet, Explain.event(event));
    }
  }

  private static void cause(Sheet sheet, Cause cause) {
    sheet.labelled(INDENT, 10, "rule", cause.id());
    sheet.labelled(INDENT, 10, "requires", cause.requirement());
    sheet.labelled(INDENT, 10, "manual", cause.citation().citeEdition());
  }

  /** All of it as JSON. */
  public String json() {
    return json(new JsonText.Elements());
  }

  /**
   * All of it as JSON.
   *
   * @param trace executed instructions; empty if none were asked for
   */
  public String json(JsonText.Elements trace) {
    return JsonText.document(
        SCHEMA,
        VERSION,
        j -> {
          members(j);
          if (!trace.isEmpty()) {
            j.array("trace", trace);
          }
          vmx.json(j);
        });
  }

  /** The same document without a trace, as a member of another document. */
  public void json(JsonText json, String member) {
    json.document(
        member,
        SCHEMA,
        VERSION,
        j -> {
          members(j);
          vmx.json(j);
        });
  }

  private void members(JsonText json) {
    json.text("name", name).text("outcome", run.kind().id());
    json.number("instructions", run.instructions());
    if (returns) {
      run.returnValue().ifPresent(v -> json.number("return", v));
    }
    if (run.outcome() instanceof Outcome.Completed c) {
      c.reported().ifPresent(v -> json.number("exitPort", v));
    }
    if (run.outcome() instanceof Outcome.Unmodelled u) {
      json.text("unmodelled", u.what());
    }
    json.text("vmx", run.vmx().id());
    json.object("registers", this::registers);
    Explain.outcome(run)
        .ifPresent(
            e ->
                run.outcome()
                    .fault()
                    .ifPresentOrElse(
                        f -> json.object("fault", j -> Json.fault(j, f, e)),
                        () -> json.object("stopped", j -> Json.explanation(j, e))));
    json.array("events", run.events(), Json::event);
    json.number("eventsLeftOut", run.eventsLeftOut());
    json.array("checks", Explain.checks(run), Json::check);
    json.text("output", new String(run.output(), StandardCharsets.ISO_8859_1));
  }

  private void registers(JsonText json) {
    for (StateItem item : Snapshot.items()) {
      json.hex(item.itemName(), run.after().get(item));
    }
  }
}
