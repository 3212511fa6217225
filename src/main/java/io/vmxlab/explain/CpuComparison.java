package io.vmxlab.explain;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Field;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapabilityLayouts;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What differs between two processors as they were read, and what software written on one of them
 * meets on the other. SDM Vol. 3D "VMX Capability Reporting Facility".
 */
public final class CpuComparison {
  /**
   * A difference.
   *
   * @param name of the feature, MSR or field
   * @param a what the first processor has: a value, or {@code yes}, {@code no}, {@code absent}
   * @param b what the second one has
   * @param consequence for software
   */
  public record Difference(String name, String a, String b, String consequence) {}

  private static final long LOW = 0xFFFF_FFFFL;

  private final DumpedCpu a;
  private final DumpedCpu b;
  private final List<Difference> differences = new ArrayList<>();

  private CpuComparison(DumpedCpu a, DumpedCpu b) {
    this.a = a.real();
    this.b = b.real();
  }

  /** Compares the real processors, not only what a run shows of them. */
  public static CpuComparison of(DumpedCpu a, DumpedCpu b) {
    CpuComparison comparison = new CpuComparison(a, b);
    comparison.widths();
    comparison.features();
    comparison.msrs();
    comparison.leaves();
    return comparison;
  }

  public List<Difference> differences() {
    return List.copyOf(differences);
  }

  private void add(String name, String first, String second, String consequence) {
    differences.add(new Difference(name, first, second, consequence));
  }

  private void widths() {
    int first = a.maxPhysicalAddress();
    int second = b.maxPhysicalAddress();
    if (first != second) {
      add(
          "MAXPHYADDR",
          Integer.toString(first),
          Integer.toString(second),
          "a VMXON region or VMCS above "
              + Math.min(first, second)
              + " bits fails on "
              + (first < second ? a : b).name());
    }
  }

  private void features() {
    for (Feature f : Feature.values()) {
      if (a.has(f) != b.has(f)) {
        add(
            "CPUID " + f.name(),
            a.has(f) ? "yes" : "no",
            b.has(f) ? "yes" : "no",
            "absent on " + (a.has(f) ? b : a).name());
      }
    }
  }

  /** What CPUID answers besides the features. */
  private void leaves() {
    Set<Long> all = new TreeSet<>(Long::compareUnsigned);
    for (DumpedCpu cpu : List.of(a, b)) {
      cpu.leaves().forEach(l -> all.add((long) l[0] << Integer.SIZE | l[1] & LOW));
    }
    for (long key : all) {
      int leaf = (int) (key >>> Integer.SIZE);
      int subleaf = (int) key;
      int[] first = a.cpuid(leaf, subleaf);
      int[] second = b.cpuid(leaf, subleaf);
      if (differ(first, second, featureBits(leaf, subleaf))) {
        add(
            String.format(Locale.ROOT, "CPUID leaf %X, subleaf %X", leaf, subleaf),
            registers(first),
            registers(second),
            "they differ in bits that are no feature above");
      }
    }
  }

