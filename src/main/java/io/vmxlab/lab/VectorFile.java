package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.lab.TestVector.Bytes;
import io.vmxlab.lab.TestVector.Ending;
import io.vmxlab.lab.TestVector.Expectation;
import io.vmxlab.lab.TestVector.Processors;
import io.vmxlab.lab.TestVector.VectorCode;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.StateNames;
import io.vmxlab.text.Visible;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads files of test vectors. */
final class VectorFile {
  // spotless:off
  private static final Set<String> FILE    = Set.of("title", "vectors");
  private static final Set<String> VECTOR  = Set.of("id", "about", "rule", "citation", "satisfies", "violates",
      "processors", "firmware", "mode", "origin", "force", "initial", "memory", "vmcs", "code", "expect");
  private static final Set<String> CODE    = Set.of("assembly", "bytes", "test");
  private static final Set<String> EXPECT  = Set.of("outcome", "vector", "errorCode", "error", "qualification", "state", "vmcs", "memory");
  private static final Set<String> MODELS  = Set.of("only", "with", "without");
  private static final Set<String> PIECE   = Set.of("at", "bytes");
  // spotless:on

  /** It is part of file names. */
  private static final int LONGEST_ID = 100;

  /** A page: what a vector tries is a few instructions. */
  private static final int MOST_CODE = 0x1000;

  private static final String INVALID = "invalid";

  private VectorFile() {}

  /**
   * The vectors of a file.
   *
   * @param file named in errors
   * @throws BadInputException with file, line and column if the text is no file of vectors
   */
  static List<TestVector> parse(String file, String text) {
    YamlNode root = YamlNode.parse(file, text);
    Map<String, YamlNode> members = root.members(FILE);
    root.member(members, "title");
    List<TestVector> vectors = new ArrayList<>();
    for (YamlNode item : root.member(members, "vectors").items()) {
      vectors.add(vector(item));
    }
    return vectors;
  }

  private static TestVector vector(YamlNode node) {
    Map<String, YamlNode> m = node.members(VECTOR);
    return new TestVector(
        kebab(node.member(m, "id")),
        node.where(),
        node.member(m, "about").text(),
        kebab(node.member(m, "rule")),
        node.member(m, "citation").text(),
        rules(node.member(m, "satisfies")),
        rules(node.member(m, "violates")),
        processors(node.member(m, "processors")),
        node.member(m, "firmware").choice(Firmware.class),
        mode(node.member(m, "mode")),
        m.containsKey("origin") ? OptionalLong.of(m.get("origin").number()) : OptionalLong.empty(),
        m.containsKey("force") && m.get("force").flag(),
        m.containsKey("initial") ? state(m.get("initial")) : Map.of(),
        m.containsKey("memory") ? pieces(m.get("memory")) : List.of(),
        code(node, m),
        expectation(node.member(m, "expect")));
  }

