package io.vmxlab.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MASM's macros that only put their parameters into a text: they are written out before anything is
 * assembled. What decides or repeats within a macro is left for the assembler to refuse.
 */
final class MasmMacros {
  private static final int MOST_DEPTH = 20;
  private static final int MOST_PARAMETERS = 100;
  private static final Pattern BEGIN =
      Pattern.compile("\\s*([A-Za-z_@?$][\\w@?$]*)\\s+macro\\b([^;]*).*", Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("\\s*([A-Za-z_@?$][\\w@?$]*)(.*)");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "([A-Za-z_@?$][\\w@?$]*)(?:\\s*:\\s*(req|=\\s*(.*)))?", Pattern.CASE_INSENSITIVE);

  /** A macro: lines and the names in them that stand for arguments. */
  private record Macro(
      List<String> names, List<String> given, List<String> locals, List<AsmSource.Line> body) {}

  private final Map<String, Macro> macros = new HashMap<>();
  private final List<AsmSource.Line> out = new ArrayList<>();
  private int expansions;

  private MasmMacros() {}

  /** The lines with every call of a macro written out; the same list if there is no macro. */
  static List<AsmSource.Line> expand(List<AsmSource.Line> lines, AsmDialect dialect) {
    MasmMacros all = new MasmMacros();
    boolean any = false;
    for (int i = 0; i < lines.size(); i++) {
      Matcher begin = begin(lines.get(i));
      if (begin == null) {
        all.line(lines.get(i), 0);
        continue;
      }
      int end = end(lines, i);
      if (end < 0) {
        all.problem(lines.get(i), "this macro does not end: endm is missing");
        break;
      }
      dialect.masm();
      any = true;
      all.define(lines.get(i), begin, lines.subList(i + 1, end));
      i = end;
    }
    return any || !all.macros.isEmpty() || all.out.size() != lines.size() ? all.out : lines;
  }

  private static Matcher begin(AsmSource.Line line) {
    String text = line.text();
    if (text.length() > 1000 || !text.toLowerCase(Locale.ROOT).contains("macro")) {
      return null;
    }
    Matcher m = BEGIN.matcher(text);
    return m.matches() ? m : null;
  }

  /** Index of the ENDM that belongs to the macro at an index, or -1. */
  private static int end(List<AsmSource.Line> lines, int begin) {
    for (int i = begin + 1; i < lines.size(); i++) {
      if (first(lines.get(i).text()).equals("endm")) {
        return i;
      }
    }
    return -1;
  }

  private static String first(String text) {
    Matcher m = WORD.matcher(text);
    return m.matches() ? m.group(1).toLowerCase(Locale.ROOT) : "";
  }

  private void problem(AsmSource.Line line, String what) {
    out.add(new AsmSource.Line("", line.number(), line.file(), line.shown(), what));
  }

  private void define(AsmSource.Line line, Matcher begin, List<AsmSource.Line> lines) {
    List<String> names = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (String written : split(begin.group(2))) {
      Matcher p = PARAMETER.matcher(written);
      if (!p.matches()) {
        problem(line, "a macro's parameter is a name, with :req or :=<value> behind it");
        return;
      }
      names.add(p.group(1));
      given.add(p.group(2) == null ? "" : p.group(3) == null ? null : plain(p.group(3)));
    }
    List<String> locals = new ArrayList<>();
    List<AsmSource.Line> body = new ArrayList<>();
    for (AsmSource.Line l : lines) {
      String word = first(l.text());
      if (word.equals("local")) {
        Matcher m = WORD.matcher(l.text());
        locals.addAll(m.matches() ? split(m.group(2).replaceFirst(";.*", "")) : List.of());
      } else if (!l.text().strip().startsWith(";;")) {
        body.add(l);
      }
    }
    macros.put(begin.group(1).toLowerCase(Locale.ROOT), new Macro(names, given, locals, body));
  }

