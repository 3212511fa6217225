package io.vmxlab.lab;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.Vector;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Setting;
import io.vmxlab.machine.Snapshot;
import io.vmxlab.machine.StateNames;
import io.vmxlab.machine.StateNames.Place;
import io.vmxlab.machine.Vmx;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads a file that describes a demo or an exercise. */
final class LessonFile {
  // spotless:off
  private static final Set<String> DEMO     = Set.of("title", "mistake", "text", "machine", "function", "code",
      "expect", "mended", "question", "answer");
  private static final Set<String> MENDED   = Set.of("text", "machine", "code", "expect");
  private static final Set<String> MACHINE  = Set.of("cpu", "firmware", "mode", "set", "launchReady");
  private static final Set<String> EXERCISE = Set.of("title", "task", "function", "code", "hints", "cases");
  private static final Set<String> CASE     = Set.of("about", "cpus", "firmware", "set", "launchReady",
      "before", "expect");
  private static final Set<String> END      = Set.of("outcome", "exception", "rule", "vmfails", "events", "vmx",
      "operations", "returns", "state", "vmcs", "kept");
  // spotless:on

  private final LessonFolder.Found source;
  private final YamlNode root;

  /**
   * A file.
   *
   * @throws BadInputException with file, line and column if the text is not YAML
   */
  LessonFile(LessonFolder.Found source) {
    this.source = source;
    root = YamlNode.parse(source.file(), source.text());
  }

  /**
   * The demo that the file describes.
   *
   * @throws BadInputException with file, line and column if it describes none
   */
  Demo demo() {
    Map<String, YamlNode> m = root.members(DEMO);
    LessonMachine machine = machine(m.get("machine"), CpuModels.named(CpuModels.DEFAULT));
    String function = m.containsKey("function") ? m.get("function").text() : "";
    YamlNode mended = root.member(m, "mended");
    Map<String, YamlNode> n = mended.members(MENDED);
    return new Demo(
        source.name(),
        root.member(m, "title").text(),
        root.member(m, "mistake").text(),
        paragraphs(root.member(m, "text")),
        new Demo.Part(
            machine, function, root.member(m, "code").text(), end(root.member(m, "expect"))),
        paragraphs(mended.member(n, "text")),
        new Demo.Part(
            n.containsKey("machine") ? machine(n.get("machine"), machine.cpu()) : machine,
            function,
            mended.member(n, "code").text(),
            end(mended.member(n, "expect"))),
        joined(root.member(m, "question").text()),
        paragraphs(root.member(m, "answer")));
  }

  /**
   * The exercise that the file describes.
   *
   * @throws BadInputException with file, line and column if it describes none
   */
  Exercise exercise() {
    Map<String, YamlNode> m = root.members(EXERCISE);
    List<Exercise.Case> cases = new ArrayList<>();
    for (YamlNode item : root.member(m, "cases").items()) {
      cases(item, cases);
    }
    return new Exercise(
        source.name(),
        root.member(m, "title").text(),
        paragraphs(root.member(m, "task")),
        m.containsKey("function") ? m.get("function").text() : "",
        root.member(m, "code").text(),
        root.member(m, "hints").texts().stream().map(LessonFile::joined).toList(),
        List.copyOf(cases));
  }

  /** A case on each of its processors with each of its firmwares. */
  private void cases(YamlNode node, List<Exercise.Case> cases) {
    Map<String, YamlNode> m = node.members(CASE);
    List<DumpedCpu> cpus = list(m.get("cpus"), this::cpu, CpuModels.named(CpuModels.DEFAULT));
    boolean launchReady = m.containsKey("launchReady") && m.get("launchReady").flag();
    List<Firmware> firmwares =
        list(
            m.get("firmware"),
            f -> f.choice(Firmware.class),
            LessonMachine.usualFirmware(launchReady));
    String before = m.containsKey("before") ? m.get("before").text() : "";
    EndState end = end(node.member(m, "expect"));
    for (DumpedCpu cpu : cpus) {
      for (Firmware firmware : firmwares) {
        LessonMachine machine =
            new LessonMachine(cpu, firmware, 64, settings(m.get("set")), launchReady, before);
        cases.add(new Exercise.Case(node.member(m, "about").text(), machine, end));
      }
    }
  }