  private static String kebab(YamlNode node) {
    String id = node.text();
    boolean hyphen = true;
    for (char c : id.toCharArray()) {
      boolean letter = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && (hyphen || c != '-')) {
        throw noId(node);
      }
      hyphen = !letter;
    }
    if (hyphen || id.length() > LONGEST_ID) {
      throw noId(node);
    }
    return id;
  }

  private static BadInputException noId(YamlNode node) {
    return node.error(
        "\"" + Visible.cut(node.text(), LONGEST_ID) + "\" is no id",
        "write lower-case words joined by hyphens, at most " + LONGEST_ID + " characters");
  }

  private static List<String> rules(YamlNode node) {
    return node.items().stream().map(VectorFile::kebab).toList();
  }

  private static int mode(YamlNode node) {
    int mode = node.number(0, 64);
    if (mode != 64 && mode != 32 && mode != 16) {
      throw node.error("there is no " + mode + "-bit mode", "give 64, 32 or 16");
    }
    return mode;
  }

  private static Processors processors(YamlNode node) {
    if (node.isText()) {
      if (node.text().equals("all")) {
        return Processors.ALL;
      }
      throw node.error(
          "unknown value \"" + node.text() + "\"",
          "write all, or a mapping of only, with, without");
    }
    Map<String, YamlNode> m = node.members(MODELS);
    return new Processors(
        m.containsKey("only") ? m.get("only").texts() : List.of(),
        features(m.get("with")),
        features(m.get("without")));
  }

  private static List<String> features(YamlNode node) {
    if (node == null) {
      return List.of();
    }
    for (YamlNode item : node.items()) {
      try {
        Feature.valueOf(item.text());
      } catch (IllegalArgumentException e) {
        throw item.error("there is no feature \"" + item.text() + "\"", "");
      }
    }
    return node.texts();
  }

  private static Map<String, Long> state(YamlNode node) {
    Map<String, Long> state = new LinkedHashMap<>();
    node.members()
        .forEach(
            (name, value) -> {
              try {
                StateNames.find(name);
              } catch (BadInputException e) {
                throw value.error(e.getMessage(), "");
              }
              state.put(name, value.number());
            });
    return state;
  }

  private static List<Bytes> pieces(YamlNode node) {
    List<Bytes> pieces = new ArrayList<>();
    for (YamlNode item : node.items()) {
      Map<String, YamlNode> m = item.members(PIECE);
      pieces.add(new Bytes(item.member(m, "at").number(), item.member(m, "bytes").bytes()));
    }
    return pieces;
  }

  /** With a VMCS the code that makes it current comes first. */
  private static VectorCode code(YamlNode node, Map<String, YamlNode> m) {
    VectorCode own = code(node.member(m, "code"));
    if (!m.containsKey("vmcs")) {
      return own;
    }
    int mode = mode(node.member(m, "mode"));
    if (mode == Short.SIZE || m.containsKey("origin")) {
      throw m.get("vmcs").error("a VMCS needs code with paging, at its usual place", "");
    }
    Map<VmcsField, Long> fields = fields(m.get("vmcs"));
    String name = node.where();
    return own.after(() -> prelude(name, mode, fields));
  }

  private static VectorCode prelude(String name, int mode, Map<VmcsField, Long> fields) {
    String text = VmcsPrelude.text(mode, fields);
    CodeMode bits = CodeMode.valueOf("BITS" + mode);
    Listing listing = Listing.assemble(name, text, bits, MemoryMap.PROGRAM, Dialect.NASM);
    return new VectorCode(text, listing.bytes(), 0);
  }

  private static Map<VmcsField, Long> fields(YamlNode node) {
    Map<VmcsField, Long> fields = new LinkedHashMap<>();
    node.members()
        .forEach(
            (name, value) ->
                fields.put(
                    VmcsField.find(name)
                        .orElseThrow(() -> value.error("there is no VMCS field " + name, "")),
                    value.number()));
    return fields;
  }

  private static VectorCode code(YamlNode node) {
    Map<String, YamlNode> m = node.members(CODE);
    byte[] bytes = node.member(m, "bytes").bytes();
    if (bytes.length == 0) {
      throw m.get("bytes").error("there is no code", "");
    }
    if (bytes.length > MOST_CODE) {
      throw m.get("bytes").error("the code has " + bytes.length + " bytes", "at most " + MOST_CODE);
    }
    int test = node.member(m, "test").number(0, bytes.length - 1);
    return new VectorCode(node.member(m, "assembly").text(), bytes, test);
  }

  private static Expectation expectation(YamlNode node) {
    Map<String, YamlNode> m = node.members(EXPECT);
    Ending ending = node.member(m, "outcome").choice(Ending.class);
    demand(node, m, "vector", ending == Ending.FAULT);
    demand(node, m, "error", ending == Ending.VMFAIL);
    demand(node, m, "qualification", ending == Ending.ENTRY_FAILURE);
    boolean invalid = ending == Ending.VMFAIL && m.get("error").text().equals(INVALID);
    return new Expectation(
        ending,
        Optional.ofNullable(m.get("vector")).map(YamlNode::text),
        m.containsKey("errorCode")
            ? OptionalInt.of(m.get("errorCode").number(0, 0xFFFF))
            : OptionalInt.empty(),
        ending == Ending.VMFAIL && !invalid
            ? OptionalInt.of(m.get("error").number(1, 0xFFFF))
            : OptionalInt.empty(),
        m.containsKey("qualification")
            ? OptionalLong.of(m.get("qualification").number())
            : OptionalLong.empty(),
        m.containsKey("state") ? state(m.get("state")) : Map.of(),
        m.containsKey("vmcs") ? fields(m.get("vmcs")) : Map.of(),
        m.containsKey("memory") ? pieces(m.get("memory")) : List.of());
  }

  private static void demand(YamlNode node, Map<String, YamlNode> m, String key, boolean belongs) {
    if (belongs) {
      node.member(m, key);
    } else if (m.containsKey(key)) {
      throw m.get(key).error("\"" + key + "\" does not go with this outcome", "");
    }
  }
}
