package io.vmxlab.explain;

import java.util.List;
import java.util.Optional;

/**
 * Why something went wrong, as data: what happened, where, which requirement was not met, what was
 * observed and what mends it.
 *
 * @param title what happened, in one line
 * @param place where; empty if it happened nowhere in particular
 * @param rule id of the violated requirement; empty if none was violated
 * @param requirement what it demands, in prose
 * @param citation where the manual says so
 * @param details further facts, such as the parts of an error code
 * @param checks the instruction's whole checklist; empty if it has none
 * @param bits registers of which something is demanded
 */
public record Explanation(
    String title,
    Optional<Place> place,
    String rule,
    String requirement,
    String citation,
    List<Detail> details,
    List<Check> checks,
    List<BitView> bits,
    Optional<Mend> mend) {
  /** A labelled fact. */
  public record Detail(String label, String text) {}
}
