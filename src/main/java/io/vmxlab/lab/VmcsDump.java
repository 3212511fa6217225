package io.vmxlab.lab;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.lab.VmcsDumpRows.Row;
import io.vmxlab.lab.VmcsDumpRows.Section;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Numbers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A VMCS as somebody printed it: Linux KVM in the kernel's log, Xen, VirtualBox or HAXM in theirs,
 * or a list of names or encodings with values. Loggers' prefixes do not matter. Where a field is
 * printed more than once the last value counts, as it does in a log.
 *
 * @param fields values by field
 * @param unread lines that look like none of these, with their numbers
 */
public record VmcsDump(Map<VmcsField, Long> fields, List<Line> unread) {
  /** Longer lines are none of a dump. */
  private static final int LONGEST = 500;

  /** A line of the text, counted from 1. */
  public record Line(int number, String text) {}

  private static final int MOST_DIGITS = 16;

  /** Names of fields as some lists shorten and lengthen them. */
  private static final Pattern ABBREVIATED = Pattern.compile("_(SEL|FULL)$");

  private static final Pattern REAL_ON_V86 = Pattern.compile("Real-on-v86 active\\s*=\\s*true");
  private static final long RIGHTS_OF_VIRTUAL_8086 = 0xF3;

  /** An encoding, a name and a hexadecimal value: HAXM. */
  private static final Pattern ENCODED =
      Pattern.compile("\\b([0-9A-Fa-f]{4})\\s+[A-Z][A-Z0-9_]+:\\s*(?:0x)?([0-9A-Fa-f]{1,16})\\s*$");

  /** {@code name = value} or {@code name: value}. */
  private static final Pattern NAMED =
      Pattern.compile(
          "^\\s*[-|]?\\s*\"?([^=:\"]+?)\"?\\s*[=:]\\s*\"?([0-9A-Fa-fxXhH_]+)\"?\\s*,?\\s*(?:#.*)?$");

  /** Service and virtual interrupt, printed together. */
  private static final Pattern INTERRUPT_STATUS =
      Pattern.compile("\\bSVI\\|RVI = ([0-9A-Fa-f]{2})\\|([0-9A-Fa-f]{2})");

  /**
   * Reads a dump.
   *
   * @throws BadInputException if no field of a VMCS is in the text
   */
  public static VmcsDump parse(String name, String text) {
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    List<Line> unread = new ArrayList<>();
    List<Row> rows = VmcsDumpRows.all();
    Section section = Section.NONE;
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      Section begun = begun(line);
      if (begun != Section.NONE) {
        section = begun;
      } else if (!line.isBlank() && !read(rows, section, line, fields)) {
        unread.add(new Line(number, line.strip()));
      }
    }
    if (REAL_ON_V86.matcher(text).find()) {
      realOnVirtual8086(fields);
    }
    if (fields.isEmpty()) {
      throw new BadInputException(
          name,
          "there is no field of a VMCS in it",
          "give a dump of Linux KVM, Xen, VirtualBox or HAXM, or lines such as GUEST_CR0 = 0x31");
    }
    return new VmcsDump(Map.copyOf(fields), List.copyOf(unread));
  }

  /**
   * VirtualBox runs real-address mode as virtual-8086 mode, and then prints the guest's registers:
   * in the VMCS RFLAGS.VM is 1, and the access rights of all segments are F3H.
   */
  private static void realOnVirtual8086(Map<VmcsField, Long> fields) {
    long flags = fields.getOrDefault(VmcsField.GUEST_RFLAGS, Rflags.FIXED);
    put(fields, VmcsField.GUEST_RFLAGS, flags | Rflags.VM);
    for (String register : List.of("ES", "CS", "SS", "DS", "FS", "GS")) {
      VmcsField rights = VmcsField.valueOf("GUEST_" + register + "_ACCESS_RIGHTS");
      fields.computeIfPresent(rights, (f, v) -> RIGHTS_OF_VIRTUAL_8086);
    }
  }

  private static boolean read(
      List<Row> rows, Section section, String line, Map<VmcsField, Long> fields) {
    return line.length() <= LONGEST
        && (labelled(rows, section, line, fields)
            || listed(line, fields)
            || VmcsDumpRows.isKnown(line));
  }

  private static Section begun(String line) {
    for (Section s : Section.values()) {
      if (s != Section.NONE && line.contains(s.heading)) {
        return s;
      }
    }
    return Section.NONE;
  }

  private static boolean labelled(
      List<Row> rows, Section section, String line, Map<VmcsField, Long> fields) {
    boolean found = false;
    for (Row row : rows) {
      Matcher m = row.in(line);
      if ((row.section() == section || row.section() == Section.NONE) && m.find()) {
        for (int i = 0; i < row.fields().size(); i++) {
          put(fields, row.fields().get(i), Long.parseUnsignedLong(m.group(i + 1), 16));
        }
        found = true;
      }
    }
    Matcher status = INTERRUPT_STATUS.matcher(line);
    if (status.find()) {
      long value =
          Long.parseLong(status.group(1), 16) << Byte.SIZE | Long.parseLong(status.group(2), 16);
      put(fields, VmcsField.GUEST_INTERRUPT_STATUS, value);
      found = true;
    }
    return found;
  }

  /** A line that names one field. */
  private static boolean listed(String line, Map<VmcsField, Long> fields) {
    Matcher encoded = ENCODED.matcher(line);
    if (encoded.find()) {
      Optional<VmcsField> field = VmcsField.of(Long.parseLong(encoded.group(1), 16));
      field.ifPresent(f -> put(fields, f, Long.parseUnsignedLong(encoded.group(2), 16)));
      return field.isPresent();
    }
    Matcher named = NAMED.matcher(line);
    if (!named.matches()) {
      return false;
    }
    Optional<VmcsField> field = field(named.group(1));
    try {
      long value = value(named.group(2));
      field.ifPresent(f -> put(fields, f, value));
      return field.isPresent();
    } catch (BadInputException e) {
      return false;
    }
  }

  private static void put(Map<VmcsField, Long> fields, VmcsField field, long value) {
    fields.put(field, field.cut(value));
  }

  private static Optional<VmcsField> field(String name) {
    Optional<VmcsField> field = VmcsField.find(name);
    if (field.isEmpty() && ABBREVIATED.matcher(name).find()) {
      return field(name.replaceFirst("_SEL$", "_SELECTOR").replaceFirst("_FULL$", ""));
    }
    for (int at = name.indexOf(' '); field.isEmpty() && at >= 0; at = name.indexOf(' ', at + 1)) {
      field = VmcsField.find(name.substring(at));
    }
    if (field.isPresent() || !name.matches("(?i)(0x)?[0-9a-f]{1,4}h?")) {
      return field;
    }
    String digits = name.replaceAll("(?i)^0x|h$", "");
    return VmcsField.of(Long.parseLong(digits, 16));
  }

  /**
   * Digits alone are decimal, as everywhere in vmxlab; with letters they can only be hexadecimal.
   */
  private static long value(String text) {
    boolean bare =
        text.length() <= MOST_DIGITS
            && text.matches("(?i)[0-9a-f]*[a-f][0-9a-f]*")
            && !text.matches("(?i)0x.*");
    return bare ? Long.parseUnsignedLong(text, 16) : Numbers.parse("value", text);
  }
}