  private static boolean differ(int[] first, int[] second, int[] but) {
    for (int i = 0; i < first.length; i++) {
      if (((first[i] ^ second[i]) & ~but[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int[] featureBits(int leaf, int subleaf) {
    int[] bits = new int[Feature.Out.values().length];
    for (Feature f : Feature.values()) {
      if (f.leaf == leaf && f.subleaf == subleaf) {
        bits[f.register.ordinal()] |= 1 << f.bit;
      }
    }
    return bits;
  }

  private static String registers(int[] r) {
    return String.format(Locale.ROOT, "%08X-%08X-%08X-%08X", r[0], r[1], r[2], r[3]);
  }

  private void msrs() {
    Set<Integer> indexes = new LinkedHashSet<>(a.msrs());
    indexes.addAll(b.msrs());
    for (int index : indexes.stream().sorted().toList()) {
      OptionalLong first = a.msr(index);
      OptionalLong second = b.msr(index);
      String name = Msr.of(index).map(Msr::name).orElse(Hex.literal(index));
      if (first.isPresent() != second.isPresent()) {
        DumpedCpu other = first.isPresent() ? b : a;
        if (Inventory.known(other, index) != Known.LACKS) {
          continue; // it has the MSR, and nobody has read its value
        }
        String lacking = other.name();
        add(
            name,
            first.isPresent() ? "present" : "absent",
            second.isPresent() ? "present" : "absent",
            "RDMSR is #GP(0) on " + lacking);
      } else if (first.isPresent()) {
        Layout layout =
            Msr.of(index).map(Msr::layout).orElseGet(() -> Layout.plain(name, Long.SIZE));
        fields(layout, first.getAsLong(), second.getAsLong());
      }
    }
  }

  private void fields(Layout layout, long first, long second) {
    long named = layout.namedBits();
    for (Field f : layout.fields()) {
      long x = f.get(first);
      long y = f.get(second);
      if (x != y) {
        String with = (x > y ? a : b).name();
        String without = (x > y ? b : a).name();
        add(
            layout.name() + "." + f.name(),
            value(x),
            value(y),
            consequence(layout, f, with, without));
      }
    }
    if ((first & ~named) != (second & ~named)) {
      add(layout.name() + ", other bits", value(first & ~named), value(second & ~named), "unknown");
    }
  }

  /**
   * What a field means for software.
   *
   * @param with the processor with the greater value
   */
  private static String consequence(Layout layout, Field f, String with, String without) {
    String name = f.name();
    if (name.startsWith(VmxCapabilityLayouts.MUST)) {
      return control(name, VmxCapabilityLayouts.MUST)
          + " = 0: VM entry fails with error 7 on "
          + with;
    }
    if (name.startsWith(VmxCapabilityLayouts.MAY)) {
      return control(name, VmxCapabilityLayouts.MAY)
          + " = 1: VM entry fails with error 7 on "
          + without;
    }
    switch (layout.name()) {
      case "IA32_VMX_CR4_FIXED1":
        return "MOV to CR4 with " + name + " = 1 is #GP(0) on " + without;
      case "IA32_VMX_EPT_VPID_CAP":
        return "not on " + without + ": " + f.meaning();
      case "IA32_VMX_VMFUNC":
        return "VMFUNC with it is a VM exit on " + without;
      default:
        return name.equals("REVISION")
            ? "a region prepared with the other's identifier fails"
            : f.meaning();
    }
  }

  private static String control(String field, String prefix) {
    return field.substring(prefix.length());
  }

  private static String value(long value) {
    return Hex.literal(value);
  }

  /** A block a difference, as narrow as a terminal. */
  public void text(Sheet sheet) {
    sheet.line(sheet.style().bold(a.name()) + " and " + sheet.style().bold(b.name())).blank();
    for (Difference d : differences) {
      String line = "  " + d.name + ": " + d.a + ", " + d.b;
      if (line.length() > Sheet.WIDTH) {
        sheet.line("  " + d.name + ":").line("      " + d.a + ",").line("      " + d.b);
      } else {
        sheet.line(line);
      }
      sheet.labelled(6, 0, "", d.consequence);
    }
    if (differences.isEmpty()) {
      sheet.line("  no differences");
    } else {
      sheet.blank().line(count());
    }
  }

  private String count() {
    int n = differences.size();
    return n
        + (n == 1 ? " difference; " : " differences; ")
        + "the value of "
        + a.name()
        + " is first.";
  }

  /** Members of a JSON document. */
  public void json(JsonText json) {
    json.text("a", a.name()).text("b", b.name());
    json.array(
        "differences",
        differences,
        (j, d) ->
            j.text("name", d.name)
                .text("a", d.a)
                .text("b", d.b)
                .text("consequence", d.consequence));
  }
}
