package io.vmxlab.cli;

import io.vmxlab.explain.RuleBook;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.Vectors;
import io.vmxlab.text.Names;
import java.util.List;

/** What commands about test vectors take. */
final class VectorInputs {
  static final Operand PATHS =
      Operand.any("PATH", "files or directories of vectors; those of vmxlab if none is given");

  static final Option RULE = Option.of("--rule", "ID", "only the vectors of a rule");

  private VectorInputs() {}

  /** The id of a rule there is. */
  static String rule(String id) {
    RuleBook book = RuleBook.book();
    return book.find(id)
        .map(e -> e.rule().id())
        .orElseThrow(
            () -> new UserError("unknown rule \"" + id + "\"" + Names.hint(id, book.ids())));
  }

  /**
   * The vectors of paths, or the built-in ones.
   *
   * @param rule id of their rule, or empty
   */
  static List<TestVector> vectors(List<String> paths, String rule) {
    List<TestVector> all =
        paths.isEmpty()
            ? Vectors.builtIn()
            : Vectors.read(paths.stream().map(Inputs::path).toList());
    List<TestVector> chosen =
        all.stream().filter(v -> rule.isEmpty() || v.rule().equals(rule)).toList();
    if (chosen.isEmpty()) {
      throw new UserError(
          rule.isEmpty() ? "there are no vectors in these paths" : "no vector is about " + rule);
    }
    return chosen;
  }
}
