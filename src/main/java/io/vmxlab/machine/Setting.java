package io.vmxlab.machine;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.StateItem;

/**
 * A value for a register, MSR, condition or field before the program runs.
 *
 * @param place what is set
 * @param value right-aligned
 */
public record Setting(StateNames.Place place, long value) {
  /**
   * {@code NAME=VALUE}, such as {@code cr4.VMXE=1} or {@code rax=0x1234}.
   *
   * @throws BadInputException if there is no such name, or the value is no number or too wide
   */
  public static Setting parse(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      throw new BadInputException(
          assignment, "an assignment needs a name and a value", "write cr4.VMXE=1");
    }
    return of(assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
  }

  /** It says what the bit is to be. */
  boolean covers(StateItem item, long bit) {
    return place.item() == item && place.field().map(f -> (f.mask() & bit) != 0).orElse(true);
  }

  /**
   * A name and a value.
   *
   * @throws BadInputException if there is no such name, or the value is no number or too wide
   */
  public static Setting of(String name, String value) {
    StateNames.Place place = StateNames.find(name);
    long number = Numbers.parse(place.name(), value);
    int width = place.width();
    long cut = width == 64 ? number : number & new Field("", 0, width, "").mask();
    boolean negative = value.startsWith("-") && width < 64 && number >= -1L << (width - 1);
    if (cut != number && !negative) {
      throw new BadInputException(
          place.name(),
          value + " does not fit into " + (width == 1 ? "1 bit" : width + " bits"),
          width == 1 ? "give 0 or 1" : "");
    }
    return new Setting(place, cut);
  }
}
