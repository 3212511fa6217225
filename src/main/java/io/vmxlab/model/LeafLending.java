package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.model.dump.Readings;
import java.util.LinkedHashMap;
import java.util.Map;

/** CPUID of a model for a dump that has not its features, made to agree with what the dump says. */
final class LeafLending {
  private final Readings dump;
  private final DumpedCpu lender;
  private final Map<Readings.LeafKey, int[]> changed = new LinkedHashMap<>();

  LeafLending(Readings dump, DumpedCpu lender) {
    this.dump = dump;
    this.lender = lender;
  }

  /** Writes the leaves in which the processor differs from the lender; all if it is no built-in. */
  void leaves(ModelWriter writer) {
    dump.leaves().forEach((key, leaf) -> changed.put(key, leaf.registers().clone()));
    boolean vmx = DumpedProcessors.feature(dump, Feature.VMX).orElse(true);
    set(Feature.VMX, vmx);
    if (vmx) {
      for (FeatureLinks.Link link : FeatureLinks.ALL) {
        Readings.Value value = dump.msrs().get(link.msr().index);
        boolean one = value != null && (value.value() >>> link.bit() & 1) != 0;
        if (value != null && (one || link.both())) {
          set(link.feature(), one);
        }
      }
    }
    dump.leafBits().forEach(this::bits);
    if (!NearestModels.isBuiltIn(lender)) {
      for (int[] at : lender.leaves()) {
        registers(new Readings.LeafKey(at[0], at[1]));
      }
    }
    changed.forEach((key, r) -> writer.leaf(key.leaf(), key.subleaf(), r));
  }

  private int[] registers(Readings.LeafKey key) {
    return changed.computeIfAbsent(key, k -> lender.real().cpuid(k.leaf(), k.subleaf()));
  }

  private void set(Feature f, boolean has) {
    Readings.LeafKey key = new Readings.LeafKey(f.leaf, f.subleaf);
    if (!dump.leaves().containsKey(key) && lender.real().has(f) != has) {
      int[] r = registers(key);
      int bit = 1 << f.bit;
      r[f.register.ordinal()] = r[f.register.ordinal()] & ~bit | (has ? bit : 0);
    }
  }

  private void bits(Readings.LeafKey key, Readings.Bits[] bits) {
    if (dump.leaves().containsKey(key)) {
      return;
    }
    int[] r = registers(key);
    for (int i = 0; i < r.length; i++) {
      r[i] = (int) (r[i] & ~bits[i].known() | bits[i].value());
    }
    if (key.leaf() == CpuidLeaf.VENDOR && r[0] == 0) {
      changed.remove(key);
    }
  }
}
