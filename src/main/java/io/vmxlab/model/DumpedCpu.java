package io.vmxlab.model;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
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

  /** Feature bits and the CR4 bit that each brings, for models without a CR4_FIXED1 value. */
  private static final Object[][] CR4_BITS = {
    {Feature.TSC, Cr4.TSD}, {Feature.PAE, Cr4.PAE | Cr4.PSE}, {Feature.PGE, Cr4.PGE},
    {Feature.FXSR, Cr4.OSFXSR}, {Feature.SSE, Cr4.OSXMMEXCPT}, {Feature.UMIP, Cr4.UMIP},
    {Feature.LA57, Cr4.LA57}, {Feature.VMX, Cr4.VMXE}, {Feature.SMX, Cr4.SMXE},
    {Feature.FSGSBASE, Cr4.FSGSBASE}, {Feature.PCID, Cr4.PCIDE}, {Feature.XSAVE, Cr4.OSXSAVE},
    {Feature.SMEP, Cr4.SMEP}, {Feature.SMAP, Cr4.SMAP}, {Feature.PKU, Cr4.PKE},
    {Feature.CET_SS, Cr4.CET},
  };

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

  boolean sameLeaves(DumpedCpu other) {
    return text.leaves.keySet().equals(other.text.leaves.keySet())
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
  public boolean decodes(Feature feature) {
    return real.has(feature);
  }

  @Override
  public int maxPhysicalAddress() {
    int width = cpuid(ADDRESS_SIZES, 0)[0] & 0xFF;
    return width == 0 ? DEFAULT_PHYSICAL : width;
  }

  /** Width of linear addresses in bits: 48 or 57; of a processor in a run 48. */
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
    return mask == null ? registers : masked(registers, mask.leaves.get(key));
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

  @Override
  public OptionalLong msr(int index) {
    ModelText.MsrValue found = text.msrs.get(index);
    if (found == null) {
      return OptionalLong.empty();
    }
    ModelText.MsrValue allowed = mask == null ? null : mask.msrs.get(index);
    return OptionalLong.of(allowed == null ? found.value() : found.value() & allowed.value());
  }

  @Override
  public long cr4Supported() {
    OptionalLong fixed1 = msr(Msr.IA32_VMX_CR4_FIXED1.index);
    if (fixed1.isPresent()) {
      return fixed1.getAsLong();
    }
    long bits = Cr4.DE | Cr4.MCE | Cr4.PCE;
    for (Object[] row : CR4_BITS) {
      bits |= has((Feature) row[0]) ? (long) row[1] : 0;
    }
    return bits;
  }

  @Override
  public String toString() {
    return name();
  }
}