  private void line(AsmSource.Line line, int depth) {
    if (out.size() >= AsmSource.MOST_LINES) {
      return;
    }
    Matcher m = macros.isEmpty() ? null : WORD.matcher(line.text());
    Macro macro = m != null && m.matches() ? macros.get(m.group(1).toLowerCase(Locale.ROOT)) : null;
    if (macro == null || m.group(2).stripLeading().startsWith(":")) {
      out.add(line);
      return;
    }
    if (depth == MOST_DEPTH) {
      problem(line, "macros are nested more than " + MOST_DEPTH + " deep");
      return;
    }
    call(line, macro, split(m.group(2).replaceFirst(";.*", "")), depth);
  }

  private void call(AsmSource.Line line, Macro macro, List<String> arguments, int depth) {
    if (arguments.size() > macro.names.size()) {
      problem(
          line, "the macro takes " + macro.names.size() + " arguments, not " + arguments.size());
      return;
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < macro.names.size(); i++) {
      String value =
          i < arguments.size() && !arguments.get(i).isEmpty()
              ? arguments.get(i)
              : macro.given.get(i);
      if (value == null) {
        problem(line, "the macro's argument " + macro.names.get(i) + " is missing");
        return;
      }
      values.put(macro.names.get(i), value);
    }
    for (String local : macro.locals) {
      values.put(local, "??" + ++expansions);
    }
    for (AsmSource.Line l : macro.body) {
      String text = values.isEmpty() ? l.text() : replaced(l.text(), values);
      // A mistake in what was written out is shown where the macro is called.
      line(
          new AsmSource.Line(text, line.number(), line.file(), line.shown(), l.problem()),
          depth + 1);
    }
  }

  /** Names replaced by values; {@code &} joins a value to what stands beside it. */
  private static String replaced(String text, Map<String, String> values) {
    StringBuilder all = new StringBuilder();
    int at = 0;
    char quote = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (!Character.isLetter(c) && "_@?$".indexOf(c) < 0) {
        boolean joins = c == '&';
        quote = quote == 0 && (c == '\'' || c == '"') ? c : c == quote ? 0 : quote;
        if (quote == 0 && c == ';') {
          return all.append(text, at, text.length()).toString();
        }
        if (!joins) {
          all.append(c);
        }
        at++;
        while (Character.isDigit(c)
            && at < text.length()
            && Character.isLetterOrDigit(text.charAt(at))) {
          all.append(text.charAt(at++)); // a number such as 0Ah is no name
        }
        continue;
      }
      int end = at;
      while (end < text.length()
          && (Character.isLetterOrDigit(text.charAt(end))
              || "_@?$".indexOf(text.charAt(end)) >= 0)) {
        end++;
      }
      String word = text.substring(at, end);
      boolean joined =
          at > 0 && text.charAt(at - 1) == '&' || end < text.length() && text.charAt(end) == '&';
      String value = quote == 0 || joined ? values.get(word) : null;
      all.append(value == null ? word : value);
      at = end;
    }
    return all.toString();
  }

  /** Parts between commas that are not in brackets or quotes; {@code <a, b>} is one. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int angles = 0;
    char quote = 0;
    for (char c : text.toCharArray()) {
      quote = quote == 0 && (c == '\'' || c == '"') ? c : c == quote ? 0 : quote;
      angles += quote != 0 ? 0 : c == '<' ? 1 : c == '>' ? -1 : 0;
      if (c == ',' && angles <= 0 && quote == 0 && parts.size() < MOST_PARAMETERS) {
        parts.add(plain(part.toString()));
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    if (!part.toString().isBlank() || !parts.isEmpty()) {
      parts.add(plain(part.toString()));
    }
    return parts;
  }

  private static String plain(String argument) {
    String text = argument.strip();
    boolean bracketed = text.length() > 1 && text.startsWith("<") && text.endsWith(">");
    return bracketed ? text.substring(1, text.length() - 1) : text;
  }
}
