package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.JsonText;
import io.vmxlab.lab.TestVector.Bytes;
import io.vmxlab.lab.TestVector.Ending;
import io.vmxlab.lab.TestVector.Expectation;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.text.Visible;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Vectors in forms that other emulators and real processors can run. */
public final class VectorExport {
  private VectorExport() {}

  /** Forms of an export. */
  public enum Format {
    /** One document, {@code vectors.json}, with everything that the YAML files say. */
    JSON,
    /** A freestanding program that boots, runs them and reports on the serial port. */
    C,
    /** One NASM source a vector, with what has to come of it as comments. */
    ASM
  }

  /** The export's files: contents by name. */
  public static Map<String, String> files(List<TestVector> vectors, Format format) {
    switch (format) {
      case C:
        return ExportC.files(vectors);
      case ASM:
        Map<String, String> files = new LinkedHashMap<>();
        vectors.forEach(v -> files.put(v.id() + ".asm", assembly(v)));
        return files;
      default:
        return Map.of("vectors.json", json(vectors));
    }
  }

  /** The document of {@link Format#JSON}. */
  public static String json(List<TestVector> vectors) {
    return JsonText.document("vectors", 1, j -> j.array("vectors", vectors, VectorExport::member));
  }

  private static void member(JsonText json, TestVector v) {
    json.text("id", v.id()).text("about", v.about());
    json.text("rule", v.rule()).text("citation", v.citation());
    json.texts("satisfies", v.satisfies()).texts("violates", v.violates());
    json.object(
        "processors",
        j ->
            j.texts("only", v.processors().only())
                .texts("with", v.processors().with())
                .texts("without", v.processors().without()));
    json.text("firmware", v.firmware().id()).number("mode", v.mode());
    json.hex("origin", VectorRunner.origin(v)).flag("force", v.force());
    json.object("initial", j -> v.initial().forEach(j::hex));
    json.array("memory", v.memory(), VectorExport::piece);
    json.object(
        "code",
        j ->
            j.text("assembly", v.code().assembly())
                .text("bytes", Hex.bytes(v.code().bytes()))
                .number("test", v.code().test()));
    json.object("expect", j -> expectation(j, v.expect()));
  }

  private static void piece(JsonText json, Bytes piece) {
    json.hex("at", piece.at()).text("bytes", Hex.bytes(piece.bytes()));
  }

  private static void expectation(JsonText json, Expectation e) {
    json.text("outcome", word(e.outcome()));
    e.vector().ifPresent(v -> json.text("vector", v));
    e.errorCode().ifPresent(c -> json.number("errorCode", c));
    if (e.outcome() == Ending.VMFAIL) {
      json.text("error", error(e));
    }
    if (e.qualification().isPresent()) {
      json.number("qualification", e.qualification().getAsLong());
    }
    json.object("state", j -> e.state().forEach(j::hex));
    if (!e.vmcs().isEmpty()) {
      json.object("vmcs", j -> e.vmcs().forEach((f, value) -> j.hex(f.itemName(), value)));
    }
    json.array("memory", e.memory(), VectorExport::piece);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A VM-instruction error, or {@code invalid}. */
  private static String error(Expectation e) {
    return e.error().isPresent() ? Integer.toString(e.error().getAsInt()) : "invalid";
  }

  private static String assembly(TestVector v) {
    StringBuilder text = new StringBuilder();
    comment(text, v.id() + ": " + v.about());
    comment(text, v.rule() + ", " + v.citation());
    comment(text, "processors: " + processors(v) + "; firmware: " + v.firmware().id());
    if (v.force()) {
      comment(text, "no software can bring about this initial state");
    }
    v.initial()
        .forEach((name, value) -> comment(text, "initial: " + name + " = " + Hex.json(value)));
    pieces(text, "initial", v.memory());
    Expectation e = v.expect();
    comment(
        text,
        "expected at test: "
            + word(e.outcome())
            + e.vector().map(x -> " " + x).orElse("")
            + (e.errorCode().isPresent() ? "(" + e.errorCode().getAsInt() + ")" : "")
            + (e.outcome() == Ending.VMFAIL ? " " + error(e) : "")
            + (e.qualification().isPresent()
                ? " 80000021H, qualification " + e.qualification().getAsLong()
                : ""));
    e.state()
        .forEach((name, value) -> comment(text, "expected: " + name + " = " + Hex.json(value)));
    e.vmcs()
        .forEach(
            (f, value) -> comment(text, "expected: " + f.itemName() + " = " + Hex.json(value)));
    pieces(text, "expected", e.memory());
    text.append("bits ").append(v.mode()).append('\n');
    text.append("org ").append(Hex.json(VectorRunner.origin(v))).append("\n\n");
    if (isItsBytes(v)) {
      text.append(v.code().assembly().strip()).append('\n');
    } else {
      v.code().assembly().lines().forEach(l -> comment(text, l));
      text.append("\tdb 0x").append(Hex.bytes(v.code().bytes()).replace(" ", ", 0x")).append('\n');
    }
    return text.append("\thlt\n").toString();
  }

  /** Only text that is nothing but the code leaves as code: it could also include other files. */
  private static boolean isItsBytes(TestVector v) {
    CodeMode mode = CodeMode.valueOf("BITS" + v.mode());
    long origin = VectorRunner.origin(v);
    try {
      Listing listing = Listing.assemble(v.id(), v.code().assembly(), mode, origin, Dialect.NASM);
      return Arrays.equals(listing.bytes(), v.code().bytes());
    } catch (BadInputException e) {
      return false;
    }
  }

  private static String processors(TestVector v) {
    if (v.processors().equals(TestVector.Processors.ALL)) {
      return "all";
    }
    StringBuilder text = new StringBuilder();
    list(text, "only", v.processors().only());
    list(text, "with", v.processors().with());
    list(text, "without", v.processors().without());
    return text.toString().strip();
  }

  private static void list(StringBuilder text, String word, List<String> names) {
    if (!names.isEmpty()) {
      text.append(' ').append(word).append(' ').append(String.join(" ", names));
    }
  }

  private static void pieces(StringBuilder text, String when, List<Bytes> pieces) {
    for (Bytes b : pieces) {
      comment(text, when + ": memory at " + Hex.json(b.at()) + " is " + Hex.bytes(b.bytes()));
    }
  }

  private static void comment(StringBuilder text, String line) {
    text.append("; ").append(Visible.line(line)).append('\n');
  }
}
