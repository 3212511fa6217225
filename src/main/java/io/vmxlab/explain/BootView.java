package io.vmxlab.explain;

import io.vmxlab.machine.BootRun;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Ending;
import io.vmxlab.machine.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The run of a board for people and programs.
 *
 * @param vmx what is shown of VMX besides
 */
public record BootView(BootRun run, VmxReport vmx) {
  private static final String SCHEMA = "boot";
  private static final int VERSION = 1;
  private static final int INDENT = 2;
  private static final int LABELS = 12;

  /** A run of which nothing more is shown of VMX. */
  public BootView(BootRun run) {
    this(run, VmxReport.NONE);
  }

  /** How it ended, as text; what came out of the serial port is not repeated. */
  public void text(Sheet sheet) {
    sheet.hanging(sheet.style().bold(run.image()) + ": ", INDENT, ending());
    if (!run.why().isEmpty()) {
      sheet.labelled(INDENT, LABELS, "why", run.why());
    }
    if (run.ending() != Ending.EXIT_PORT && run.ending() != Ending.POWER_OFF) {
      for (int i = 0; i < run.processors().size(); i++) {
        String label = run.processors().size() == 1 ? "at" : "cpu " + i;
        sheet.labelled(INDENT, LABELS, label, processor(run.processors().get(i)));
      }
    }
    explanation()
        .ifPresent(
            e -> {
              sheet.blank();
              Text.explanation(sheet, e);
            });
    if (!satisfied()) {
      failures(sheet);
    }
    vmx.text(sheet);
  }

  /** The guest itself has ended the run, and reports no error. */
  private boolean satisfied() {
    switch (run.ending()) {
      case EXIT_PORT:
        return run.reported().orElse(0) == 0;
      case POWER_OFF:
      case RESET:
      case TEXT:
        return true;
      default:
        return false;
    }
  }

  /** Of VMX; what came last is most likely what the guest did not get over. */
  private void failures(Sheet sheet) {
    for (int i = 0; i < run.processors().size(); i++) {
      BootRun.Processor p = run.processors().get(i);
      if (p.failure().isPresent()) {
        String where = run.processors().size() == 1 ? "" : "cpu " + i + ": ";
        String which = p.failures() == 1 ? "" : ", the last of " + p.failures();
        sheet.blank().line(where + "a failure of VMX" + which).blank();
        Text.explanation(sheet, Explain.event(p.failure().get()));
      }
    }
  }

  /** {@code exited with 0 after 12 instructions}, without a full stop. */
  public String ending() {
    String count = String.format(Locale.ROOT, "%d instructions", run.instructions());
    switch (run.ending()) {
      case EXIT_PORT:
        return "wrote "
            + Integer.toUnsignedString(run.reported().orElse(0))
            + " to the exit port after "
            + count;
      case POWER_OFF:
        return "switched the power off after " + count;
      case RESET:
        return "asked for a reset after " + count;
      case TEXT:
        return "printed the text that was waited for after " + count;
      case HALTED:
        return "halted after " + count + ", and nothing can wake it";
      case STUCK:
        return "loops on one instruction for ever, after " + count;
      case NO_DEVICE:
        return "waits for a device that is not there, after " + count;
      case NO_FIRMWARE:
        return run.faults().isEmpty()
            ? "called firmware that is not there after " + count
            : "raised an exception that it has no handler for, after " + count;
      case SHUTDOWN:
        return "shut down" + (run.faults().isEmpty() ? "" : " (triple fault)") + " after " + count;
      case LIMIT:
        return "reached the limit of instructions after " + count;
      case TIMEOUT:
        return "reached the limit of time after " + count;
      case STOPPED:
        return "was stopped after " + count;
      default:
        return "stopped after " + count + ", before something that is not modelled";
    }
  }

  private static String processor(BootRun.Processor p) {
    Code code = p.code();
    String where = Hex.register(code.rip(), 64) + code.symbol().map(s -> "  " + s).orElse("");
    switch (p.activity()) {
      case ACTIVE:
        return where + "  " + code.text();
      case HALTED:
        return where + "  " + code.text() + " (halted)";
      case SHUTDOWN:
        return where + "  " + code.text() + " (shut down)";
      default:
        return "waits for a SIPI";
    }
  }

  private Optional<Explanation> explanation() {
    switch (run.ending()) {
      case SHUTDOWN:
        Code code = run.processor().code();
        return run.refused()
            .map(c -> Explain.refused(code, c))
            .or(() -> Optional.of(Explain.shutdown(code, run.faults())));
      case NO_FIRMWARE:
        return run.faults().stream().findFirst().map(Explain::fault);
      case UNMODELLED:
        return Optional.of(Explain.unmodelled(run.processor().code(), run.why()));
      default:
        return Optional.empty();
    }
  }

  /** All of it as JSON, with what came out of the serial port. */
  public String json() {
    return JsonText.document(SCHEMA, VERSION, this::members);
  }

  private void members(JsonText json) {
    json.text("name", run.image()).text("protocol", run.protocol());
    json.text("ending", run.ending().id()).text("why", run.why());
    run.reported().ifPresent(v -> json.number("exitPort", Integer.toUnsignedLong(v)));
    json.number("instructions", run.instructions());
    explanation().ifPresent(e -> json.object("stopped", j -> Json.explanation(j, e)));
    json.number("current", run.current());
    json.array("processors", run.processors(), BootView::processor);
    json.text("serial", new String(run.serial(), StandardCharsets.ISO_8859_1));
    vmx.json(json);
  }

  private static void processor(JsonText json, BootRun.Processor p) {
    json.text("activity", p.activity().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.number("instructions", p.instructions());
    json.hex("rip", p.code().rip());
    p.code().symbol().ifPresent(s -> json.text("symbol", s));
    json.text("instruction", p.code().text());
    json.number("vmxFailures", p.failures());
    p.failure().ifPresent(e -> json.object("lastVmxFailure", j -> Json.event(j, e)));
    json.object(
        "registers", j -> Snapshot.items().forEach(i -> j.hex(i.itemName(), p.state().get(i))));
  }

  /** The lines of the serial port that say how a test ended. */
  public List<SerialTest> tests() {
    return SerialTest.of(run.lines());
  }
}
