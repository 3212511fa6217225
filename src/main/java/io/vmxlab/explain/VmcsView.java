package io.vmxlab.explain;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The fields of a VMCS, all of them or one. */
public final class VmcsView {
  private static final int LABEL = 12;
  private static final int INDENT = 2;
  private static final int NUMBER = 7;
  private static final int WIDTH = 9;

  private final Optional<DumpedCpu> cpu;

  /**
   * The fields.
   *
   * @param cpu a processor, to tell which it has; empty for all
   */
  public VmcsView(Optional<DumpedCpu> cpu) {
    this.cpu = cpu;
  }

  /** Every field, or every one that the processor has or may have, by groups. */
  public void list(Sheet sheet) {
    for (VmcsField.Group group : VmcsField.Group.values()) {
      sheet.line(sheet.style().bold(group.title));
      for (VmcsField f : fields()) {
        if (f.group() == group) {
          String number = Sheet.pad(f.number(), NUMBER);
          String width = Sheet.pad(f.width().name().toLowerCase(Locale.ROOT), WIDTH);
          String doubt = cpu.isPresent() && f.on(cpu.get()) == Known.UNKNOWN ? " (perhaps)" : "";
          sheet.hanging("  " + number + width, INDENT + NUMBER + WIDTH, f.itemName() + doubt);
        }
      }
      sheet.blank();
    }
    String of = cpu.map(c -> " of " + c.name()).orElse("");
    sheet.line(fields().size() + " fields" + of + ". vmxlab vmcs FIELD shows one.");
  }

  /** One field: what it is, where it exists, and its bits. */
  public void one(Sheet sheet, VmcsField field) {
    sheet.line(sheet.style().bold(field.itemName() + " (" + field.number() + ")")).blank();
    label(sheet, "group", field.group().title);
    label(sheet, "width", width(field));
    label(sheet, "encoding", encoding(field));
    label(sheet, "access", access(field));
    if (!field.aliases().isEmpty()) {
      label(sheet, "also called", String.join(", ", field.aliases()));
    }
    label(sheet, "exists", exists(field));
    cpu.ifPresentOrElse(
        c -> label(sheet, c.name(), word(field.on(c))),
        () -> label(sheet, "models", models(field)));
    label(sheet, "manual", Sdm.VMCS_FIELD_ENCODING.citeEdition());
    if (!field.layout().fields().isEmpty()) {
      sheet.blank();
      for (Field f : field.layout().fields()) {
        sheet.hanging(
            "  " + Sheet.padLeft(f.bits(), NUMBER) + "  " + f.name() + "  ",
            INDENT + NUMBER + 2,
            "");
        sheet.labelled(INDENT + NUMBER + 2, 0, "", f.meaning());
      }
    }
  }

  private static void label(Sheet sheet, String label, String text) {
    sheet.labelled(INDENT, Math.max(LABEL, label.length()) + 2, label, text);
  }

  private static String width(VmcsField field) {
    return field.width() == VmcsField.Width.NATURAL
        ? "natural: 64 bits on processors with 64-bit mode"
        : field.width().bits + " bits";
  }

  private static String encoding(VmcsField field) {
    boolean high = field.width() == VmcsField.Width.QUAD;
    String upper =
        String.format(
            Locale.ROOT, "; %04XH is its upper half", field.encoding() | VmcsEncoding.HIGH);
    return field.number() + ", index " + field.index() + (high ? upper : "");
  }

  private static String access(VmcsField field) {
    return field.isReadOnly()
        ? "read-only; VMWRITE where IA32_VMX_MISC[29] is 1, else VM-instruction error 13"
        : "read and write";
  }

  private static String word(Known known) {
    switch (known) {
      case HAS:
        return "has it";
      case LACKS:
        return "has not got it: VMREAD and VMWRITE fail with VM-instruction error 12";
      default:
        return "may have it: no source tells";
    }
  }

  private static String exists(VmcsField field) {
    return field.isEverywhere()
        ? "on every processor with VMX"
        : "where " + field.presence().text();
  }

  /** The shorter of two lists: those that have it or those that have not. */
  private static String models(VmcsField field) {
    List<String> have = having(field);
    List<String> others = new ArrayList<>(CpuModels.names());
    others.removeAll(have);
    String count = have.size() + " of " + CpuModels.names().size() + " have it";
    if (others.isEmpty() || have.isEmpty()) {
      return count;
    }
    return others.size() < have.size()
        ? count + ", not " + String.join(", ", others)
        : count + ": " + String.join(", ", have);
  }

  private static List<String> having(VmcsField field) {
    List<String> names = new ArrayList<>();
    for (DumpedCpu c : CpuModels.list()) {
      if (field.on(c) == Known.HAS) {
        names.add(c.name());
      }
    }
    return names;
  }

  private List<VmcsField> fields() {
    List<VmcsField> fields = new ArrayList<>();
    for (VmcsField f : VmcsField.values()) {
      if (cpu.isEmpty() || f.on(cpu.get()) != Known.LACKS) {
        fields.add(f);
      }
    }
    return fields;
  }

  /** Every field as JSON, or one with its bits and the models that have it. */
  public String json(Optional<VmcsField> one) {
    List<VmcsField> shown = one.map(List::of).orElseGet(this::fields);
    return JsonText.document(
        "vmcs",
        1,
        j -> {
          cpu.ifPresent(c -> j.text("cpu", c.name()));
          j.array("fields", shown, (item, f) -> member(item, f, one.isPresent()));
        });
  }

  private void member(JsonText json, VmcsField field, boolean whole) {
    json.text("name", field.itemName()).hex("encoding", field.encoding());
    json.text("group", field.group().title).number("width", field.width().bits);
    json.flag("natural", field.width() == VmcsField.Width.NATURAL);
    json.flag("readOnly", field.isReadOnly());
    json.texts("aliases", field.aliases());
    json.text("exists", exists(field));
    cpu.ifPresent(c -> json.text("presence", field.on(c).name().toLowerCase(Locale.ROOT)));
    if (whole) {
      json.texts("models", having(field));
      json.array(
          "bits",
          field.layout().fields(),
          (j, f) -> j.text("bits", f.bits()).text("name", f.name()).text("meaning", f.meaning()));
    }
  }
}
