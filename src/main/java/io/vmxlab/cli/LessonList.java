package io.vmxlab.cli;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.LessonTopic;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lists lessons by topic: all of them with a line each, or those of one topic with what they are
 * about.
 */
final class LessonList {
  static final Option LIST =
      Option.flag("--list", "list all, or those of a topic; the same as no NAME");

  private static final int VERSION = 1;
  private static final int INDENT = 2;

  private final String kind;
  private final List<LessonTopic> topics;

  /**
   * A list.
   *
   * @param kind {@code demo} or {@code exercise}
   */
  LessonList(String kind, List<LessonTopic> topics) {
    this.kind = kind;
    this.topics = topics;
  }

  /**
   * What is said of a lesson.
   *
   * @param title one line
   * @param about a sentence
   * @param members of a JSON document, without its name
   */
  record Entry(String title, String about, Consumer<JsonText> members) {}

  /** {@code enable, launch}. */
  static String ids(List<LessonTopic> topics) {
    return String.join(", ", topics.stream().map(LessonTopic::id).toList());
  }

  /** Whether a list is meant: nothing is named, or a topic. */
  boolean isAskedFor(boolean list, List<String> operands) {
    return list
        || operands.isEmpty()
        || operands.size() == 1 && topics.stream().anyMatch(t -> t.id().equals(operands.get(0)));
  }

  /**
   * Prints a list.
   *
   * @param others options given that say something of one lesson
   * @throws UserError if there are such options, or more than a topic
   */
  void print(
      Terminal terminal,
      List<String> operands,
      List<String> others,
      boolean json,
      Function<String, Entry> entries) {
    if (!others.isEmpty()) {
      throw new UserError(
          others.get(0) + " is about one " + kind + ": name it; a list takes nothing but a topic");
    }
    if (operands.size() > 1) {
      throw new UserError(
          "a list takes nothing but a topic: \"" + operands.get(1) + "\" is one too many");
    }
    List<LessonTopic> chosen = operands.isEmpty() ? topics : List.of(topic(operands.get(0)));
    if (json) {
      terminal.print(JsonText.document(kind + "s", VERSION, j -> document(j, chosen, entries)));
      return;
    }
    Sheet sheet = terminal.sheet();
    if (operands.isEmpty()) {
      overview(sheet, entries);
    } else {
      topic(sheet, chosen.get(0), entries);
    }
    terminal.print(sheet);
  }

  private LessonTopic topic(String id) {
    List<String> ids = topics.stream().map(LessonTopic::id).toList();
    return topics.stream()
        .filter(t -> t.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "--list: there is no topic \""
                        + id
                        + "\""
                        + Names.hint(id, ids)
                        + "; topics are "
                        + ids(topics)));
  }

  private void overview(Sheet sheet, Function<String, Entry> entries) {
    int width = 0;
    int count = 0;
    for (LessonTopic t : topics) {
      for (String name : t.names()) {
        width = Math.max(width, name.length() + 2);
        count++;
      }
    }
    for (LessonTopic t : topics) {
      sheet.line(sheet.style().bold(t.id()) + ": " + t.title()).blank();
      for (String name : t.names()) {
        sheet.labelled(INDENT, width, name, entries.apply(name).title());
      }
      sheet.blank();
    }
    sheet.line(count + " " + kind + "s. vmxlab " + kind + " NAME shows one.");
    sheet.line("vmxlab " + kind + " --list TOPIC says more about those of a topic.");
  }

  private void topic(Sheet sheet, LessonTopic topic, Function<String, Entry> entries) {
    sheet.line(topic.title()).blank();
    for (String name : topic.names()) {
      sheet.line(sheet.style().bold(name));
      sheet.labelled(4, 0, "", entries.apply(name).about());
    }
    sheet.blank();
    sheet.line(topic.names().size() + " " + kind + "s. vmxlab " + kind + " NAME shows one.");
  }

  private void document(JsonText json, List<LessonTopic> chosen, Function<String, Entry> entries) {
    json.array("topics", chosen, (j, t) -> j.text("id", t.id()).text("title", t.title()));
    List<String> names = new ArrayList<>();
    for (LessonTopic t : chosen) {
      names.addAll(t.names());
    }
    json.array(kind + "s", names, (j, name) -> member(j, name, entries));
  }

  private void member(JsonText json, String name, Function<String, Entry> entries) {
    json.text("name", name);
    topics.stream().filter(t -> t.names().contains(name)).forEach(t -> json.text("topic", t.id()));
    entries.apply(name).members().accept(json);
  }
}
