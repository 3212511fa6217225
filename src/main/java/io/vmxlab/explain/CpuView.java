package io.vmxlab.explain;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Field;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A processor model for people and programs: what the processor reports, and what a run shows. */
public record CpuView(DumpedCpu cpu, List<FeatureRow> features, List<MsrRow> msrs) {
  private static final int INDENT = 2;

  /** A feature bit of CPUID that the processor has. */
  public record FeatureRow(String name, boolean modelled) {}

  /** A capability MSR. */
  public record MsrRow(String name, int index, boolean chosen, long real, long modelled) {
    Layout layout() {
      return Msr.of(index).map(Msr::layout).orElseGet(() -> Layout.plain(name, 64));
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
    return new CpuView(cpu, List.copyOf(features), List.copyOf(msrs));
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
    for (MsrRow m : msrs) {
      sheet.blank();
      msr(sheet, m);
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
