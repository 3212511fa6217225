package io.vmxlab.lab;

import io.vmxlab.text.Visible;
import java.util.List;

/** Reports in the form that JUnit's tools read. */
final class JunitXml {
  enum Result {
    PASSED,
    FAILED,
    SKIPPED,
    ERROR
  }

  /**
   * A test case.
   *
   * @param message one line; only if it did not pass
   * @param lines of details; only if it failed
   */
  record Case(String className, String name, Result result, String message, List<String> lines) {}

  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private JunitXml() {}

  /** A report of one suite. */
  static String report(String suite, List<Case> cases) {
    return HEAD + suite(suite, cases);
  }

  /** A report of several, each as {@link #suite} makes it. */
  static String report(List<String> suites) {
    return HEAD + "<testsuites>\n" + String.join("", suites) + "</testsuites>\n";
  }

  static String suite(String name, List<Case> cases) {
    StringBuilder xml = new StringBuilder("<testsuite name=\"").append(escape(name));
    xml.append("\" tests=\"").append(cases.size());
    xml.append("\" failures=\"").append(count(cases, Result.FAILED));
    xml.append("\" errors=\"").append(count(cases, Result.ERROR));
    xml.append("\" skipped=\"").append(count(cases, Result.SKIPPED)).append("\">\n");
    cases.forEach(c -> testCase(xml, c));
    return xml.append("</testsuite>\n").toString();
  }

  private static long count(List<Case> cases, Result result) {
    return cases.stream().filter(c -> c.result == result).count();
  }

  private static void testCase(StringBuilder xml, Case c) {
    xml.append("  <testcase classname=\"").append(escape(c.className));
    xml.append("\" name=\"").append(escape(c.name)).append('"');
    String message = " message=\"" + escape(c.message) + "\"";
    switch (c.result) {
      case FAILED -> {
        xml.append("><failure").append(message).append('>');
        xml.append(escape(String.join("\n", c.lines))).append("</failure></testcase>\n");
      }
      case ERROR -> xml.append("><error").append(message).append("/></testcase>\n");
      case SKIPPED -> xml.append("><skipped").append(message).append("/></testcase>\n");
      default -> xml.append("/>\n");
    }
  }

  /** No text makes the report malformed: what XML cannot hold is shown as an escape. */
  private static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : Visible.lines(text).toCharArray()) {
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\n' -> out.append("&#10;");
        case '\t' -> out.append("&#9;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
