package io.vmxlab.explain;

import io.vmxlab.arch.Layout;
import io.vmxlab.machine.Code;
import java.util.List;
import java.util.Optional;

/**
 * The smallest change that would have avoided a failure, as data: what is printed is what a program
 * can apply.
 *
 * @param text what to change, in prose, without a full stop
 * @param place where the code goes
 * @param code assembly; of {@link Place#INSTEAD} empty if the instruction is only left out
 * @param data assembly that the code needs, to stand where nothing executes; may be empty
 * @param settings of the machine before the program begins, such as {@code
 *     IA32_FEATURE_CONTROL=5h}: what firmware has to do; may be empty
 * @param at the instruction that the place is about; empty if it is the one that failed
 */
public record Mend(
    String text,
    Place place,
    List<String> code,
    List<String> data,
    List<String> settings,
    Optional<Code> at) {

  /** Where code goes. */
  public enum Place {
    /** Before the instruction. */
    BEFORE,
    /** Instead of the instruction. */
    INSTEAD,
    /** Nowhere: no code at this place mends it. */
    NOWHERE
  }

  public Mend {
    code = List.copyOf(code);
    data = List.copyOf(data);
    settings = List.copyOf(settings);
  }

  /** A mend that no code at this place is. */
  static Mend statement(String text) {
    return new Mend(text, Place.NOWHERE, List.of(), List.of(), List.of(), Optional.empty());
  }

  static Mend before(String text, List<String> code) {
    return new Mend(text, Place.BEFORE, code, List.of(), List.of(), Optional.empty());
  }

  static Mend instead(String text, List<String> code) {
    return new Mend(text, Place.INSTEAD, code, List.of(), List.of(), Optional.empty());
  }

  /** What firmware has to do. */
  static Mend setting(String text, String setting) {
    return new Mend(text, Place.NOWHERE, List.of(), List.of(), List.of(setting), Optional.empty());
  }

  /** The same with data. */
  Mend with(List<String> more) {
    return new Mend(text, place, code, more, settings, at);
  }

  /** The same at another instruction. */
  Mend at(Code where) {
    return new Mend(text, place, code, data, settings, Optional.of(where));
  }

  /** {@code set CR0.NE (bit 5) and clear CR0.NW (bit 29)}. */
  static String words(Layout layout, long missing, long excess) {
    StringBuilder text = new StringBuilder();
    if (missing != 0) {
      text.append("set ").append(names(layout, missing));
    }
    if (excess != 0) {
      text.append(missing != 0 ? " and clear " : "clear ").append(names(layout, excess));
    }
    return text.toString();
  }

  /** {@code CR0.NE (bit 5) and CR0.PG (bit 31)}. */
  private static String names(Layout layout, long bits) {
    List<BitView.Row> rows = BitView.of(layout, 0, bits, 0).demanded().rows();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      BitView.Row row = rows.get(i);
      String separator = i == 0 ? "" : i == rows.size() - 1 ? " and " : ", ";
      text.append(separator).append(name(layout, row));
    }
    return text.toString();
  }

  private static String name(Layout layout, BitView.Row row) {
    if (row.name().equals("reserved")) {
      return layout.name() + "[" + row.bits() + "]";
    }
    String bits = row.width() > 1 ? " (bits " : " (bit ";
    return layout.name() + "." + row.name() + bits + row.bits() + ")";
  }
}
