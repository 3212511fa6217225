package io.vmxlab.explain;

import io.vmxlab.arch.Vector;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.rule.Verdict.Result;
import java.util.List;
import java.util.Locale;

/** Explanations for programs: the same content as {@link Text}. */
public final class Json {
  private Json() {}

  /** Members of an explanation. */
  public static void explanation(JsonText json, Explanation e) {
    json.text("title", e.title());
    e.code().ifPresent(c -> code(json, c));
    json.text("rule", e.rule());
    json.text("requirement", e.requirement());
    json.text("citation", e.citation());
    json.array("details", e.details(), (j, d) -> j.text("label", d.label()).text("text", d.text()));
    json.array("bits", e.bits(), Json::bits);
    e.mend().ifPresent(m -> json.object("mend", j -> mend(j, m)));
  }

  /** Members of an instruction at its place. */
  public static void code(JsonText json, Code code) {
    json.hex("rip", code.rip());
    code.symbol().ifPresent(s -> json.text("symbol", s));
    json.text("bytes", Hex.bytes(code.bytes()));
    json.text("instruction", code.text());
  }

  /** Members of a line of a checklist. */
  public static void check(JsonText json, Check c) {
    json.text("rule", c.rule());
    json.text("result", result(c.result()));
    json.text("observed", c.observed());
    json.text("required", c.required());
    json.text("requirement", c.requirement());
    c.condition().ifPresent(when -> json.text("condition", when));
    json.text("citation", c.citation());
    json.object("state", j -> c.items().forEach(i -> j.hex(i.name(), i.value())));
    c.bits().ifPresent(b -> json.object("bits", j -> bits(j, b.demanded())));
    c.mend().ifPresent(m -> json.object("mend", j -> mend(j, m)));
  }

  /** {@code pass}, {@code fail}, {@code not-applicable}, {@code not-reachable}. */
  public static String result(Result result) {
    return result.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Members of the value of a register without fields. */
  public static void number(JsonText json, NumberView number) {
    json.text("name", number.name()).number("width", number.width()).hex("value", number.value());
    json.text("decimal", number.decimal()).text("signed", Long.toString(number.signed()));
    json.text("binary", number.binary());
    json.array("fields", List.of(), (j, none) -> {});
  }

  /** Members of a register's value. */
  public static void bits(JsonText json, BitView bits) {
    json.text("name", bits.name()).number("width", bits.width()).hex("value", bits.value());
    json.array("fields", bits.rows(), Json::row);
  }

  private static void row(JsonText json, BitView.Row row) {
    json.text("bits", row.bits()).text("name", row.name()).hex("observed", row.observed());
    row.required().ifPresent(v -> json.hex("required", v));
    json.text("meaning", row.meaning());
  }

  private static void mend(JsonText json, Mend mend) {
    json.text("text", mend.text());
    json.text("place", mend.place().name().toLowerCase(Locale.ROOT));
    mend.at().ifPresent(at -> json.hex("at", at.rip()));
    json.texts("code", mend.code()).texts("data", mend.data());
    json.texts("settings", mend.settings());
  }

  /** Members of an exception. */
  static void fault(JsonText json, GuestFault f, Explanation why) {
    json.text("vector", vector(f));
    f.errorCode().ifPresent(c -> json.number("errorCode", c));
    f.linearAddress().ifPresent(a -> json.hex("cr2", a));
    explanation(json, why);
  }

  private static String vector(GuestFault f) {
    return f.vector().map(Vector::mnemonic).orElse(Integer.toString(f.number()));
  }

  /** Members of something that happened during a run. */
  static void event(JsonText json, Event event) {
    Explanation why = Explain.event(event);
    if (event instanceof Event.Delivered d) {
      json.text("kind", "exception");
      fault(json, d.fault(), why);
      return;
    }
    if (event instanceof Event.VmFailed v) {
      json.text("kind", v.error().isPresent() ? "vmfail-valid" : "vmfail-invalid");
      v.error().ifPresent(n -> json.number("error", n));
    } else if (event instanceof Event.StaleTranslation s) {
      json.text("kind", "stale-translation");
      json.hex("linear", s.linear()).hex("used", s.used());
      s.now().ifPresent(at -> json.hex("now", at));
    } else if (event instanceof Event.EntryFailed f) {
      json.text("kind", "entry-failure");
      json.hex("exitReason", f.exitReason()).number("qualification", f.qualification());
    } else if (event instanceof Event.TripleFault) {
      json.text("kind", "guest-triple-fault");
    } else if (event instanceof Event.TablesNotMapped t) {
      json.text("kind", "guest-tables-not-mapped");
      json.hex("linear", t.linear()).hex("physical", t.physical());
      json.number("qualification", t.qualification());
    } else if (event instanceof Event.MsrLoadFailed m) {
      json.text("kind", "msr-load-failure").number("qualification", m.number());
      json.hex("msr", m.index()).hex("value", m.value());
    } else if (event instanceof Event.InterruptLost l) {
      json.text("kind", "interrupt-lost").text("vector", Hex.literal(l.vector()));
    }
    explanation(json, why);
  }
}
