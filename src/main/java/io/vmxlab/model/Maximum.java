package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmcsEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The processor that has everything vmxlab models and nothing else, so that a run hides nothing of
 * it. What is neither a feature nor limited by one, such as sizes, family and VMX controls, is that
 * of a real processor as a run shows it.
 */
final class Maximum {
  static final String NAME = "max";

  /** One whose VMX controls are as many as any's. */
  private static final String LENDER = "emerald-rapids";

  private static final String TITLE = "Everything that is modelled";
  private static final String BRAND = "vmxlab: all that is modelled, and nothing else";

  /** The last basic and the last extended leaf. */
  private static final int LAST_BASIC = 0x16;

  private static final int LAST_EXTENDED = 0x8000_0008;

  private Maximum() {}

  static DumpedCpu model(ModelText mask) {
    ModelText text = ModelText.parse(NAME, text(CpuModels.named(LENDER), mask));
    long highest = VmcsEncoding.highestIndex(new DumpedCpu(text, null));
    text.msrs.put(Msr.IA32_VMX_VMCS_ENUM.index, new ModelText.MsrValue(highest, true));
    return new DumpedCpu(text, null);
  }

  /** The model's text. */
  private static String text(DumpedCpu lender, ModelText mask) {
    ModelWriter writer = new ModelWriter();
    writer.word("name", NAME);
    writer.word("title", TITLE);
    writer.word("brand", BRAND);
    writer.word("source", LENDER + " as a run shows it, with all features that are modelled");
    writer.word("others", "absent");
    mask.leaves.forEach((key, leaf) -> leaf(writer, lender, key, leaf));
    writer.leaf(0x8000_0000, 0, new int[] {LAST_EXTENDED, 0, 0, 0});
    brand(writer);
    writer.msrs(msrs(lender, mask));
    return writer.text();
  }

  private static void leaf(ModelWriter writer, DumpedCpu lender, long key, ModelText.Leaf mask) {
    int leaf = (int) (key >>> Integer.SIZE);
    int subleaf = (int) key;
    int[] registers = lender.cpuid(leaf, subleaf);
    for (Feature f : Feature.values()) {
      int out = f.register.ordinal();
      if (f.leaf == leaf && f.subleaf == subleaf) {
        registers[out] |= mask.registers()[out] & 1 << f.bit;
      }
    }
    if (leaf == CpuidLeaf.VENDOR) {
      registers[0] = LAST_BASIC;
    }
    writer.leaf(leaf, subleaf, registers);
  }

  private static void brand(ModelWriter writer) {
    ByteBuffer text = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
    text.put(BRAND.getBytes(StandardCharsets.US_ASCII)).rewind();
    for (int leaf = CpuidLeaf.FIRST_BRAND; leaf <= CpuidLeaf.LAST_BRAND; leaf++) {
      writer.leaf(leaf, 0, new int[] {text.getInt(), text.getInt(), text.getInt(), text.getInt()});
    }
  }

  /** Those of the lender; bits of CR4 are all that are modelled. */
  private static Map<Integer, ModelText.MsrValue> msrs(DumpedCpu lender, ModelText mask) {
    Map<Integer, ModelText.MsrValue> values = new LinkedHashMap<>();
    for (int index : lender.msrs()) {
      lender
          .msr(index)
          .ifPresent(v -> values.put(index, new ModelText.MsrValue(v, lender.chosen(index))));
    }
    values.put(Msr.IA32_VMX_CR4_FIXED1.index, mask.msrs.get(Msr.IA32_VMX_CR4_FIXED1.index));
    return values;
  }
}
