package io.vmxlab.explain;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.CurrentVmcs;
import io.vmxlab.machine.ExitStatistics;
import io.vmxlab.machine.VmTransition;
import io.vmxlab.machine.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run is asked to show besides how it ended, most of it about VMX.
 *
 * @param statistics its VM exits by reason
 * @param work what it has cost
 * @param vmcs the current VMCS of each processor at the end, by number; empty if not asked for
 * @param transitions those that were kept for a document; empty if not asked for
 */
public record VmxReport(
    Optional<ExitStatistics> statistics,
    Optional<Work> work,
    Optional<List<Optional<CurrentVmcs>>> vmcs,
    Optional<JsonText.Elements> transitions) {
  /** Nothing. */
  public static final VmxReport NONE =
      new VmxReport(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final int INDENT = 2;
  private static final int COUNT_WIDTH = 12;
  private static final int NUMBER_WIDTH = 4;
  private static final int FIELD_WIDTH = 46;
  private static final int ENCODING_WIDTH = 7;
  private static final int LABELS = 12;

  /** VM exits by reason, and nothing else. */
  public static VmxReport of(ExitStatistics exits) {
    return new VmxReport(Optional.of(exits), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Statistics and VMCSs as text. */
  public void text(Sheet sheet) {
    if (work.isPresent()) {
      work(sheet, work.get());
    }
    if (statistics.isPresent()) {
      statistics(sheet, statistics.get());
    }
    List<Optional<CurrentVmcs>> all = vmcs.orElse(List.of());
    for (int i = 0; i < all.size(); i++) {
      sheet.blank();
      vmcs(sheet, all.size() == 1 ? "" : "cpu " + i + ": ", all.get(i));
    }
  }

  private static void work(Sheet sheet, Work w) {
    sheet.blank();
    sheet.line(
        sheet.style().bold(String.format(Locale.ROOT, "%.1f MIPS", w.mips()))
            + ", "
            + w.instructions()
            + " instructions in "
            + seconds(w.nanoseconds()));
    sheet.labelled(INDENT, LABELS, "executing", seconds(w.executingNanoseconds()));
    sheet.labelled(
        INDENT,
        LABELS,
        "decoding",
        seconds(w.decodingNanoseconds())
            + ": "
            + w.blocks()
            + " blocks of "
            + w.decoded()
            + " instructions");
    sheet.labelled(
        INDENT,
        LABELS,
        "translating",
        seconds(w.regionNanoseconds()) + ": " + w.regions() + " regions");
    sheet.labelled(INDENT, LABELS, "TLB misses", Long.toString(w.tlbMisses()));
  }

  private static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.3f s", nanoseconds / 1e9);
  }

  private static void statistics(Sheet sheet, ExitStatistics s) {
    sheet.blank();
    sheet.line(sheet.style().bold("VM exits: " + s.exits()) + ", VM entries: " + s.entries());
    int column = INDENT + COUNT_WIDTH + NUMBER_WIDTH + 2;
    for (ExitStatistics.Row row : s.rows()) {
      String number = Sheet.padLeft(Integer.toString(row.reason().number), NUMBER_WIDTH);
      sheet.hanging(
          " ".repeat(INDENT)
              + Sheet.padLeft(Long.toString(row.count()), COUNT_WIDTH)
              + number
              + "  ",
          column,
          row.reason().title);
      sheet.hanging(" ".repeat(column), column, "last: " + last(row.last()));
      TransitionLine.qualification(row.last())
          .ifPresent(q -> sheet.hanging(" ".repeat(column), column, q));
      String asked = new TransitionLine(row.last()).askedBy();
      if (!asked.isEmpty()) {
        sheet.hanging(" ".repeat(column), column, "asked by: " + asked);
      }
    }
  }

  private static String last(VmTransition.Exit exit) {
    Code code = exit.place().code().get();
    boolean fetched = !code.text().equals(Code.NO_INSTRUCTION);
    return (fetched ? code.text() : "instruction fetch")
        + " at "
        + Hex.register(code.rip(), Long.SIZE)
        + code.symbol().map(s -> " " + s).orElse("")
        + " after "
        + exit.place().instructions()
        + " instructions";
  }

  private static void vmcs(Sheet sheet, String of, Optional<CurrentVmcs> current) {
    if (current.isEmpty()) {
      sheet.line(of + "no VMCS is current");
      return;
    }
    CurrentVmcs vmcs = current.get();
    sheet.line(
        of
            + sheet.style().bold("current VMCS at " + Hex.register(vmcs.pointer(), Long.SIZE))
            + ", launch state: "
            + launch(vmcs));
    for (VmcsField.Group group : VmcsField.Group.values()) {
      group(sheet, group, vmcs.fields());
    }
  }

  private static String launch(CurrentVmcs vmcs) {
    return vmcs.launch().name().toLowerCase(Locale.ROOT);
  }

  private static void group(Sheet sheet, VmcsField.Group group, Map<VmcsField, Long> fields) {
    List<String> zeros = new ArrayList<>();
    sheet.blank().line(group.title);
    fields.forEach(
        (field, value) -> {
          if (field.group() != group) {
            return;
          }
          if (value == 0) {
            zeros.add(field.itemName());
            return;
          }
          sheet.line(
              " ".repeat(INDENT)
                  + Sheet.pad(field.number(), ENCODING_WIDTH)
                  + Sheet.pad(field.itemName(), FIELD_WIDTH)
                  + " "
                  + Hex.register(value, field.width().bits));
          String bits = bits(field, value);
          if (!bits.isEmpty()) {
            sheet.labelled(INDENT + ENCODING_WIDTH + 2, 0, "", bits);
          }
        });
    if (!zeros.isEmpty()) {
      sheet.labelled(INDENT, ENCODING_WIDTH, "0:", String.join(", ", zeros));
    }
  }

  /** The named fields that are not 0; a single bit by its name. */
  private static String bits(VmcsField field, long value) {
    return BitView.of(field.layout(), value & field.layout().namedBits()).words();
  }

  /** All of it as members of a document. */
  void json(JsonText json) {
    transitions.ifPresent(t -> json.array("transitions", t));
    statistics.ifPresent(s -> json.object("statistics", j -> statistics(j, s)));
    work.ifPresent(w -> json.object("work", j -> work(j, w)));
    vmcs.ifPresent(all -> json.array("vmcs", all, (j, one) -> one.ifPresent(v -> vmcs(j, v))));
  }

  private static void work(JsonText json, Work w) {
    json.number("instructions", w.instructions()).number("nanoseconds", w.nanoseconds());
    json.number("blocks", w.blocks()).number("decoded", w.decoded());
    json.number("decodingNanoseconds", w.decodingNanoseconds());
    json.number("regions", w.regions()).number("regionNanoseconds", w.regionNanoseconds());
    json.number("tlbMisses", w.tlbMisses());
  }

  private static void statistics(JsonText json, ExitStatistics s) {
    json.number("entries", s.entries()).number("exits", s.exits());
    json.array(
        "reasons",
        s.rows(),
        (j, row) -> {
          j.number("count", row.count());
          new TransitionLine(row.last()).json(j);
        });
  }

  private static void vmcs(JsonText json, CurrentVmcs vmcs) {
    json.hex("pointer", vmcs.pointer()).text("launchState", launch(vmcs));
    for (VmcsField.Group group : VmcsField.Group.values()) {
      List<Map.Entry<VmcsField, Long>> members =
          vmcs.fields().entrySet().stream().filter(e -> e.getKey().group() == group).toList();
      json.array(
          group.name().toLowerCase(Locale.ROOT),
          members,
          (j, e) -> {
            j.text("field", e.getKey().itemName()).text("encoding", e.getKey().number());
            j.hex("value", e.getValue()).text("bits", bits(e.getKey(), e.getValue()));
          });
    }
  }
}
