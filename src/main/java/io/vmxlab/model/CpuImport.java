package io.vmxlab.model;

import io.vmxlab.arch.Announcement;
import io.vmxlab.arch.ControlForms;
import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.model.dump.Dump;
import io.vmxlab.model.dump.DumpFormats;
import io.vmxlab.model.dump.Readings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Processor models from what tools print. A model that comes out is a possible processor: what the
 * dump lacks is lent by a built-in model and made to agree with the dump, and what contradicts
 * itself is refused.
 */
public final class CpuImport {
  /** What this can read, in words. */
  public static final String FORMATS = DumpFormats.KNOWN;

  /**
   * What became of a dump.
   *
   * @param text of the model
   * @param remarks what the user should know, a line each: lines that were not understood, and
   *     where values come from that the dump lacks
   */
  public record Imported(String text, List<String> remarks) {}

  private static final int LONGEST_NAME = 100;

  private final String file;
  private final Dump dump;
  private String name = "imported";
  private Optional<DumpedCpu> base = Optional.empty();
  private Optional<Integer> processor = Optional.empty();
  private final List<String> remarks = new ArrayList<>();
  private Readings chosen = new Readings();

  private CpuImport(String file, Dump dump) {
    this.file = file;
    this.dump = dump;
  }

  /**
   * Reads a dump.
   *
   * @param file named as the source and in messages
   */
  public static CpuImport of(String file, String text) {
    return new CpuImport(file, Dump.of(text));
  }

  /**
   * Names the model.
   *
   * @throws CpuModelException unless the name has only letters, digits, underscores, dots and
   *     hyphens
   */
  public CpuImport named(String modelName) {
    boolean good = !modelName.isEmpty() && modelName.length() <= LONGEST_NAME;
    for (int i = 0; i < modelName.length(); i++) {
      char c = modelName.charAt(i);
      good &= c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
    }
    if (!good) {
      throw new CpuModelException(
          "a model's name has letters, digits, dots and hyphens, not "
              + ModelText.shown(modelName));
    }
    name = modelName;
    return this;
  }

  /** Chooses the model that lends what the dump lacks; the nearest one does if none is chosen. */
  public CpuImport base(DumpedCpu model) {
    base = Optional.of(model);
    return this;
  }

  /** Chooses a logical processor of the dump. */
  public CpuImport processor(int number) {
    processor = Optional.of(number);
    return this;
  }

  /** In what the dump's processors differ, so that one has to be chosen; empty if they do not. */
  public Optional<String> difference() {
    return DumpedProcessors.difference(dump).map(d -> file + ": " + d);
  }

  /**
   * The model.
   *
   * @throws CpuModelException if the dump has no value, if its processors differ and none is
   *     chosen, if the chosen one is not there, or if its values are not those of one processor
   */
  public Imported model() {
    remarks.clear();
    dump.remarks().forEach(r -> remarks.add(file + ":" + r.line() + ": " + r.text()));
    if (dump.moreRemarks() > 0) {
      remarks.add(file + ": " + dump.moreRemarks() + " more lines were not understood");
    }
    chosen = readings();
    refuseContradictions();
    List<DumpedCpu> models = new ArrayList<>(NearestModels.of(chosen, this::feature));
    base.ifPresent(b -> models.add(0, b));
    DumpedCpu lender = models.get(0);

    ModelWriter writer = new ModelWriter();
    CapabilityLending lending = new CapabilityLending(chosen, models, this::feature);
    Map<Integer, ModelText.MsrValue> msrs = vmx() ? lending.msrs() : Map.of();
    refuseBroken(msrs);
    writer.msrs(msrs);
    writer.present(chosen.presentMsrs());
    boolean listed = chosen.leaves().containsKey(new Readings.LeafKey(CpuidLeaf.VERSION, 0));
    leaves(writer, lender, listed);
    words(writer, lender, listed);
    remarkOnLoans(lender, lending, listed, msrs);
    String text = writer.text();
    CpuModels.parse(name, text);
    return new Imported(text, List.copyOf(remarks));
  }

  private Readings readings() {
    List<Integer> numbers = dump.numbers();
    if (processor.isPresent() && !numbers.contains(processor.get())) {
      throw new CpuModelException(
          file
              + ": there is no processor "
              + processor.get()
              + " in the dump, but "
              + DumpedProcessors.ranges(numbers));
    }
    Readings all = dump.of(processor.orElse(numbers.get(0)));
    if (all.isEmpty()) {
      throw new CpuModelException(
          remarks.isEmpty()
              ? file + ": no line says anything of a processor in the form of " + FORMATS
              : remarks.get(0));
    }
    if (processor.isEmpty()) {
      difference()
          .ifPresent(
              d -> {
                throw new CpuModelException(d + "; choose one of them");
              });
    }
    return all;
  }

  private Optional<Boolean> feature(Feature f) {
    return DumpedProcessors.feature(chosen, f);
  }

  private boolean vmx() {
    return feature(Feature.VMX).orElse(true);
  }

