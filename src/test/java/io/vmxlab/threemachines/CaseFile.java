package io.vmxlab.threemachines;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file of cases, as assembly text with a label for each. A line {@code case NAME} is followed by
 * what the case does; {@code every case NAME} by what it prepares, a line {@code in the mode}, and
 * what it does in each mode that {@code modes.asm} knows a way into. With {@code long}, {@code
 * user} and {@code compatibility} in place of {@code every} it does so in one mode. A line {@code
 * processors N} asks for more than one.
 */
record CaseFile(String text, List<String> names, int processors) {
  private static final String CASE = "case ";
  private static final String PROCESSORS = "processors ";
  private static final String INSIDE = "in the mode";

  /** A mode: its name, the way into it, and the size of its code. */
  private record Mode(String name, String way, int bits) {}

  // spotless:off
  private static final List<Mode> MODES = List.of(
      new Mode("real-address mode",     "enter_real",            16),
      new Mode("protected mode 16",     "enter_protected16",     16),
      new Mode("protected mode 32",     "enter_protected32",     32),
      new Mode("CPL 3",                 "enter_user32",          32),
      new Mode("virtual-8086 mode",     "enter_virtual8086",     16),
      new Mode("compatibility mode 16", "enter_compatibility16", 16),
      new Mode("compatibility mode, CPL 3", "enter_compatibility32", 32),
      new Mode("64-bit mode",           "enter_long",            64),
      new Mode("64-bit mode, CPL 3",    "enter_user64",          64));

  private static final Map<String, List<Mode>> KINDS = Map.of(
      "every case ",         MODES,
      "long case ",          MODES.subList(7, 8),
      "user case ",          MODES.subList(8, 9),
      "compatibility case ", MODES.subList(6, 7));
  // spotless:on

  static CaseFile of(List<String> lines) {
    List<String> names = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int processors = 1;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(CASE)) {
        begin(text, names, line.substring(CASE.length()));
      } else if (line.startsWith(PROCESSORS)) {
        processors = Integer.parseInt(line.substring(PROCESSORS.length()));
      } else if (isCase(line)) {
        int end = i + 1;
        while (end < lines.size() && !isCase(lines.get(end))) {
          end++;
        }
        inModes(text, names, line, lines.subList(i + 1, end));
        i = end - 1;
      } else {
        text.append(line).append('\n');
      }
    }
    return new CaseFile(text.toString(), List.copyOf(names), processors);
  }

  private static boolean isCase(String line) {
    return line.startsWith(CASE) || KINDS.keySet().stream().anyMatch(line::startsWith);
  }

  private static void begin(StringBuilder text, List<String> names, String name) {
    names.add(name);
    text.append("    jmp next_case\ncase_").append(names.size()).append(":\n");
  }

  private static void inModes(
      StringBuilder text, List<String> names, String line, List<String> body) {
    String kind = KINDS.keySet().stream().filter(line::startsWith).findFirst().orElseThrow();
    String name = line.substring(kind.length());
    List<Mode> modes = KINDS.get(kind);
    int inside = body.indexOf(INSIDE);
    for (Mode mode : modes) {
      begin(text, names, modes.size() == 1 ? name : name + " in " + mode.name);
      body.subList(0, inside).forEach(l -> text.append(l).append('\n'));
      text.append("    mov ebx, .inside\n    jmp ").append(mode.way);
      text.append("\n    bits ").append(mode.bits).append("\n.inside:\n");
      body.subList(inside + 1, body.size()).forEach(l -> text.append(l).append('\n'));
      text.append("    int 30h\n    bits 32\n");
    }
  }
}
