package io.vmxlab.cli;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.Vectors;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What commands about test vectors take. */
final class VectorInputs {
  static final Operand PATHS =
      Operand.any("PATH", "files or directories of vectors; those of vmxlab if none is given");

  static final Option RULE =
      Option.of("--rule", "ID", "only the vectors of a rule, or of a VM exit such as vm-exit-hlt");

  private VectorInputs() {}

  /** The id of a rule there is, or of a VM exit, which vectors are about too. */
  static String rule(String id) {
    RuleBook book = RuleBook.book();
    Optional<String> rule = book.find(id).map(e -> e.rule().id());
    if (rule.isPresent()) {
      return rule.get();
    }
    List<String> exits = Stream.of(ExitReason.values()).map(ExitReason::id).toList();
    if (exits.contains(id)) {
      return id;
    }
    List<String> known = new ArrayList<>(book.ids());
    known.addAll(exits);
    throw new UserError("unknown rule \"" + id + "\"" + Names.hint(id, known));
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