  private void refuseContradictions() {
    if (!vmx() && !chosen.msrs().isEmpty()) {
      Map.Entry<Integer, Readings.Value> first = chosen.msrs().entrySet().iterator().next();
      throw new CpuModelException(
          file
              + ":"
              + first.getValue().line()
              + ": "
              + Msr.of(first.getKey()).orElseThrow()
              + " is given, but CPUID shows no VMX (leaf 1, ECX bit 5): not one processor says both");
    }
    chosen.denied().forEach((index, line) -> refuseDenied(Msr.of(index).orElseThrow(), line));
  }

  private void refuseDenied(Msr msr, int line) {
    Optional<Announcement> announcement = VmxCapability.announcement(msr);
    Readings.Value value = chosen.msrs().get(msr.index);
    if (value != null) {
      throw denied(msr, line, "it is " + String.format("%X", value.value()), value.line());
    }
    if (announcement.isEmpty()) {
      if (!chosen.msrs().isEmpty()) {
        Readings.Value other = chosen.msrs().values().iterator().next();
        throw denied(msr, line, "every processor with VMX has it", other.line());
      }
      return;
    }
    Announcement by = announcement.get();
    List<Msr> forms =
        ControlForms.of(by.by()).map(f -> List.of(f.plain(), f.exact())).orElse(List.of(by.by()));
    for (Msr form : forms) {
      Readings.Value given = chosen.msrs().get(form.index);
      if (given != null && by.in(given.value())) {
        throw denied(msr, line, by.toString(), given.line());
      }
    }
  }

  private CpuModelException denied(Msr msr, int line, String butWhat, int otherLine) {
    return new CpuModelException(
        file
            + ":"
            + line
            + ": "
            + msr
            + " could not be read, but "
            + butWhat
            + " (line "
            + otherLine
            + "): not one processor says both");
  }

  private void refuseBroken(Map<Integer, ModelText.MsrValue> msrs) {
    List<CapabilityRelations.Broken> broken =
        CapabilityRelations.broken(
            i -> msrs.containsKey(i) ? OptionalLong.of(msrs.get(i).value()) : OptionalLong.empty());
    if (!broken.isEmpty()) {
      CapabilityRelations.Broken first = broken.get(0);
      int line = 0;
      for (Msr msr : first.msrs()) {
        Readings.Value value = chosen.msrs().get(msr.index);
        line = value == null ? line : Math.max(line, value.line());
      }
      throw new CpuModelException(
          file + (line > 0 ? ":" + line : "") + ": no processor has these values: " + first.text());
    }
  }

  private void leaves(ModelWriter writer, DumpedCpu lender, boolean listed) {
    if (listed) {
      chosen
          .leaves()
          .forEach((key, leaf) -> writer.leaf(key.leaf(), key.subleaf(), leaf.registers()));
      for (int[] at : lender.leaves()) {
        if (chosen.openLeaves().contains(at[0])) {
          writer.leaf(at[0], at[1], lender.real().cpuid(at[0], at[1]));
        }
      }
    } else {
      new LeafLending(chosen, lender).leaves(writer);
    }
  }

  private void words(ModelWriter writer, DumpedCpu lender, boolean listed) {
    writer.word("name", name);
    writer.word("title", name);
    writer.word(
        "brand",
        listed ? writer.brand().orElse(chosen.brand()) : ModelWriter.brand(chosen.brand()));
    writer.word("source", "imported from " + file);
    if (!listed && NearestModels.isBuiltIn(lender)) {
      writer.word("base", lender.name());
    }
  }

  private void remarkOnLoans(
      DumpedCpu lender,
      CapabilityLending lending,
      boolean listed,
      Map<Integer, ModelText.MsrValue> msrs) {
    long lent = msrs.values().stream().filter(ModelText.MsrValue::chosen).count();
    if (vmx() && listed && chosen.msrs().isEmpty() && chosen.msrBits().isEmpty()) {
      remarks.add(
          file + ": CPUID shows VMX, but no line gives a VMX capability MSR; all are chosen");
    }
    if (base.isEmpty() && (lent > 0 || !listed)) {
      String what = lent == 0 ? "" : lent == 1 ? "1 MSR" : lent + " MSRs";
      what = listed ? what : what.isEmpty() ? "CPUID" : "CPUID and " + what;
      remarks.add(
          file
              + ": the dump lacks "
              + what
              + "; taken from "
              + lender.name()
              + ", the nearest model"
              + distance(lender));
    }
    for (Msr msr : lending.unknown()) {
      remarks.add(
          file
              + ": "
              + msr
              + " exists, for "
              + VmxCapability.announcement(msr).orElseThrow()
              + ", but no value of it is known");
    }
  }

  private String distance(DumpedCpu lender) {
    if (chosen.msrs().isEmpty() && chosen.msrBits().isEmpty()) {
      return "";
    }
    int bits = NearestModels.differences(chosen, lender);
    return bits == 0
        ? " (its values of the MSRs that are given are the same)"
        : " (" + bits + (bits == 1 ? " bit" : " bits") + " of the MSRs that are given differ)";
  }
}