  private LessonMachine machine(YamlNode node, DumpedCpu cpu) {
    Map<String, YamlNode> m = node == null ? Map.of() : node.members(MACHINE);
    boolean launchReady = m.containsKey("launchReady") && m.get("launchReady").flag();
    return new LessonMachine(
        m.containsKey("cpu") ? cpu(m.get("cpu")) : cpu,
        m.containsKey("firmware")
            ? m.get("firmware").choice(Firmware.class)
            : LessonMachine.usualFirmware(launchReady),
        m.containsKey("mode") ? m.get("mode").number(16, 64) : 64,
        settings(m.get("set")),
        launchReady,
        "");
  }

  private DumpedCpu cpu(YamlNode node) {
    try {
      return source.cpu(node.text());
    } catch (CpuModelException | IOException e) {
      throw node.error(e.getMessage(), "");
    }
  }

  private static <T> List<T> list(YamlNode node, Function<YamlNode, T> item, T usual) {
    return node == null ? List.of(usual) : node.items().stream().map(item).toList();
  }

  private static List<String> settings(YamlNode node) {
    List<String> settings = new ArrayList<>();
    for (YamlNode item : node == null ? List.<YamlNode>of() : node.items()) {
      known(item, () -> Setting.parse(item.text()));
      settings.add(item.text());
    }
    return settings;
  }

  private static EndState end(YamlNode node) {
    Map<String, YamlNode> m = node.members(END);
    Map<Place, String> state = new LinkedHashMap<>();
    if (m.containsKey("state")) {
      m.get("state").members().forEach((name, v) -> state.put(place(v, name), value(v)));
    }
    Map<Place, Long> vmcs = new LinkedHashMap<>();
    if (m.containsKey("vmcs")) {
      m.get("vmcs")
          .members()
          .forEach((name, v) -> vmcs.put(known(v, () -> StateNames.vmcsField(name)), v.number()));
    }
    Optional<Vector> exception = Optional.ofNullable(m.get("exception")).map(LessonFile::exception);
    return new EndState(
        m.containsKey("outcome")
            ? m.get("outcome").choice(Outcome.Kind.class)
            : exception.isPresent() ? Outcome.Kind.FAULT : Outcome.Kind.COMPLETED,
        exception,
        Optional.ofNullable(m.get("rule")).map(YamlNode::text),
        m.containsKey("vmfails") ? m.get("vmfails").texts() : List.of(),
        m.containsKey("events") ? m.get("events").texts() : List.of(),
        Optional.ofNullable(m.get("vmx")).map(n -> n.choice(Vmx.class)),
        list(m.get("operations"), n -> n.choice(Vmx.class)),
        m.containsKey("returns")
            ? OptionalLong.of(m.get("returns").number())
            : OptionalLong.empty(),
        state,
        vmcs,
        list(m.get("kept"), LessonFile::kept));
  }

  private static <T> List<T> list(YamlNode node, Function<YamlNode, T> item) {
    return node == null ? List.of() : node.items().stream().map(item).toList();
  }

  private static Vector exception(YamlNode node) {
    return Arrays.stream(Vector.values())
        .filter(v -> v.mnemonic().equals(node.text()))
        .findFirst()
        .orElseThrow(() -> node.error("\"" + node.text() + "\" is no exception", "write \"#GP\""));
  }

  private static Place place(YamlNode node, String name) {
    return known(node, () -> StateNames.find(name));
  }

  private static String value(YamlNode node) {
    if (Character.isDigit((node.text() + " ").charAt(0))) {
      return Long.toUnsignedString(node.number());
    }
    return place(node, node.text()).name();
  }

  private static StateItem kept(YamlNode node) {
    StateItem item = place(node, node.text()).item();
    if (!Snapshot.items().contains(item)) {
      throw node.error("no run remembers what " + node.text() + " was", "");
    }
    return item;
  }

  /** Says where in the file a wrong name or value stands. */
  private static <T> T known(YamlNode node, Supplier<T> lookup) {
    try {
      return lookup.get();
    } catch (BadInputException e) {
      throw node.error(e.what(), e.advice());
    }
  }

  private static List<String> paragraphs(YamlNode node) {
    List<String> paragraphs = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String line : node.text().lines().map(String::strip).toList()) {
      if (line.isEmpty()) {
        paragraph(paragraphs, lines);
      } else {
        lines.add(line);
      }
    }
    paragraph(paragraphs, lines);
    return List.copyOf(paragraphs);
  }

  private static void paragraph(List<String> paragraphs, List<String> lines) {
    if (!lines.isEmpty()) {
      paragraphs.add(String.join(" ", lines));
      lines.clear();
    }
  }

  private static String joined(String lines) {
    return String.join(" ", lines.lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
  }
}
