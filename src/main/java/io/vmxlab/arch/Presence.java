package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What says that a processor has something: the bits of CPUID or of an MSR that announce it. Asked
 * of a real processor it tells what that has; asked of a run's, what a run shows.
 */
public final class Presence {
  /** Every processor with MSRs, or without a condition in the manual. */
  static final Presence ALWAYS =
      new Presence(cpu -> Known.HAS, () -> "the processor is one of the 64-bit generations");

  private final Function<CpuModel, Known> announced;
  private final Supplier<String> words;

  private Presence(Function<CpuModel, Known> announced, Supplier<String> words) {
    this.announced = announced;
    this.words = words;
  }

  /** What the processor's announcements say. */
  public Known on(CpuModel cpu) {
    return announced.apply(cpu);
  }

  /** The condition in prose, such as {@code CPUID.1:ECX.VMX (bit 5) is 1}. */
  public String text() {
    return words.get();
  }

  /** Announced by a feature bit of CPUID. */
  static Presence feature(Feature feature) {
    return new Presence(cpu -> Known.of(cpu.has(feature)), () -> text(feature));
  }

  /** {@code CPUID.1:ECX.VMX (bit 5) is 1}. */
  static String text(Feature feature) {
    return String.format(
        Locale.ROOT,
        "CPUID.%s%s:%s.%s (bit %d) is 1",
        leaf(feature.leaf),
        feature.subleaf == 0 ? "" : "." + feature.subleaf,
        feature.register,
        feature.name(),
        feature.bit);
  }

  /** Announced by any one of some bits of an MSR; not known where the MSR's value is not. */
  static Presence bits(Msr by, long bits) {
    return announced(new Announcement(by, bits));
  }

  /** Announced by another MSR; not known where that one's value is not. */
  static Presence announced(Announcement announcement) {
    return new Presence(cpu -> on(cpu, announcement), announcement::toString);
  }

  private static Known on(CpuModel cpu, Announcement announcement) {
    OptionalLong value = cpu.msr(announcement.by().index);
    if (value.isPresent()) {
      return Known.of(announcement.in(value.getAsLong()));
    }
    return MsrRow.of(announcement.by()).presence().on(cpu) == Known.LACKS
        ? Known.LACKS
        : Known.UNKNOWN;
  }

  /**
   * Announced by a field of CPUID that is at least as large.
   *
   * @param low lowest bit of the field
   * @param words what the field says, such as {@code version of performance monitoring}
   */
  static Presence atLeast(
      int least, int leaf, int subleaf, Feature.Out register, int low, int width, String words) {
    int mask = (1 << width) - 1;
    return new Presence(
        cpu -> Known.of((cpu.cpuid(leaf, subleaf)[register.ordinal()] >>> low & mask) >= least),
        () ->
            String.format(
                Locale.ROOT,
                "CPUID.%s:%s[%d:%d], the %s, is at least %d",
                leaf(leaf),
                register,
                low + width - 1,
                low,
                words,
                least));
  }

  /** In a state of the processor that those who ask for this row have ruled out. */
  static Presence onlyIn(String state) {
    return new Presence(cpu -> Known.LACKS, () -> state);
  }

  /**
   * Announced by family and model.
   *
   * @param has the processors that have it
   * @param told those of which the manual says whether they have it
   */
  static Presence of(Predicate<CpuModel> has, Predicate<CpuModel> told, String words) {
    return new Presence(
        cpu -> told.test(cpu) ? Known.of(has.test(cpu)) : Known.UNKNOWN, () -> words);
  }

  /** On some processors, by what is not in CPUID. */
  static Presence unknown(String words) {
    return new Presence(cpu -> Known.UNKNOWN, () -> words);
  }

  /** Any of them announces it. */
  static Presence any(Presence... all) {
    return new Presence(cpu -> best(cpu, all), () -> join(" or ", all));
  }

  private static Known best(CpuModel cpu, Presence... all) {
    Known best = Known.LACKS;
    for (Presence p : all) {
      Known k = p.on(cpu);
      best = k == Known.HAS || best == Known.LACKS ? k : best;
      if (best == Known.HAS) {
        return best;
      }
    }
    return best;
  }

  /** Only all of them together announce it. */
  static Presence all(Presence... all) {
    return new Presence(cpu -> worst(cpu, all), () -> join(" and ", all));
  }

  private static Known worst(CpuModel cpu, Presence... all) {
    Known worst = Known.HAS;
    for (Presence p : all) {
      Known k = p.on(cpu);
      worst = k == Known.LACKS || worst == Known.HAS ? k : worst;
      if (worst == Known.LACKS) {
        return worst;
      }
    }
    return worst;
  }

  /** {@code 1}, {@code 0DH}, {@code 80000001H}. */
  private static String leaf(int number) {
    String digits = Integer.toHexString(number).toUpperCase(Locale.ROOT);
    boolean short1 = digits.length() == 1 && number < 10;
    return short1 ? digits : (Character.isDigit(digits.charAt(0)) ? "" : "0") + digits + "H";
  }

  private static String join(String word, Presence... all) {
    List<String> texts = new ArrayList<>();
    for (Presence p : all) {
      texts.add(p.text());
    }
    return String.join(word, texts);
  }
}
