package io.vmxlab.explain;

import io.vmxlab.arch.ControlVector;
import io.vmxlab.arch.Field;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What processors make of the VMX controls that somebody wants, as text and as data. */
public final class ControlsView {
  private static final int INDENT = 2;
  private static final int NAME = 34;
  private static final int LOW_WORD = 32;

  private final List<ControlVector.Bit> wanted;
  private final List<ControlWords> all = new ArrayList<>();

  /** The view of some processors. */
  public ControlsView(List<DumpedCpu> cpus, List<ControlVector.Bit> wanted) {
    this.wanted = List.copyOf(wanted);
    cpus.forEach(c -> all.add(new ControlWords(c, wanted)));
  }

  /** Every control there is, by vectors. */
  public static void list(Sheet sheet) {
    for (ControlVector v : ControlVector.values()) {
      sheet.line(sheet.style().bold(v.prefix() + ": " + v.field.itemName()));
      for (Field f : v.field.layout().fields()) {
        sheet.hanging("  " + Sheet.pad(f.name(), NAME) + " ", INDENT + NAME + 1, f.meaning());
      }
      sheet.blank();
    }
  }

  /** The same as JSON. */
  public static String listJson() {
    return JsonText.document(
        "control-list",
        1,
        j ->
            j.array(
                "vectors",
                List.of(ControlVector.values()),
                (vector, v) ->
                    vector
                        .text("name", v.prefix())
                        .text("field", v.field.itemName())
                        .array("controls", v.field.layout().fields(), ControlsView::control)));
  }

  private static void control(JsonText json, Field f) {
    json.text("name", f.name()).number("bit", f.low()).text("meaning", f.meaning());
  }

  /** One processor in full; several in a few lines each. */
  public void text(Sheet sheet) {
    if (all.size() == 1) {
      full(sheet, all.get(0));
    } else {
      several(sheet);
    }
  }

  private static void full(Sheet sheet, ControlWords of) {
    sheet.line(sheet.style().bold("VMX controls of " + of.cpu.name())).blank();
    for (ControlWords.Word w : of.words) {
      String value = Hex.register(w.value(), w.vector().field.width().bits) + "H";
      sheet.line(
          "  " + Sheet.pad(w.vector().field.itemName(), 50) + " " + Sheet.padLeft(value, 18));
      sheet.line("      by " + w.msr() + allowed(w));
    }
    if (of.words.isEmpty()) {
      sheet.line("  The processor has no VMX, or no source tells its capabilities.");
    }
    bits(sheet, "as wanted", of.had.stream().map(b -> entry(b, b.field().meaning())).toList());
    bits(sheet, "besides", of.added.stream().map(a -> entry(a.bit(), a.why())).toList());
    bits(sheet, "cannot be had", of.refused.stream().map(r -> entry(r.bit(), r.why())).toList());
    if (!of.violated.isEmpty()) {
      sheet.blank().line("a VM entry refuses them");
      for (Rule<?> rule : of.violated) {
        String condition = rule.condition().map(c -> c + ": ").orElse("");
        sheet.labelled(INDENT, 0, "", rule.id() + ": " + condition + rule.requirement());
        sheet.labelled(2 * INDENT, 0, "", rule.mend().text());
      }
    }
  }

  private static String allowed(ControlWords.Word w) {
    int width = w.vector().field.width().bits;
    return width > LOW_WORD
        ? ": may be 1 " + Hex.register(w.allowed1(), width) + "H"
        : ": 1 at least "
            + Hex.register(w.allowed0(), width)
            + "H, at most "
            + Hex.register(w.allowed1(), width)
            + "H";
  }

  private static Map.Entry<String, String> entry(ControlVector.Bit bit, String text) {
    return Map.entry(bit.fullName(), text);
  }

  private static void bits(Sheet sheet, String title, List<Map.Entry<String, String>> entries) {
    if (entries.isEmpty()) {
      return;
    }
    sheet.blank().line(title);
    for (Map.Entry<String, String> e : entries) {
      sheet.labelled(INDENT, 0, "", e.getKey() + ": " + e.getValue());
    }
  }

  /** Processors by what they cannot do; those that can do everything first. */
  private void several(Sheet sheet) {
    Map<List<String>, List<ControlWords>> groups = new LinkedHashMap<>();
    groups.put(List.of(), new ArrayList<>());
    for (ControlWords w : all) {
      List<String> lacks = w.refused.stream().map(r -> r.bit().fullName()).toList();
      groups.computeIfAbsent(lacks, k -> new ArrayList<>()).add(w);
    }
    for (Map.Entry<List<String>, List<ControlWords>> g : groups.entrySet()) {
      if (g.getValue().isEmpty()) {
        continue;
      }
      String lacking = "not " + String.join(", ", g.getKey());
      String what = g.getKey().isEmpty() ? "everything that is wanted" : lacking;
      sheet.labelled(0, 0, "", what + ", on " + g.getValue().size());
      for (ControlWords w : g.getValue()) {
        sheet.hanging("  " + Sheet.pad(w.cpu.name(), NAME) + " ", INDENT + NAME + 1, words(w));
      }
      sheet.blank();
    }
  }

  private static String words(ControlWords of) {
    List<String> words = new ArrayList<>();
    for (ControlWords.Word w : of.words) {
      if (w.value() != 0) {
        int width = w.vector().field.width().bits;
        words.add(w.vector().prefix() + " " + Hex.register(w.value(), width) + "H");
      }
    }
    return words.isEmpty() ? "nothing is known" : String.join(", ", words);
  }

  /** The same as JSON. */
  public String json() {
    return JsonText.document(
        "controls",
        1,
        j -> {
          j.texts("wanted", wanted.stream().map(ControlVector.Bit::fullName).toList());
          j.array("processors", all, ControlsView::processor);
        });
  }

  private static void processor(JsonText json, ControlWords of) {
    json.text("cpu", of.cpu.name());
    json.array(
        "vectors",
        of.words,
        (j, w) ->
            j.text("name", w.vector().prefix())
                .text("field", w.vector().field.itemName())
                .text("msr", w.msr().itemName())
                .hex("value", w.value())
                .hex("allowed0", w.allowed0())
                .hex("allowed1", w.allowed1()));
    json.texts("asWanted", of.had.stream().map(ControlVector.Bit::fullName).toList());
    json.array(
        "besides", of.added, (j, a) -> j.text("control", a.bit().fullName()).text("why", a.why()));
    json.array(
        "refused",
        of.refused,
        (j, r) -> j.text("control", r.bit().fullName()).text("why", r.why()));
    json.array(
        "violated",
        of.violated,
        (j, r) -> j.text("rule", r.id()).text("requirement", r.requirement()));
  }
}
