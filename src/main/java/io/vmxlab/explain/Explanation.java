package io.vmxlab.explain;

import io.vmxlab.machine.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why something went wrong, as data: what happened, where, which requirement was not met, what was
 * observed and what mends it.
 *
 * @param title what happened, in one line
 * @param instruction what was executed, such as {@code MOV to CR0}; may be empty
 * @param code where; empty if it happened nowhere in particular
 * @param rule id of the violated requirement; empty if none was violated
 * @param requirement what it demands, in prose
 * @param citation where the manual says so
 * @param details further facts, such as the parts of an error code
 * @param checks the instruction's whole checklist; empty if it has none
 * @param bits registers of which something is demanded
 */
public record Explanation(
    String title,
    String instruction,
    Optional<Code> code,
    String rule,
    String requirement,
    String citation,
    List<Detail> details,
    List<Check> checks,
    List<BitView> bits,
    Optional<Mend> mend) {
  /** A labelled fact. */
  public record Detail(String label, String text) {}

  /** Something that violates no rule. */
  static Explanation plain(String title, Code code, List<Detail> details) {
    return new Explanation(
        title, "", Optional.of(code), "", "", "", details, List.of(), List.of(), Optional.empty());
  }

  /** The same with further facts behind the others. */
  Explanation with(List<Detail> more) {
    List<Detail> all = new ArrayList<>(details);
    all.addAll(more);
    return with(List.copyOf(all), mend);
  }

  /** The same with another mend. */
  Explanation mended(Mend other) {
    return with(details, Optional.of(other));
  }

  private Explanation with(List<Detail> newDetails, Optional<Mend> newMend) {
    return new Explanation(
        title, instruction, code, rule, requirement, citation, newDetails, checks, bits, newMend);
  }

  /** The same under another title. */
  Explanation titled(String other) {
    return new Explanation(
        other, instruction, code, rule, requirement, citation, details, checks, bits, mend);
  }
}
