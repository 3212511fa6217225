package io.vmxlab.model;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.model.dump.Dump;
import io.vmxlab.model.dump.Readings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The logical processors of a dump, and in what they differ that a model is made of. */
final class DumpedProcessors {
  private DumpedProcessors() {}

  /** The first difference in words; empty if the processors are alike. */
  static Optional<String> difference(Dump dump) {
    List<Integer> numbers = dump.numbers();
    if (numbers.size() < 2) {
      return Optional.empty();
    }
    Map<Integer, Readings> all = new LinkedHashMap<>();
    numbers.forEach(n -> all.put(n, dump.of(n)));
    for (Msr msr : Msr.values()) {
      if (Msr.isVmxCapability(msr.index)) {
        Map<String, List<Integer>> by = new LinkedHashMap<>();
        all.forEach((n, r) -> value(r, msr).ifPresent(v -> add(by, v, n)));
        if (by.size() > 1) {
          return Optional.of(words(msr.name(), by));
        }
      }
    }
    boolean leaves =
        all.values().stream().anyMatch(r -> !r.leaves().isEmpty() || !r.leafBits().isEmpty());
    for (Feature f : leaves ? Feature.values() : new Feature[0]) {
      Map<String, List<Integer>> by = new LinkedHashMap<>();
      all.forEach((n, r) -> feature(r, f).ifPresent(h -> add(by, h ? "1" : "0", n)));
      if (by.size() > 1) {
        return Optional.of(words("CPUID " + f, by));
      }
    }
    return Optional.empty();
  }

  private static void add(Map<String, List<Integer>> by, String value, int number) {
    by.computeIfAbsent(value, v -> new ArrayList<>()).add(number);
  }

  private static Optional<String> value(Readings r, Msr msr) {
    if (r.msrs().containsKey(msr.index)) {
      return Optional.of(String.format(Locale.ROOT, "%X", r.msrs().get(msr.index).value()));
    }
    return r.denied().containsKey(msr.index) ? Optional.of("not there") : Optional.empty();
  }

  /** What a dump says of a feature; empty if nothing. A leaf that a list lacks is all 0. */
  static Optional<Boolean> feature(Readings r, Feature f) {
    Readings.LeafKey key = new Readings.LeafKey(f.leaf, f.subleaf);
    Readings.Leaf leaf = r.leaves().get(key);
    if (leaf != null) {
      return Optional.of((leaf.registers()[f.register.ordinal()] >>> f.bit & 1) != 0);
    }
    if (r.leafBits().containsKey(key)) {
      Readings.Bits bits = r.leafBits().get(key)[f.register.ordinal()];
      if ((bits.known() >>> f.bit & 1) != 0) {
        return Optional.of((bits.value() >>> f.bit & 1) != 0);
      }
    }
    boolean listed = r.leaves().containsKey(new Readings.LeafKey(CpuidLeaf.VERSION, 0));
    return listed && !r.openLeaves().contains(f.leaf) ? Optional.of(false) : Optional.empty();
  }

  private static String words(String what, Map<String, List<Integer>> by) {
    List<String> parts = new ArrayList<>();
    by.forEach((value, numbers) -> parts.add(value + " on " + ranges(numbers)));
    int most = 4;
    String more = parts.size() > most ? " and others" : "";
    return "the processors differ: "
        + what
        + " is "
        + String.join(", ", parts.subList(0, Math.min(most, parts.size())))
        + more;
  }

  /** Ascending numbers as {@code 0-7, 9}. */
  static String ranges(List<Integer> numbers) {
    List<String> parts = new ArrayList<>();
    int i = 0;
    while (i < numbers.size() && parts.size() < 8) {
      int first = numbers.get(i);
      int last = first;
      while (++i < numbers.size() && numbers.get(i) == last + 1) {
        last++;
      }
      parts.add(first == last ? Integer.toString(first) : first + "-" + last);
    }
    return String.join(", ", parts) + (i < numbers.size() ? ", ..." : "");
  }
}
