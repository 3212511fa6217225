package io.vmxlab.explain;

import io.vmxlab.text.Visible;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes one JSON document, its members in the order of the calls. It is written here because a
 * JSON library takes longer to load than a small run takes.
 */
public final class JsonText {
  private static final String STEP = "  ";
  private static final int SHORT = 110;
  private static final int LONGEST_TO_FOLD = 200;

  private final StringBuilder text;
  private int depth;
  private boolean first = true;

  private JsonText(String begin, int depth) {
    this.text = new StringBuilder(begin);
    this.depth = depth;
  }

  /**
   * Objects that become known one by one, written at once: a document that has many is ready soon
   * after its last one.
   */
  public static final class Elements {
    private final JsonText json = new JsonText("", 2);

    /** None yet. */
    public Elements() {}

    /** Adds an object. */
    public void add(Consumer<JsonText> members) {
      json.next();
      json.inBraces(members);
    }

    boolean isEmpty() {
      return json.text.length() == 0;
    }
  }

  /**
   * One document.
   *
   * @param schema name of its schema, the file {@code docs/schema/NAME.schema.json}
   * @param version of the schema; grows when a member changes its meaning
   */
  public static String document(String schema, int version, Consumer<JsonText> members) {
    JsonText json = new JsonText("{", 1);
    json.members(schema, version, members);
    json.close('}');
    return json.text.append('\n').toString();
  }

  /** A document of another schema as a member of this one. */
  JsonText document(String name, String schema, int version, Consumer<JsonText> members) {
    return object(name, json -> json.members(schema, version, members));
  }

  private void members(String schema, int version, Consumer<JsonText> members) {
    text("schema", "vmxlab/" + schema).number("version", version);
    members.accept(this);
  }

  public JsonText text(String name, String value) {
    name(name);
    string(value);
    return this;
  }

  public JsonText number(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  public JsonText flag(String name, boolean value) {
    name(name);
    text.append(value);
    return this;
  }

  /** A register value as a string: numbers of 64 bits do not survive in every JSON reader. */
  public JsonText hex(String name, long value) {
    return text(name, Hex.json(value));
  }

  public JsonText object(String name, Consumer<JsonText> members) {
    name(name);
    inBraces(members);
    return this;
  }

  public JsonText texts(String name, Collection<String> values) {
    name(name);
    open('[');
    for (String v : values) {
      next();
      string(v);
    }
    close(']');
    return this;
  }

  /** An array of objects. */
  public <T> JsonText array(String name, Collection<T> values, BiConsumer<JsonText, T> members) {
    name(name);
    open('[');
    for (T v : values) {
      next();
      inBraces(json -> members.accept(json, v));
    }
    close(']');
    return this;
  }

  /** An array, as a member of the document itself, of objects that were written before. */
  JsonText array(String name, Elements elements) {
    name(name);
    open('[');
    text.append(elements.json.text);
    first = elements.isEmpty();
    close(']');
    return this;
  }

  /** An object of a few short members stands on one line. */
  private void inBraces(Consumer<JsonText> members) {
    int start = text.length();
    open('{');
    members.accept(this);
    close('}');
    if (text.length() - start <= LONGEST_TO_FOLD) {
      String folded = folded(text, start);
      if (folded.length() <= SHORT) {
        text.setLength(start);
        text.append(folded);
      }
    }
  }

  /** A space for each line break and the indentation behind it. */
  private static String folded(StringBuilder text, int start) {
    StringBuilder folded = new StringBuilder();
    for (int at = start; at < text.length(); at++) {
      char c = text.charAt(at);
      folded.append(c == '\n' ? ' ' : c);
      while (c == '\n' && at + 1 < text.length() && text.charAt(at + 1) == ' ') {
        at++;
      }
    }
    return folded.toString();
  }

  private void open(char bracket) {
    text.append(bracket);
    depth++;
    first = true;
  }

  private void close(char bracket) {
    depth--;
    if (!first) {
      line();
    }
    text.append(bracket);
    first = false;
  }

  private void name(String name) {
    next();
    string(name);
    text.append(": ");
  }

  private void next() {
    if (!first) {
      text.append(',');
    }
    first = false;
    line();
  }

  private void line() {
    text.append('\n').append(STEP.repeat(depth));
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (!Visible.isPlain(c)) {
        text.append("\\u").append(Hex.digits(c, 4));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
