package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.text.Bounded;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** A value of a YAML document that knows where it stands, so that errors can say so. */
final class YamlNode {
  private static final int MOST_CHARACTERS = Bounded.DOCUMENT;
  private static final int MOST_DEPTH = 20;

  private final String file;
  private final Node node;

  private YamlNode(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  /**
   * Reads one document.
   *
   * @throws BadInputException with file, line and column if the text is not YAML
   */
  static YamlNode parse(String file, String text) {
    Node root = composed(file, text);
    if (root == null) {
      throw new BadInputException(file, "the file is empty", "");
    }
    refuseAliases(file, root, Collections.newSetFromMap(new IdentityHashMap<>()));
    return new YamlNode(file, root);
  }

  /** The root, or null if there is no document. */
  private static Node composed(String file, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    options.setNestingDepthLimit(MOST_DEPTH);
    options.setMaxAliasesForCollections(0);
    try {
      return new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options)
          .getSingleNode();
    } catch (MarkedYAMLException e) {
      String problem = e.getProblem() == null ? "this is not YAML" : e.getProblem();
      throw new BadInputException(where(file, e.getProblemMark()), problem, "");
    } catch (YAMLException | IllegalArgumentException e) {
      // what is wrong with a tag, for one, the reader says without a place
      throw new BadInputException(file, firstLine(e.getMessage()), "");
    }
  }

  /** An alias would be a second way to the same node, and many of them an immense document. */
  private static void refuseAliases(String file, Node node, Set<Node> seen) {
    if (!seen.add(node)) {
      throw new BadInputException(
          where(file, node.getStartMark()), "an alias refers to this", "write it out twice");
    }
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        refuseAliases(file, tuple.getKeyNode(), seen);
        refuseAliases(file, tuple.getValueNode(), seen);
      }
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(item -> refuseAliases(file, item, seen));
    }
  }

  private static String firstLine(String text) {
    return text == null ? "this is not YAML" : text.lines().findFirst().orElse("");
  }

  private static String where(String file, Mark mark) {
    return mark == null ? file : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  /** {@code file:line:column}. */
  String where() {
    return where(file, node.getStartMark());
  }

  BadInputException error(String what, String advice) {
    return new BadInputException(where(), what, advice);
  }

  /** The members of a mapping, which may have no others than the known ones. */
  Map<String, YamlNode> members(Set<String> known) {
    Map<String, YamlNode> members = members();
    for (Map.Entry<String, YamlNode> e : members.entrySet()) {
      if (!known.contains(e.getKey())) {
        throw e.getValue()
            .error(
                "unknown key \"" + e.getKey() + "\"",
                io.vmxlab.text.Names.near(e.getKey(), known)
                    .map(n -> "did you mean \"" + n + "\"?")
                    .orElse("known are " + String.join(", ", new java.util.TreeSet<>(known))));
      }
    }
    return members;
  }

  /** The members of a mapping, in order. */
  Map<String, YamlNode> members() {
    if (!(node instanceof MappingNode mapping)) {
      throw error("expected a mapping, found " + kind(), "");
    }
    Map<String, YamlNode> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      YamlNode key = new YamlNode(file, tuple.getKeyNode());
      if (members.put(key.text(), new YamlNode(file, tuple.getValueNode())) != null) {
        throw key.error("\"" + key.text() + "\" was given before", "");
      }
    }
    return members;
  }

  /** A member that has to be there. */
  YamlNode member(Map<String, YamlNode> members, String name) {
    YamlNode member = members.get(name);
    if (member == null) {
      throw error("\"" + name + "\" is missing", "");
    }
    return member;
  }

  List<YamlNode> items() {
    if (!(node instanceof SequenceNode sequence)) {
      throw error("expected a list, found " + kind(), "");
    }
    List<YamlNode> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new YamlNode(file, item));
    }
    return items;
  }

  List<String> texts() {
    return items().stream().map(YamlNode::text).toList();
  }

  String text() {
    if (!(node instanceof ScalarNode scalar)) {
      throw error("expected text, found " + kind(), "");
    }
    return scalar.getValue();
  }

  boolean isText() {
    return node instanceof ScalarNode;
  }

  boolean flag() {
    String text = text();
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw error("expected true or false, found \"" + text + "\"", "");
  }

  /** A number of at most 64 bits, decimal or hexadecimal with 0x. */
  long number() {
    String text = text().replace("_", "");
    boolean hexadecimal = text.startsWith("0x");
    try {
      BigInteger value =
          new BigInteger(hexadecimal ? text.substring(2) : text, hexadecimal ? 16 : 10);
      if (value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
        return value.longValue();
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw error("expected a number from 0 to 0xFFFFFFFFFFFFFFFF, found \"" + text() + "\"", "");
  }

  int number(int least, int most) {
    long value = number();
    if (value < least || value > most) {
      throw error("expected a number from " + least + " to " + most + ", found " + text(), "");
    }
    return (int) value;
  }

  /** Bytes as pairs of hexadecimal digits. */
  byte[] bytes() {
    String digits = text().replaceAll("\\s+", "");
    if (digits.length() % 2 != 0 || !digits.matches("[0-9A-Fa-f]*")) {
      throw error("expected bytes as pairs of hexadecimal digits", "write them as \"F3 0F C7 37\"");
    }
    byte[] bytes = new byte[digits.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  /** One of some words. */
  <E extends Enum<E>> E choice(Class<E> type) {
    Optional<E> found =
        Arrays.stream(type.getEnumConstants()).filter(e -> word(e).equals(text())).findFirst();
    return found.orElseThrow(
        () ->
            error(
                "unknown value \"" + text() + "\"",
                "expected one of "
                    + Arrays.stream(type.getEnumConstants()).map(YamlNode::word).toList()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String kind() {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    return node instanceof SequenceNode ? "a list" : "\"" + ((ScalarNode) node).getValue() + "\"";
  }
}
