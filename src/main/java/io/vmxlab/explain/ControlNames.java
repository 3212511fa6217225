package io.vmxlab.explain;

import io.vmxlab.arch.ControlVector;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Names of VMX controls as people write them: {@code EPT}, {@code unrestricted guest}, {@code
 * exit.LOAD_IA32_PAT}.
 */
public final class ControlNames {
  /** Words that a name may lack at its beginning. */
  private static final List<String> OPTIONAL = List.of("ENABLE", "USE", "ACTIVATE");

  private ControlNames() {}

  /**
   * The controls of a list with commas.
   *
   * @param where the list comes from, for messages
   * @throws BadInputException if one of them is none, or stands for several
   */
  public static List<ControlVector.Bit> list(String where, String text) {
    List<ControlVector.Bit> found = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      if (name.isBlank()) {
        throw new BadInputException(where, "a name is missing in \"" + text + "\"", "");
      }
      ControlVector.Bit bit = find(where, name.strip());
      if (!found.contains(bit)) {
        found.add(bit);
      }
    }
    return found;
  }

  private static ControlVector.Bit find(String where, String name) {
    int dot = name.indexOf('.');
    List<ControlVector.Bit> candidates = ControlVector.bits();
    if (dot >= 0) {
      String prefix = name.substring(0, dot).strip().toLowerCase(Locale.ROOT);
      candidates.removeIf(b -> !b.vector().prefix().equals(prefix));
      if (candidates.isEmpty()) {
        List<String> prefixes = ControlVector.prefixes();
        throw new BadInputException(
            where,
            "there are no controls \"" + prefix + "\"" + Names.hint(prefix, prefixes),
            "there are " + String.join(", ", prefixes));
      }
    }
    String wanted = plain(name.substring(dot + 1));
    List<ControlVector.Bit> found = named(wanted, candidates, false);
    if (found.isEmpty()) {
      found = named(wanted, candidates, true);
    }
    if (found.size() > 1) {
      List<String> ways = found.stream().map(ControlVector.Bit::fullName).toList();
      throw new BadInputException(
          where,
          "\"" + name + "\" is a control of several vectors",
          "write " + String.join(" or ", ways));
    }
    if (found.isEmpty()) {
      throw unknown(where, name, candidates);
    }
    return found.get(0);
  }

  private static BadInputException unknown(
      String where, String name, List<ControlVector.Bit> candidates) {
    List<String> known = new ArrayList<>();
    for (ControlVector.Bit b : candidates) {
      known.add(b.field().name());
      known.add(shortened(b.field().name()));
    }
    String spelled = name.substring(name.indexOf('.') + 1).strip().replace(' ', '_');
    return new BadInputException(
        where,
        "there is no VMX control \"" + name + "\"" + Names.hint(spelled, known),
        "vmxlab controls --list shows all");
  }

  private static List<ControlVector.Bit> named(
      String wanted, List<ControlVector.Bit> candidates, boolean shortly) {
    List<ControlVector.Bit> found = new ArrayList<>();
    for (ControlVector.Bit b : candidates) {
      String name = b.field().name();
      if (plain(shortly ? shortened(name) : name).equals(wanted)) {
        found.add(b);
      }
    }
    return found;
  }

  private static String shortened(String name) {
    for (String word : OPTIONAL) {
      if (name.startsWith(word + "_")) {
        return name.substring(word.length() + 1);
      }
    }
    return name;
  }

  /** Letters and digits alone, so that spaces, dashes and underlines make no difference. */
  private static String plain(String name) {
    StringBuilder out = new StringBuilder();
    for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
      if (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
