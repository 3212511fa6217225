package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.model.dump.Readings;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Built-in models by how near they are to what a dump says. */
final class NearestModels {
  /** As much as a value that differs in all bits. */
  private static final int MISSING = Long.SIZE;

  private static final int STEPPING = 0xF;

  /** What is compared of a model. */
  private record Known(DumpedCpu model, int signature, Set<Feature> features) {
    static Known of(DumpedCpu model) {
      Set<Feature> features = EnumSet.noneOf(Feature.class);
      for (Feature f : Feature.values()) {
        if (model.real().has(f)) {
          features.add(f);
        }
      }
      return new Known(model, model.real().cpuid(CpuidLeaf.VERSION, 0)[0], features);
    }
  }

  /** The built-in models, read when an import first needs them. */
  private static final class BuiltIn {
    static final List<Known> ALL = CpuModels.list().stream().map(Known::of).toList();
  }

  /** How far a model is, each figure of more weight than the next. */
  private record Distance(DumpedCpu model, int bits, int signature, int features, int unusual) {}

  private final Readings dump;
  private final Optional<Integer> wanted;
  private final Map<Feature, Boolean> features = new EnumMap<>(Feature.class);

  private NearestModels(Readings dump, Function<Feature, Optional<Boolean>> features) {
    this.dump = dump;
    this.wanted = signature(dump);
    for (Feature f : Feature.values()) {
      features.apply(f).ifPresent(has -> this.features.put(f, has));
    }
  }

  /**
   * All models, the nearest first: by bits of the capability MSRs, then by signature, then by
   * features; of equal ones the usual one.
   */
  static List<DumpedCpu> of(Readings dump, Function<Feature, Optional<Boolean>> features) {
    NearestModels by = new NearestModels(dump, features);
    return BuiltIn.ALL.stream()
        .map(by::distance)
        .sorted(
            Comparator.comparingInt(Distance::bits)
                .thenComparingInt(Distance::signature)
                .thenComparingInt(Distance::features)
                .thenComparingInt(Distance::unusual))
        .map(Distance::model)
        .toList();
  }

  /** The model is a built-in one, not only called as one. */
  static boolean isBuiltIn(DumpedCpu model) {
    return BuiltIn.ALL.stream()
        .map(Known::model)
        .anyMatch(m -> m.name().equals(model.name()) && m.sameLeaves(model));
  }

  private Distance distance(Known known) {
    return new Distance(
        known.model,
        differences(dump, known.model),
        otherSignature(known.signature),
        otherFeatures(known.features),
        known.model.name().equals(CpuModels.DEFAULT) ? 0 : 1);
  }

  /** In how many bits of the dump's capability MSRs the model differs; a missing MSR counts 64. */
  static int differences(Readings dump, DumpedCpu model) {
    int count = 0;
    for (Map.Entry<Integer, Readings.Value> msr : dump.msrs().entrySet()) {
      OptionalLong value = model.real().msr(msr.getKey());
      count +=
          value.isEmpty() ? MISSING : Long.bitCount(value.getAsLong() ^ msr.getValue().value());
    }
    for (Map.Entry<Integer, Readings.Bits> bits : dump.msrBits().entrySet()) {
      long value = model.real().msr(bits.getKey()).orElse(0);
      count += Long.bitCount((value ^ bits.getValue().value()) & bits.getValue().known());
    }
    for (int msr : dump.denied().keySet()) {
      count += model.real().msr(msr).isPresent() ? MISSING : 0;
    }
    return count;
  }

  private int otherSignature(int signature) {
    if (wanted.isEmpty() || wanted.get() == signature) {
      return 0;
    }
    return ((wanted.get() ^ signature) & ~STEPPING) == 0 ? 1 : 2;
  }

  /** CPUID.1:EAX, if the dump says it. */
  static Optional<Integer> signature(Readings dump) {
    Readings.LeafKey key = new Readings.LeafKey(CpuidLeaf.VERSION, 0);
    if (dump.leaves().containsKey(key)) {
      return Optional.of(dump.leaves().get(key).registers()[0]);
    }
    return Optional.ofNullable(dump.leafBits().get(key))
        .filter(b -> b[0].known() != 0)
        .map(b -> (int) b[0].value());
  }

  private int otherFeatures(Set<Feature> has) {
    int count = 0;
    for (Map.Entry<Feature, Boolean> f : features.entrySet()) {
      count += f.getValue() != has.contains(f.getKey()) ? 1 : 0;
    }
    return count;
  }
}
