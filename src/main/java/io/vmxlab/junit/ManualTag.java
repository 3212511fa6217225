package io.vmxlab.junit;

import io.vmxlab.arch.Sdm;
import io.vmxlab.explain.RuleBook;
import io.vmxlab.lab.TestVector;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.text.Names;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tags that name a section of the manual: the id of an entry of {@link Sdm}, such as {@code
 * sdm-vmxon} or {@code sdm-enabling-vmx}. Titles of sections are stable between editions, numbers
 * are not; so the tags have none.
 */
public final class ManualTag {
  private static final String BEGINNING = "sdm-";

  private ManualTag() {}

  /** The tag of a section. */
  public static String of(Sdm section) {
    return section.id();
  }

  /** The section in which the rule of a vector stands; empty if the manual list has none such. */
  public static Optional<Sdm> section(TestVector vector) {
    Optional<Sdm> ofRule = RuleBook.book().find(vector.rule()).map(e -> e.rule().citation());
    return ofRule.or(
        () ->
            List.of(Sdm.values()).stream()
                .filter(s -> s.cite().equals(vector.citation()))
                .findFirst());
  }

  /**
   * The sections that tags name; other tags are left alone.
   *
   * @throws BadInputException if a tag begins like that of a section and is none
   */
  static Set<Sdm> sections(Set<String> tags) {
    Set<Sdm> sections = EnumSet.noneOf(Sdm.class);
    for (String tag : tags) {
      if (tag.startsWith(BEGINNING)) {
        sections.add(named(tag));
      }
    }
    return sections;
  }

  private static Sdm named(String tag) {
    List<Sdm> all = List.of(Sdm.values());
    return all.stream()
        .filter(s -> s.id().equals(tag))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "@Tag(\"" + tag + "\")",
                    "no section of the manual has this tag",
                    Names.advice(tag, all.stream().map(Sdm::id).toList())));
  }
}
