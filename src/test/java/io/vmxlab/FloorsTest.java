package io.vmxlab;

import static java.util.Map.entry;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the floors of {@code docs/architecture.md} against the code. */
class FloorsTest {
  private static final String BASE = "io.vmxlab.";

  // spotless:off
  /** What a package knows, it knows with all that its neighbours below know. */
  private static final Map<String, Floor> FLOORS = table(
      floor( 0, "arch"),
      floor( 0, "text"),
      floor( 1, "rule",      "arch"),
      floor( 1, "memory",    "arch"),
      floor( 1, "fpu",       "arch"),
      floor( 2, "isa",       "arch"),
      floor( 3, "cpu",       "rule", "memory", "fpu", "isa"),
      floor( 3, "asm",       "isa", "text"),
      floor( 4, "semantics", "cpu"),
      floor( 4, "vmx",       "cpu"),
      floor( 5, "engine",    "semantics", "vmx"),
      floor( 6, "platform",  "cpu", "memory"),
      floor( 6, "model",     "arch", "text"),
      floor( 7, "machine",   "engine", "platform", "asm", "model"),
      floor( 8, "explain",   "machine"),
      floor( 9, "lab",       "explain"),
      floor( 9, "debug",     "explain"),
      floor(10, "junit",     "lab"),
      floor(10, "web",       "lab", "debug"),
      floor(11, "cli",       "junit", "web"),
      floor(12, "build",     "cli"));

  /** It runs in the build, is in no artifact, and is no floor that others stand on. */
  private static final String BUILD = "build";

