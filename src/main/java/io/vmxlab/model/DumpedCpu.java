package io.vmxlab.model;

import io.vmxlab.arch.ControlFeature;
import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.XsaveArea;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A processor model made from values that were read on a processor. As a {@link CpuModel} it shows
 * what a run shows: the values that vmxlab models. {@link #real} shows all of them.
 */
public final class DumpedCpu implements CpuModel {
  private static final int ADDRESS_SIZES = 0x8000_0008;
  private static final int DEFAULT_PHYSICAL = 36;
  private static final int DEFAULT_LINEAR = 48;
  private static final int[] NO_LEAF = new int[4];

  private final ModelText text;

  /** What a run may show; null to show all. */
  private final ModelText mask;

  private final DumpedCpu real;

  DumpedCpu(ModelText text, ModelText mask) {
    this.text = text;
    this.mask = mask;
    this.real = mask == null ? this : new DumpedCpu(text, null);
  }

  @Override
  public String name() {
    return text.words.get("name");
  }

  /** Name for people, such as {@code Skylake client}. */
  public String title() {
    return text.words.getOrDefault("title", name());
  }

  /** Brand string of the processor on which the values were read; may be empty. */
  public String brand() {
    return text.words.getOrDefault("brand", "");
  }

  /** Where the values come from; may be empty. */
  public String source() {
    return text.words.getOrDefault("source", "");
  }

  /** Other processors on which the same VMX capabilities were read. */
  public List<String> also() {
    return List.copyOf(text.also);
  }

  /** The model whose CPUID leaves stand for those that no dump has; empty if all were read. */
  public Optional<String> base() {
    return Optional.ofNullable(text.words.get("base"));
  }

  /** The processor as it was read, with what vmxlab does not model. */
  @Override
  public DumpedCpu real() {
    return real;
  }

  /** Leaf and subleaf of every line, in the file's order. */
  public List<int[]> leaves() {
    List<int[]> list = new ArrayList<>();
    for (long key : text.leaves.keySet()) {
      list.add(new int[] {(int) (key >>> Integer.SIZE), (int) key});
    }
    return list;
  }

  /** The MSR's value as the model's text has it, whatever else the text says. */
  OptionalLong written(int msr) {
    ModelText.MsrValue value = text.msrs.get(msr);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value.value());
  }

  boolean sameLeaves(DumpedCpu other) {
    return this == other
        || text.leaves.keySet().equals(other.text.leaves.keySet())
            && leaves().stream()
                .allMatch(l -> Arrays.equals(real.cpuid(l[0], l[1]), other.real.cpuid(l[0], l[1])));
  }

  /** Index of every MSR with a value, in the file's order. */
  public List<Integer> msrs() {
    return List.copyOf(text.msrs.keySet());
  }

  /** The MSR's value stands in no dump but was chosen. */
  public boolean chosen(int msr) {
    ModelText.MsrValue value = text.msrs.get(msr);
    return value != null && value.chosen();
  }

  @Override
  public boolean has(Feature feature) {
    if (feature == Feature.SYSCALL) {
      return has(Feature.LM); // the bit reads 0 outside 64-bit mode, where dumps are made
    }
    int[] registers = cpuid(feature.leaf, feature.subleaf);
    return (registers[feature.register.ordinal()] >>> feature.bit & 1) != 0;
  }

  @Override
  public Known tried(int msr) {
    if (text.present.contains(msr)) {
      return Known.HAS;
    }
    return text.absent.contains(msr) ? Known.LACKS : Known.UNKNOWN;
  }

  @Override
  public boolean complete() {
    return text.othersAbsent();
  }

  @Override
  public int maxPhysicalAddress() {
    int width = cpuid(ADDRESS_SIZES, 0)[0] & 0xFF;
    return width == 0 ? DEFAULT_PHYSICAL : width;
  }

  /** Width of linear addresses in bits: 48 or 57. */
  public int linearAddressWidth() {
    int width = cpuid(ADDRESS_SIZES, 0)[0] >>> 8 & 0xFF;
    return width == 0 ? DEFAULT_LINEAR : width;
  }

  @Override
  public int[] cpuid(int leaf, int subleaf) {
    long key = text.answering(leaf, subleaf);
    ModelText.Leaf found = text.leaves.get(key);
    if (found == null) {
      return NO_LEAF.clone();
    }
    int[] registers = found.registers().clone();
    if (mask == null) {
      return registers;
    }
    int[] shown = masked(registers, mask.leaves.get(key));
    if (leaf == CpuidLeaf.EXTENDED_STATE && subleaf == 0 && shown[0] != 0) {
      shown[2] = XsaveArea.standardSize(this, shown[0] & 0xFFFF_FFFFL);
    }
    return shown;
  }

  private static int[] masked(int[] registers, ModelText.Leaf allowed) {
    if (allowed == null) {
      return NO_LEAF.clone();
    }
    for (int i = 0; i < registers.length; i++) {
      if (!allowed.fixed()[i]) {
        registers[i] &= allowed.registers()[i];
      } else if (registers[i] != 0) {
        registers[i] = allowed.registers()[i];
      }
    }
    return registers;
  }

  /**
   * {@inheritDoc} A run shows a VMX capability MSR if another announces it, announces none without
   * a value, and no controls of features that it hides.
   */
  @Override
  public OptionalLong msr(int index) {
    ModelText.MsrValue found = text.msrs.get(index);
    if (found == null || mask != null && !isAnnounced(index)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(mask == null ? found.value() : found.value() & shown(index));
  }

  private boolean isAnnounced(int index) {
    if (!Msr.isVmxCapability(index)) {
      return true;
    }
    Msr msr = Msr.of(index).orElseThrow();
    return VmxCapability.announcement(msr).map(a -> a.in(msr(a.by().index).orElse(0))).orElse(true);
  }

  /** The bits of an MSR that a run may show. */
  private long shown(int index) {
    ModelText.MsrValue allowed = mask.msrs.get(index);
    long bits = allowed == null ? -1 : allowed.value();
    if (Msr.isVmxCapability(index)) {
      Msr msr = Msr.of(index).orElseThrow();
      bits &= ~VmxCapability.announcing(msr, m -> !text.msrs.containsKey(m.index));
      bits &= ~ControlFeature.bits(msr, f -> !has(f));
    }
    return bits;
  }

  @Override
  public long cr4Supported() {
    OptionalLong fixed1 = msr(Msr.IA32_VMX_CR4_FIXED1.index);
    if (fixed1.isPresent()) {
      return fixed1.getAsLong();
    }
    long bits = Inventory.cr4ByCpuid(real());
    return mask == null ? bits : bits & mask.msrs.get(Msr.IA32_VMX_CR4_FIXED1.index).value();
  }

  @Override
  public String toString() {
    return name();
  }
}
