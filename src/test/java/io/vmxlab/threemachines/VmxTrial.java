package io.vmxlab.threemachines;

import static io.vmxlab.threemachines.VmxPart.CS_RIGHTS;
import static io.vmxlab.threemachines.VmxPart.INTERRUPTION;
import static io.vmxlab.threemachines.VmxPart.OUTCOME;
import static io.vmxlab.threemachines.VmxPart.QUALIFICATION;
import static io.vmxlab.threemachines.VmxPart.RFLAGS;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One trial of a {@link VmxImage} on two machines.
 *
 * @param setting its number, the kind of guest, and what of it is not as usual, as printed
 * @param course how it went on vmxlab
 */
record VmxTrial(String setting, VmxCourse course, Outcome mine, Outcome other) {
  /** The kinds of guests in virtual-8086 mode, and in real-address mode. */
  static final String V86 = "p3";

  static final String REAL = "p7";

  /** Kinds of guests in 64-bit mode. */
  private static final Set<String> WIDE = Set.of("p0", "p4", "p8", "p9");

  private static final String BETWEEN = " > ";
  private static final String CODE = " i=";

  /** The guest's code begins where a page does. */
  private static final long OFFSET = 0xFFF;

  /**
   * What a VM entry came to.
   *
   * @param kind {@code F} with the error, {@code I}, or {@code X} with the exit reason and, of an
   *     exception, which one
   * @param values the exit qualification, what else the VM exit told, the guest's fields, by their
   *     encodings, and registers, as far as they are not what they were
   */
  record Outcome(String kind, Map<String, Long> values) {
    private static final String EXIT = "X";

    private static Outcome of(String text) {
      String[] words = text.split(" ");
      Map<String, Long> values = new LinkedHashMap<>();
      if (!words[0].equals(EXIT)) {
        return new Outcome(words[0], values);
      }
      values.put(QUALIFICATION, number(words[2]));
      for (int i = 3; i < words.length; i++) {
        int equals = words[i].indexOf('=');
        values.put(words[i].substring(0, equals), number(words[i].substring(equals + 1)));
      }
      Long event = values.get(INTERRUPTION);
      String kind = EXIT + words[1] + (event == null ? "" : " " + Long.toHexString(event));
      return new Outcome(kind, values);
    }

    /** Null if it is what it was. */
    Long get(String name) {
      return values.get(name);
    }

    /** 0 if it is what it was. */
    long orZero(String name) {
      return orElse(name, 0);
    }

    /** With what it was. */
    long orElse(String name, long before) {
      return values.getOrDefault(name, before);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(kind);
      values.forEach((k, v) -> text.append(' ').append(k).append('=').append(hex(v)));
      return text.toString();
    }
  }

  /** The trial that both machines have printed as a line. */
  static VmxTrial of(String mine, VmxCourse course, String other) {
    String setting = mine.substring(0, mine.indexOf(BETWEEN));
    if (!other.startsWith(setting + BETWEEN)) {
      throw new IllegalStateException("not the same trial:\n" + mine + "\n" + other);
    }
    int behind = setting.length() + BETWEEN.length();
    return new VmxTrial(
        setting, course, Outcome.of(mine.substring(behind)), Outcome.of(other.substring(behind)));
  }

  /** A line tells of a trial. */
  static boolean isTold(String line) {
    return line.contains(BETWEEN) && line.contains(" p");
  }

  /** What the VM entry came to on vmxlab: see {@link VmxCourse#cause}. */
  String cause() {
    return course.cause;
  }

  /** The kind of guest, {@code p0} and so on. */
  String guest() {
    return setting.split(" ")[1];
  }

  /** The guest is in 64-bit mode at its last instruction, or where it would begin. */
  boolean ends64Bit() {
    CodeMode mode = course.last().mode();
    return mode == null ? begins64Bit() : mode == CodeMode.BITS64;
  }

  private boolean begins64Bit() {
    Long rights = set(CS_RIGHTS);
    return WIDE.contains(guest()) && (rights == null || (rights & SegmentRights.L) != 0);
  }

  /** What a field, or another name, was set to; null if it was not. */
  Long set(String name) {
    int at = setting.lastIndexOf(" " + name + "=");
    if (at < 0) {
      return null;
    }
    int end = setting.indexOf(' ', at + 1);
    return number(setting.substring(at + name.length() + 2, end < 0 ? setting.length() : end));
  }

  /** The bits that a field was set to; 0 if it was not. */
  long bits(String name) {
    Long value = set(name);
    return value == null ? 0 : value;
  }

  /**
   * The bytes, in hexadecimal, at which the guest came to its end on vmxlab, without an
   * instruction.
   */
  String undecoded() {
    int at = setting.indexOf(CODE);
    if (at < 0 || course.last().instruction() != null) {
      return "";
    }
    String code = setting.substring(at + CODE.length()).split(" ")[0];
    long from = 2 * (course.last().rip() & OFFSET);
    return from < code.length() ? code.substring((int) from) : "";
  }

  /** The outcome as a whole is what differs. */
  static boolean isOutcome(String part) {
    return part.equals(OUTCOME);
  }

  /** The bits of a field that the machines leave differently; without a word it is as it was. */
  long changed(String part, long usual) {
    Long set = set(part);
    long before = set == null ? usual : set;
    return mine.orElse(part, before) ^ other.orElse(part, before);
  }

  /** Names of what differs; {@link #OUTCOME} alone if the outcomes are not of the same kind. */
  List<String> differences() {
    if (!mine.kind.equals(other.kind)) {
      return List.of(OUTCOME);
    }
    Set<String> names = new HashSet<>(mine.values.keySet());
    names.addAll(other.values.keySet());
    names.removeIf(n -> Objects.equals(mine.get(n), other.get(n)));
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(null);
    return sorted;
  }

  /** The flags that the machines leave differently. */
  long flags() {
    return changed(RFLAGS, guest().equals(V86) ? Rflags.VM | Rflags.FIXED : Rflags.FIXED);
  }

  /** The lower halves are the same; of one that is as it was nothing else can be said. */
  boolean sameLowerHalf(String name) {
    Long one = mine.get(name);
    Long two = other.get(name);
    return one == null || two == null || one.intValue() == two.intValue();
  }

  private static long number(String hexadecimal) {
    return Long.parseUnsignedLong(hexadecimal, 16);
  }

  private static String hex(long value) {
    return Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
  }

  @Override
  public String toString() {
    return setting + " (" + cause() + ")\n  vmxlab " + mine + "\n  Bochs  " + other;
  }
}