  /** The rooms of floors that have several, and which other rooms of the floor each may enter. */
  private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
      entry("vmx",              Set.of("vmx.vmcs", "vmx.entry", "vmx.ept", "vmx.exit", "vmx.guest")),
      entry("vmx.guest",        Set.of("vmx.apic", "vmx.exit", "vmx.vmcs")),
      entry("vmx.apic",         Set.of("vmx.exit", "vmx.vmcs")),
      entry("vmx.exit",         Set.of("vmx.vmcs")),
      entry("vmx.entry",        Set.of("vmx.vmcs")),
      entry("vmx.vmcs",         Set.of()),
      entry("vmx.ept",          Set.of("vmx.exit", "vmx.vmcs")),
      entry("platform",         Set.of()),
      entry("platform.device",  Set.of("platform")),
      entry("platform.boot",    Set.of("platform")),
      entry("model",            Set.of("model.dump")),
      entry("model.dump",       Set.of()));

  private static final String[] FROM_MACHINE_UP =
      {"machine", "explain", "lab", "debug", "junit", "web", "cli"};

  /** Models of processors are read from files too. */
  private static final String[] FROM_MODEL_UP =
      {"model", "machine", "explain", "lab", "debug", "junit", "web", "cli"};

  /** What comes from outside, by the beginning of its name, and the only packages that may use it. */
  private static final List<Fence> FENCES = List.of(
      fence("java.io.File",                               FROM_MACHINE_UP),
      fence("java.io.RandomAccessFile",                   FROM_MACHINE_UP),
      fence("java.io.PrintStream",                        FROM_MACHINE_UP),
      fence("java.nio.file.",                             FROM_MODEL_UP),
      fence("java.nio.channels.",                         FROM_MACHINE_UP),
      fence("java.net.",                                  FROM_MACHINE_UP),
      fence("java.util.logging.",                         FROM_MACHINE_UP),
      fence("java.lang.System.Logger",                    FROM_MACHINE_UP),
      fence("org.slf4j.",                                 FROM_MACHINE_UP),
      fence("org.objectweb.asm.",                         "engine"),
      fence("java.net.Socket",                            "debug", "web"),
      fence("java.net.ServerSocket",                      "debug", "web"),
      fence("java.net.Datagram",                          "debug", "web"),
      fence("java.net.MulticastSocket",                   "debug", "web"),
      fence("java.net.HttpURLConnection",                 "debug", "web"),
      fence("java.net.URLConnection",                     "debug", "web"),
      fence("java.net.http.",                             "debug", "web"),
      fence("java.nio.channels.Socket",                   "debug", "web"),
      fence("java.nio.channels.ServerSocket",             "debug", "web"),
      fence("java.nio.channels.Datagram",                 "debug", "web"),
      fence("java.nio.channels.AsynchronousSocket",       "debug", "web"),
      fence("java.nio.channels.AsynchronousServerSocket", "debug", "web"),
      fence("javax.net.",                                 "debug", "web"),
      fence("com.sun.net.httpserver.",                    "debug", "web"),
      fence("tools.jackson."),
      fence("org.yaml.",                                  "lab"),
      fence("org.junit.",                                 "junit"),
      fence("org.opentest4j.",                            "junit"),
      fence("picocli.",                                   "cli"),
      fence("ch.qos.logback.",                            "cli"));

  /** Classes that stand outside the fences, each with its reason. */
  private static final Map<String, String> OUTSIDE_THE_FENCES = Map.of(
      "io.vmxlab.engine.RowIndexer", "runs in the build, where it writes the index of the rows");
  // spotless:on

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.vmxlab");
    assertFalse(classes.isEmpty(), "no classes to look at");
  }

  @Test
  void every_class_stands_on_a_floor() {
    assertNone(
        classes.stream()
            .filter(c -> !FLOORS.containsKey(packageOf(c)))
            .map(c -> c.getName() + " stands in no package of the table"));
  }

  @Test
  void the_table_only_looks_down() {
    assertNone(
        FLOORS.values().stream()
            .flatMap(
                f ->
                    f.knows().stream()
                        .filter(k -> FLOORS.get(k).number() >= f.number())
                        .map(k -> f.name() + " looks up to " + k)));
  }

  @Test
  void a_package_below_a_floor_is_a_room_of_the_table() {
    assertNone(
        classes.stream()
            .map(FloorsTest::roomOf)
            .filter(room -> room.contains(".") && !ROOMS.containsKey(room))
            .map(room -> room + " stands in no table"));
  }

  @Test
  void a_room_enters_only_the_rooms_it_may() {
    assertNone(
        classes.stream()
            .filter(c -> ROOMS.containsKey(roomOf(c)))
            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
            .filter(
                d -> {
                  JavaClass target = d.getTargetClass().getBaseComponentType();
                  String from = roomOf(d.getOriginClass());
                  String to = roomOf(target);
                  return packageOf(target).equals(packageOf(d.getOriginClass()))
                      && !to.equals(from)
                      && !ROOMS.get(from).contains(to);
                })
            .map(d -> d.getDescription()));
  }

  @Test
  void rooms_make_no_circle() {
    ROOMS.keySet().forEach(room -> assertFalse(entered(room).contains(room), room));
  }

  @Test
  void semantics_and_vmx_do_not_see_each_other() {
    assertFalse(seenFrom("semantics").contains("vmx"));
    assertFalse(seenFrom("vmx").contains("semantics"));
  }

  @Test
  void isa_sees_only_arch() {
    assertEquals(Set.of("arch"), seenFrom("isa"));
  }

  @Test
  void models_are_data_that_no_processor_is_needed_for() {
    assertEquals(Set.of("arch", "text"), seenFrom("model"));
  }

  @Test
  void cli_sees_all() {
    Set<String> all = new TreeSet<>(FLOORS.keySet());
    all.removeAll(Set.of("cli", BUILD));
    assertEquals(all, seenFrom("cli"));
  }

  @TestFactory
  Stream<DynamicTest> a_package_sees_only_what_it_knows() {
    return FLOORS.keySet().stream()
        .map(
            name -> {
              Set<String> seen = seenFrom(name);
              return dynamicTest(
                  name + " sees only " + seen,
                  () ->
                      assertNone(
                          uses(name)
                              .filter(u -> u.target().getName().startsWith(BASE))
                              .filter(u -> !packageOf(u.target()).equals(name))
                              .filter(u -> !seen.contains(packageOf(u.target())))
                              .map(Use::text)));
            });
  }

  @TestFactory
  Stream<DynamicTest> the_outside_is_used_only_behind_its_fence() {
    return FENCES.stream()
        .map(
            fence ->
                dynamicTest(
                    fence.begins() + " only in " + fence.packages(),
                    () ->
                        assertNone(
                            FLOORS.keySet().stream()
                                .filter(name -> !name.equals(BUILD))
                                .filter(name -> !fence.packages().contains(name))
                                .flatMap(FloorsTest::uses)
                                .filter(u -> !OUTSIDE_THE_FENCES.containsKey(outermost(u.origin())))
                                .filter(u -> u.targetName().startsWith(fence.begins()))
                                .map(Use::text))));
  }

  @Test
  void nothing_below_machine_prints() {
    List<String> streams = List.of("out", "err", "in");
    List<String> upstairs = List.of(FROM_MACHINE_UP);
    assertNone(
        classes.stream()
            .filter(c -> !upstairs.contains(packageOf(c)))
            .filter(c -> !OUTSIDE_THE_FENCES.containsKey(outermost(c)))
            .flatMap(c -> c.getFieldAccessesFromSelf().stream())
            .filter(a -> a.getTargetOwner().isEquivalentTo(System.class))
            .filter(a -> streams.contains(a.getTarget().getName()))
            .map(a -> a.getDescription()));
  }

  private record Floor(int number, String name, List<String> knows) {}

  private record Fence(String begins, List<String> packages) {}

  private record Use(JavaClass origin, JavaClass target, String text) {
    /** The target's name as the source spells it, nested classes with a dot. */
    String targetName() {
      return target.getName().replace('$', '.');
    }
  }

  private static Floor floor(int number, String name, String... knows) {
    return new Floor(number, name, List.of(knows));
  }

  private static Fence fence(String begins, String... packages) {
    return new Fence(begins, List.of(packages));
  }

  private static Map<String, Floor> table(Floor... floors) {
    Map<String, Floor> table = new LinkedHashMap<>();
    Arrays.stream(floors).forEach(f -> table.put(f.name(), f));
    return table;
  }

  /** The packages that {@code name} may use: its neighbours below and all that they may use. */
  private static Set<String> seenFrom(String name) {
    Set<String> seen = new TreeSet<>();
    for (String known : FLOORS.get(name).knows()) {
      seen.add(known);
      seen.addAll(seenFrom(known));
    }
    return seen;
  }

  private static Stream<Use> uses(String name) {
    List<Use> uses = new ArrayList<>();
    for (JavaClass c : classes) {
      if (packageOf(c).equals(name)) {
        c.getDirectDependenciesFromSelf()
            .forEach(
                d ->
                    uses.add(
                        new Use(c, d.getTargetClass().getBaseComponentType(), d.getDescription())));
      }
    }
    return uses.stream();
  }

  /** The package under {@code io.vmxlab} to which a class belongs; a package below it counts. */
  private static String packageOf(JavaClass c) {
    String inside = c.getPackageName() + ".";
    return inside.startsWith(BASE) && inside.length() > BASE.length()
        ? inside.substring(BASE.length(), inside.indexOf('.', BASE.length()))
        : "";
  }

  /** All of the package's name under {@code io.vmxlab}. */
  private static String roomOf(JavaClass c) {
    String name = c.getPackageName();
    return name.startsWith(BASE) ? name.substring(BASE.length()) : "";
  }

  /** The rooms that can be reached from a room. */
  private static Set<String> entered(String room) {
    Set<String> reached = new TreeSet<>();
    List<String> next = new ArrayList<>(ROOMS.get(room));
    while (!next.isEmpty()) {
      String other = next.remove(0);
      if (reached.add(other)) {
        next.addAll(ROOMS.get(other));
      }
    }
    return reached;
  }

  private static String outermost(JavaClass c) {
    String name = c.getName();
    return name.indexOf('$') < 0 ? name : name.substring(0, name.indexOf('$'));
  }

  private static void assertNone(Stream<String> violations) {
    String text = violations.distinct().sorted().collect(joining("\n  "));
    if (!text.isEmpty()) {
      fail("\n  " + text);
    }
  }
}
