package io.vmxlab.explain;

import io.vmxlab.machine.Code;
import io.vmxlab.machine.Difference;

/**
 * Where two runs differ that should be alike, for people and programs.
 *
 * @param name of what was run
 */
public record DifferenceView(String name, Difference difference) {
  private static final String SCHEMA = "difference";
  private static final int VERSION = 1;
  private static final int INDENT = 2;
  private static final int NAME = 30;
  private static final int VALUE = 22;

  /** As text. */
  public void text(Sheet sheet) {
    sheet.hanging(sheet.style().bold(name) + ": ", INDENT, "the engines differ, " + where());
    for (Code code : difference.code()) {
      String at = Hex.register(code.rip(), Long.SIZE);
      sheet.line("  " + at + code.symbol().map(s -> "  " + s).orElse("") + "  " + code.text());
    }
    sheet.blank();
    sheet.line("  " + Sheet.pad("", NAME) + Sheet.pad("interpreter", VALUE) + "translator");
    for (Difference.Item item : difference.items()) {
      sheet.line(
          "  "
              + Sheet.pad(item.name(), NAME)
              + Sheet.pad(value(item, item.interpreter()), VALUE)
              + value(item, item.translator()));
    }
    if (difference.more() > 0) {
      sheet.line("  and " + difference.more() + " more");
    }
  }

  private String where() {
    long before = difference.before();
    if (difference.isExact()) {
      return "after " + before + " instructions, by processor " + difference.processor() + ":";
    }
    return difference.code().isEmpty()
        ? "some time after " + before + " instructions; run again with other pauses they did not"
        : "after " + before + " instructions, by one of these:";
  }

  private static String value(Difference.Item item, long value) {
    return item.bits() == 0 ? Long.toString(value) : Hex.register(value, item.bits());
  }

  /** As JSON. */
  public String json() {
    return JsonText.document(SCHEMA, VERSION, this::members);
  }

  private void members(JsonText json) {
    json.text("name", name).number("processor", difference.processor());
    json.number("instructions", difference.before()).flag("exact", difference.isExact());
    json.array("code", difference.code(), DifferenceView::code);
    json.array("items", difference.items(), DifferenceView::item);
    json.number("more", difference.more());
  }

  private static void code(JsonText json, Code code) {
    json.hex("rip", code.rip());
    code.symbol().ifPresent(s -> json.text("symbol", s));
    json.text("instruction", code.text());
  }

  private static void item(JsonText json, Difference.Item item) {
    json.text("name", item.name());
    json.hex("interpreter", item.interpreter()).hex("translator", item.translator());
  }
}
