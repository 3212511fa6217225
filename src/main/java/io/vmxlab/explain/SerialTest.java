package io.vmxlab.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line of a serial port that says how a test ended: {@code PASS: name}, {@code FAIL: name} or
 * {@code SKIP: name}, as kvm-unit-tests and many others print them.
 *
 * @param name the rest of the line; never empty
 */
public record SerialTest(Result result, String name) {
  /** How a test ended. */
  public enum Result {
    PASS,
    FAIL,
    SKIP;

    /** {@code pass}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The tests among some lines, in order. */
  public static List<SerialTest> of(List<String> lines) {
    List<SerialTest> tests = new ArrayList<>();
    for (String line : lines) {
      for (Result r : Result.values()) {
        String mark = r + ":";
        if (line.startsWith(mark)) {
          String name = line.substring(mark.length()).strip();
          tests.add(new SerialTest(r, name.isEmpty() ? mark : name));
        }
      }
    }
    return tests;
  }
}
