package io.vmxlab.threemachines;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of cases, as assembly text with a label for each. A line {@code case NAME} is followed by
 * what the case does; {@code every case NAME} by what it prepares, a line {@code in the mode}, and
 * what it does in each mode that {@code modes.asm} knows a way into. With {@code long}, {@code
 * user} and {@code compatibility} in place of {@code every} it does so in one mode, in other places
 * in several of them. A line {@code processors N} asks for more than one.
 *
 * <p>A case whose first line is {@code for each of LIST} is run once for each item of a list: of
 * {@link Descriptors}, of {@link SegmentEnds}, or of one in the file, {@code list NAME}, what it
 * prepares for all, lines {@code item NAME}, each followed by what that one prepares, and {@code
 * end list}; with {@code chain} it has every two of the items together as well.
 *
 * @param each the list that a case goes through, or {@link #NO_LIST}
 */
record CaseFile(
    String text,
    List<String> names,
    List<String> each,
    Map<String, ItemList> lists,
    int processors) {
  static final String NO_LIST = "0";
  private static final String CASE = "case ";
  private static final String PROCESSORS = "processors ";
  private static final String INSIDE = "in the mode";
  private static final String EACH = "for each of ";
  private static final String LIST = "list ";
  private static final String CHAIN = "chain ";
  private static final String END_LIST = "end list";

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
      "protected case ",     choose(1, 2, 3, 5, 6, 7, 8),
      "legacy case ",        choose(1, 2, 3),
      "IA-32e case ",        choose(5, 6, 7, 8),
      "32-bit case ",        choose(1, 2, 3, 5, 6),
      "system case ",        choose(1, 2, 5, 7),
      "CPL 3 case ",         choose(3),
      "long case ",          MODES.subList(7, 8),
      "user case ",          MODES.subList(8, 9),
      "compatibility case ", MODES.subList(6, 7));
  // spotless:on

  private static List<Mode> choose(Integer... modes) {
    return Stream.of(modes).map(MODES::get).toList();
  }

  static CaseFile of(List<String> lines) {
    List<String> names = new ArrayList<>();
    List<String> each = new ArrayList<>();
    Map<String, ItemList> lists = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    int processors = 1;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(PROCESSORS)) {
        processors = Integer.parseInt(line.substring(PROCESSORS.length()));
      } else if (isList(line)) {
        int end = lines.subList(i, lines.size()).indexOf(END_LIST) + i;
        ItemList list = ItemList.of(lines.subList(i + 1, end));
        boolean pairs = line.startsWith(CHAIN);
        lists.put(
            line.substring(pairs ? CHAIN.length() : LIST.length()),
            pairs ? list.withPairs() : list);
        i = end;
      } else if (isCase(line)) {
        int end = i + 1;
        while (end < lines.size() && !isCase(lines.get(end)) && !isList(lines.get(end))) {
          end++;
        }
        List<String> body = lines.subList(i + 1, end);
        boolean goes = !body.isEmpty() && body.get(0).startsWith(EACH);
        String list = goes ? body.get(0).substring(EACH.length()) : NO_LIST;
        body = goes ? body.subList(1, body.size()) : body;
        if (line.startsWith(CASE)) {
          begin(text, names, line.substring(CASE.length()));
          body.forEach(l -> text.append(l).append('\n'));
        } else {
          inModes(text, names, line, body);
        }
        while (each.size() < names.size()) {
          each.add(list);
        }
        i = end - 1;
      } else {
        text.append(line).append('\n');
      }
    }
    if (each.contains(Descriptors.LIST)) {
      lists.put(Descriptors.LIST, new ItemList("", Descriptors.items()));
    }
    if (each.contains(SegmentEnds.LIST)) {
      lists.put(SegmentEnds.LIST, new ItemList("", SegmentEnds.items()));
    }
    text.append("    jmp next_case\n");
    lists.forEach((list, of) -> text.append(of.text("list_" + list)));
    return new CaseFile(text.toString(), names, each, lists, processors);
  }

  private static boolean isList(String line) {
    return line.startsWith(LIST) || line.startsWith(CHAIN);
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
