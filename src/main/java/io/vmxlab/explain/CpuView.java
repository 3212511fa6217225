package io.vmxlab.explain;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Field;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Standing;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A processor model for people and programs: what the processor reports, and what a run shows. */
public record CpuView(
    DumpedCpu cpu, List<FeatureRow> features, List<MsrRow> msrs, Unmodelled unmodelled) {
  private static final int INDENT = 2;

  /** A feature bit of CPUID that the processor has. */
  public record FeatureRow(String name, boolean modelled) {}

  /** A capability MSR. */
  public record MsrRow(String name, int index, boolean chosen, long real, long modelled) {
    Layout layout() {
      return Msr.of(index).map(Msr::layout).orElseGet(() -> Layout.plain(name, 64));
    }
  }

  /**
   * What the processor has, and a run stops at.
   *
   * @param msrs names, or numbers of those without a name
   * @param bits of registers
   * @param unread capability MSRs that the processor announces, and no dump has; a run announces
   *     them not
   */
  public record Unmodelled(List<String> msrs, List<String> bits, List<String> unread) {
    private static final int LAST_MSR = 0x1FFF;

    private static Unmodelled of(DumpedCpu cpu) {
      List<String> names = new ArrayList<>();
      List<String> unread = new ArrayList<>();
      for (io.vmxlab.arch.MsrRow row : Inventory.msrs()) {
        boolean has = Inventory.known(cpu, row.first()) == Known.HAS;
        if (has && Msr.isVmxCapability(row.first()) && cpu.real().msr(row.first()).isEmpty()) {
          unread.add(row.name() + " (" + Hex.literal(row.first()) + ")");
        } else if (has && Inventory.standing(cpu, row.first()) == Standing.UNMODELLED) {
          names.add(row.name());
        }
      }
      for (int index = 0; index <= LAST_MSR; index++) {
        if (cpu.tried(index) == Known.HAS && Inventory.msr(index).isEmpty()) {
          names.add(Hex.literal(index));
        }
      }
      return new Unmodelled(List.copyOf(names), bits(cpu), List.copyOf(unread));
    }

    private static List<String> bits(DumpedCpu cpu) {
      List<String> names = new ArrayList<>();
      for (StateItem item : List.of(State.CR4, State.XCR0, Msr.IA32_DEBUGCTL)) {
        long missing = Inventory.bits(cpu, item) & ~Inventory.modelled(cpu, item);
        for (Field f : item.layout().fields()) {
          if (f.get(missing) != 0) {
            names.add(item.itemName() + "." + f.name());
          }
        }
      }
      return List.copyOf(names);
    }
  }

  /** Gathers the view. */
  public static CpuView of(DumpedCpu cpu) {
    List<FeatureRow> features = new ArrayList<>();
    for (Feature f : Feature.values()) {
      if (cpu.real().has(f)) {
        features.add(new FeatureRow(f.name(), cpu.has(f)));
      }
    }
    List<MsrRow> msrs = new ArrayList<>();
    for (int index : cpu.msrs()) {
      if (Msr.isVmxCapability(index)) {
        String name = Msr.of(index).map(Msr::name).orElse("MSR");
        long real = cpu.real().msr(index).orElse(0);
        msrs.add(new MsrRow(name, index, cpu.chosen(index), real, cpu.msr(index).orElse(0)));
      }
    }
    return new CpuView(cpu, List.copyOf(features), List.copyOf(msrs), Unmodelled.of(cpu));
  }

  /** All of it as text. */
  public void text(Sheet sheet) {
    sheet.line(sheet.style().bold(cpu.name()) + "  " + cpu.title()).blank();
    label(sheet, "read on", cpu.brand());
    cpu.also().forEach(a -> label(sheet, "same on", a));
    label(sheet, "source", cpu.source());
    cpu.base().ifPresent(b -> label(sheet, "CPUID", "inferred from " + b));
    label(
        sheet,
        "addresses",
        cpu.maxPhysicalAddress() + " bits physical, " + cpu.linearAddressWidth() + " bits linear");
    label(sheet, "features", names(true));
    String hidden = names(false);
    if (!hidden.isEmpty()) {
      label(sheet, "hidden", hidden);
      label(sheet, "", "(the processor has these, a run does not show them yet)");
    }
    list(sheet, "MSRs", unmodelled.msrs);
    list(sheet, "bits", unmodelled.bits);
    if (!unmodelled.msrs.isEmpty() || !unmodelled.bits.isEmpty()) {
      label(sheet, "", "(the processor has these, a run stops at them)");
    }
    list(sheet, "unread", unmodelled.unread);
    if (!unmodelled.unread.isEmpty()) {
      label(sheet, "", "(the processor announces these, a run does not: no dump has their values)");
    }
    for (MsrRow m : msrs) {
      sheet.blank();
      msr(sheet, m);
    }
  }

  private static void list(Sheet sheet, String label, List<String> names) {
    if (!names.isEmpty()) {
      label(sheet, label, String.join(" ", names));
    }
  }

  private static void label(Sheet sheet, String label, String text) {
    sheet.labelled(INDENT, "addresses  ".length(), label, text);
  }

  private String names(boolean modelled) {
    StringBuilder text = new StringBuilder();
    for (FeatureRow f : features) {
      if (f.modelled == modelled) {
        text.append(text.length() == 0 ? "" : " ").append(f.name);
      }
    }
    return text.toString();
  }

  private static void msr(Sheet sheet, MsrRow m) {
    sheet.line(
        sheet.style().bold(m.name)
            + " ("
            + Hex.literal(m.index)
            + ") = "
            + Hex.register(m.real, 64)
            + (m.chosen ? ", chosen: no dump has it" : ""));
    if (m.real != m.modelled) {
      sheet.line("  a run shows " + Hex.register(m.modelled, 64));
    }
    int nameWidth = 4;
    int bitsWidth = 3;
    for (Field f : m.layout().fields()) {
      nameWidth = Math.max(nameWidth, f.name().length());
      bitsWidth = Math.max(bitsWidth, f.bits().length());
    }
    if (m.layout().fields().isEmpty()) {
      return;
    }
    sheet.line(
        sheet.style().faint(row(bitsWidth, nameWidth, "bit", "name", "real", "run") + "meaning"));
    for (Field f : m.layout().fields()) {
      long real = f.get(m.real);
      long run = f.get(m.modelled);
      String line = row(bitsWidth, nameWidth, f.bits(), f.name(), value(real), value(run));
      sheet.hanging(real == run ? line : sheet.style().bold(line), line.length(), f.meaning());
    }
  }

  private static String row(
      int bitsWidth, int nameWidth, String bits, String name, String real, String run) {
    return "  "
        + Sheet.padLeft(bits, bitsWidth)
        + "  "
        + Sheet.pad(name, nameWidth)
        + "  "
        + Sheet.pad(real, 5)
        + " "
        + Sheet.pad(run, 5)
        + " ";
  }

  private static String value(long value) {
    return Hex.literal(value);
  }

  /** All of it as members of a JSON document. */
  public void json(JsonText json) {
    json.text("name", cpu.name())
        .text("title", cpu.title())
        .text("brand", cpu.brand())
        .text("source", cpu.source())
        .texts("also", cpu.also());
    cpu.base().ifPresent(b -> json.text("base", b));
    json.number("physicalAddressBits", cpu.maxPhysicalAddress())
        .number("linearAddressBits", cpu.linearAddressWidth());
    json.array("features", features, (j, f) -> j.text("name", f.name).flag("modelled", f.modelled));
    json.texts("unmodelledMsrs", unmodelled.msrs).texts("unmodelledBits", unmodelled.bits);
    json.texts("unreadMsrs", unmodelled.unread);
    json.array(
        "msrs",
        msrs,
        (j, m) -> {
          j.text("name", m.name).hex("index", m.index).flag("chosen", m.chosen);
          j.hex("real", m.real).hex("modelled", m.modelled);
          j.array("fields", m.layout().fields(), (k, f) -> field(k, f, m));
        });
  }

  private static void field(JsonText json, Field f, MsrRow m) {
    json.text("bits", f.bits())
        .text("name", f.name())
        .hex("real", f.get(m.real))
        .hex("modelled", f.get(m.modelled))
        .text("meaning", f.meaning());
  }

  @Override
  public String toString() {
    return cpu.name().toLowerCase(Locale.ROOT);
  }
}
