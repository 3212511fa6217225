package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What says that a processor has something: the bits of CPUID or of an MSR that announce it. Asked
 * of a real processor it tells what that has; asked of a run's, what a run shows.
 */
public abstract class Presence {
  /** Every processor with MSRs, or without a condition in the manual. */
  static final Presence ALWAYS =
      new Presence() {
        @Override
        public Known on(CpuModel cpu) {
          return Known.HAS;
        }

        @Override
        public String text() {
          return "the processor is one of the 64-bit generations";
        }
      };

  private Presence() {}

  /** What the processor's announcements say. */
  public abstract Known on(CpuModel cpu);

  /** The condition in prose, such as {@code CPUID.1:ECX.VMX (bit 5) is 1}. */
  public abstract String text();

  /** Announced by a feature bit of CPUID. */
  static Presence feature(Feature feature) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
        return Known.of(cpu.has(feature));
      }

      @Override
      public String text() {
        String subleaf = feature.subleaf == 0 ? "" : "." + feature.subleaf;
        return String.format(
            Locale.ROOT,
            "CPUID.%s%s:%s.%s (bit %d) is 1",
            leaf(feature.leaf),
            subleaf,
            feature.register,
            feature.name(),
            feature.bit);
      }
    };
  }

  /** Announced by any one of some bits of an MSR; not known where the MSR's value is not. */
  static Presence bits(Msr by, long bits) {
    return announced(new Announcement(by, bits));
  }

  /** Announced by another MSR; not known where that one's value is not. */
  static Presence announced(Announcement announcement) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
        OptionalLong value = cpu.msr(announcement.by().index);
        if (value.isPresent()) {
          return Known.of(announcement.in(value.getAsLong()));
        }
        return MsrRow.of(announcement.by()).presence().on(cpu) == Known.LACKS
            ? Known.LACKS
            : Known.UNKNOWN;
      }

      @Override
      public String text() {
        return announcement.toString();
      }
    };
  }

  /**
   * Announced by a field of CPUID that is at least as large.
   *
   * @param low lowest bit of the field
   * @param words what the field says, such as {@code version of performance monitoring}
   */
  static Presence atLeast(
      int least, int leaf, int subleaf, Feature.Out register, int low, int width, String words) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
        int value = cpu.cpuid(leaf, subleaf)[register.ordinal()] >>> low & (1 << width) - 1;
        return Known.of(value >= least);
      }

      @Override
      public String text() {
        return String.format(
            Locale.ROOT,
            "CPUID.%s:%s[%d:%d], the %s, is at least %d",
            leaf(leaf),
            register,
            low + width - 1,
            low,
            words,
            least);
      }
    };
  }

  /** In a state of the processor that those who ask for this row have ruled out. */
  static Presence onlyIn(String state) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
        return Known.LACKS;
      }

      @Override
      public String text() {
        return state;
      }
    };
  }

  /** On some processors, by what is not in CPUID. */
  static Presence unknown(String words) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
        return Known.UNKNOWN;
      }

      @Override
      public String text() {
        return words;
      }
    };
  }

  /** Any of them announces it. */
  static Presence any(Presence... all) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
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

      @Override
      public String text() {
        return join(" or ", all);
      }
    };
  }

  /** Only all of them together announce it. */
  static Presence all(Presence... all) {
    return new Presence() {
      @Override
      public Known on(CpuModel cpu) {
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

      @Override
      public String text() {
        return join(" and ", all);
      }
    };
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
