package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Form;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Which rows are compared with the host processor, and cases for all of them. */
final class HostCases {
  /** Classes of the pages that a process may execute and whose outcome depends on nothing else. */
  private static final Set<String> CLASSES =
      Set.of(
          "Arithmetic",
          "BitCount",
          "BitString",
          "Bmi",
          "ConditionalJump",
          "ConditionalMove",
          "ConditionalSet",
          "ControlTransfer",
          "Cryptography",
          "DataTransfer",
          "Decimal",
          "Division",
          "Exchange",
          "FlagControl",
          "FloatArithmetic",
          "FloatComparison",
          "FloatConversion",
          "Increment",
          "Logical",
          "Miscellaneous",
          "Multiplication",
          "MxcsrTransfer",
          "PackedArithmetic",
          "PackedConversion",
          "PackedHorizontal",
          "PackedLogic",
          "PackedShuffle",
          "PackedStrings",
          "Rotate",
          "Shift",
          "StackTransfer",
          "Strings",
          "VectorMoves");

  private static final String PACKAGE = "io.vmxlab.semantics.";
  private static final int ATTEMPTS = 200;

  /** 64-bit mode most of all. */
  private static final CodeMode[] MODES = {
    CodeMode.BITS64,
    CodeMode.BITS64,
    CodeMode.BITS32,
    CodeMode.BITS64,
    CodeMode.BITS16,
    CodeMode.BITS64
  };

  private HostCases() {}

  static Decoder decoder() {
    return new Decoder(Engine.table(), EnumSet.allOf(Feature.class));
  }

  /** Rows to compare, on a processor with the features named as in /proc/cpuinfo. */
  static List<Form> forms(Set<String> hostFeatures) {
    List<Form> forms = new ArrayList<>();
    for (Form form : Engine.table().forms()) {
      if (form.modelled()
          && form.owner().startsWith(PACKAGE)
          && !form.spelling()
          && CLASSES.contains(form.owner().substring(PACKAGE.length()))
          && (form.feature() == null || hostFeatures.contains(hostName(form.feature())))) {
        forms.add(form);
      }
    }
    return forms;
  }

  private static String hostName(Feature feature) {
    switch (feature) {
      case CX8:
        return "cx8";
      case CLFSH:
        return "clflush";
      case SSE3:
        return "pni";
      case SHA:
        return "sha_ni";
      case LAHF64:
        return "lahf_lm";
      case LZCNT:
        return "abm";
      case PREFETCHW:
        return "3dnowprefetch";
      default:
        return feature.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * So many cases, spread evenly over rows and modes.
   *
   * @throws IllegalStateException if no case can be made for a row
   */
  static List<HostCase> make(List<Form> forms, int count, long seed) {
    return make(forms, count, seed, form -> {}, MODES);
  }

  /**
   * So many cases, spread evenly over the rows and the modes given; a row that is not possible in
   * the mode whose turn it is gets the first one in which it is, if any.
   *
   * @param met is told the row of each
   * @throws IllegalStateException if no case can be made for a row
   */
  static List<HostCase> make(
      List<Form> forms, int count, long seed, Consumer<Form> met, CodeMode... modes) {
    CaseGenerator generator = new CaseGenerator(decoder(), seed);
    List<HostCase> cases = new ArrayList<>(count);
    for (int round = 0; cases.size() < count; round++) {
      for (int i = 0; i < forms.size() && cases.size() < count; i++) {
        Form form = forms.get(i);
        CodeMode turn = modes[round % modes.length];
        Stream.concat(Stream.of(turn), Stream.of(modes))
            .filter(mode -> CaseGenerator.possible(form, mode))
            .findFirst()
            .ifPresent(
                mode -> {
                  cases.add(one(generator, form, mode));
                  met.accept(form);
                });
      }
    }
    return cases;
  }

  private static HostCase one(CaseGenerator generator, Form form, CodeMode mode) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<HostCase> made = generator.next(form, mode);
      if (made.isPresent()) {
        return made.get();
      }
    }
    throw new IllegalStateException("no case for " + form.encoding() + " " + form.syntax());
  }
}
