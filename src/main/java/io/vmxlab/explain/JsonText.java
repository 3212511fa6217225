package io.vmxlab.explain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes one JSON document, its members in the order of the calls. */
public final class JsonText {
  private final StringWriter text = new StringWriter();
  private final JsonGenerator out;

  private JsonText() throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    out = new JsonFactory().createGenerator(text).setPrettyPrinter(printer);
  }

  /**
   * One document.
   *
   * @param schema name of its schema, the file {@code docs/schema/NAME.schema.json}
   * @param version of the schema; grows when a member changes its meaning
   */
  public static String document(String schema, int version, Consumer<JsonText> members) {
    try {
      JsonText json = new JsonText();
      json.out.writeStartObject();
      json.text("schema", "vmxlab/" + schema).number("version", version);
      members.accept(json);
      json.out.writeEndObject();
      json.out.close();
      return json.text + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
  }

  public JsonText text(String name, String value) {
    return act(() -> out.writeStringField(name, value));
  }

  public JsonText number(String name, long value) {
    return act(() -> out.writeNumberField(name, value));
  }

  public JsonText flag(String name, boolean value) {
    return act(() -> out.writeBooleanField(name, value));
  }

  public JsonText nothing(String name) {
    return act(() -> out.writeNullField(name));
  }

  /** A register value as a string: numbers of 64 bits do not survive in every JSON reader. */
  public JsonText hex(String name, long value) {
    return text(name, Hex.json(value));
  }

  public JsonText object(String name, Consumer<JsonText> members) {
    act(() -> out.writeObjectFieldStart(name));
    members.accept(this);
    return act(out::writeEndObject);
  }

  public JsonText texts(String name, Collection<String> values) {
    act(() -> out.writeArrayFieldStart(name));
    for (String v : values) {
      act(() -> out.writeString(v));
    }
    return act(out::writeEndArray);
  }

  /** An array of objects. */
  public <T> JsonText array(String name, Collection<T> values, BiConsumer<JsonText, T> members) {
    act(() -> out.writeArrayFieldStart(name));
    for (T v : values) {
      act(out::writeStartObject);
      members.accept(this, v);
      act(out::writeEndObject);
    }
    return act(out::writeEndArray);
  }

  private interface Step {
    void run() throws IOException;
  }

  private JsonText act(Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
