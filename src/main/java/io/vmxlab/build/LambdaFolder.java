package io.vmxlab.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Part of the build: gives the lambdas of a class one class that the compiler's way would make at
 * run time, one for each lambda and with machinery of its own: a third of the time of a small run.
 * The call that makes a lambda becomes a call of that class. Argument: the directory of the
 * compiled classes. Classes that are folded already stay as they are.
 */
public final class LambdaFolder {
  private final Map<String, CompiledClass> classes = new TreeMap<>();

  private LambdaFolder() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    LambdaFolder folder = new LambdaFolder();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
        if (path.toString().endsWith(".class")) {
          folder.read(Files.readAllBytes(path));
        }
      }
    }
    for (Map.Entry<String, byte[]> file : folder.fold().entrySet()) {
      Files.write(root.resolve(file.getKey() + ".class"), file.getValue());
    }
  }

  /**
   * Folds classes that know each other.
   *
   * @return the changed and the new ones, by internal name
   */
  static Map<String, byte[]> fold(List<byte[]> classes) {
    LambdaFolder folder = new LambdaFolder();
    classes.forEach(folder::read);
    return folder.fold();
  }

  private void read(byte[] bytes) {
    CompiledClass read = new CompiledClass(bytes);
    classes.put(read.name(), read);
  }

  private Map<String, byte[]> fold() {
    Map<String, FunctionClass> functions = new TreeMap<>();
    Map<String, List<String>> joining = new HashMap<>();
    for (CompiledClass c : classes.values()) {
      if (!c.lambdas.isEmpty()) {
        requireApart(c);
        FunctionClass made =
            FunctionClass.of(c.version(), c.name(), c.nest(), List.copyOf(c.lambdas));
        functions.put(c.name(), made);
        if (!classes.get(c.nest()).nestMembers.contains(made.name())) {
          joining.computeIfAbsent(c.nest(), n -> new ArrayList<>()).add(made.name());
        }
      }
    }
    Map<String, byte[]> written = new LinkedHashMap<>();
    functions.values().forEach(f -> written.put(f.name(), f.bytes()));
    for (CompiledClass c : classes.values()) {
      List<String> members = joining.getOrDefault(c.name(), List.of());
      FunctionClass made = functions.get(c.name());
      if (made != null || !members.isEmpty()) {
        written.put(c.name(), FoldingWriter.write(c, made, members));
      }
    }
    return written;
  }

  /** One class can be all these interfaces only if none has a body for a method of another. */
  private void requireApart(CompiledClass c) {
    Map<String, String> bodies = new HashMap<>();
    for (Lambda l : c.lambdas) {
      bodies.put(l.method() + l.descriptor(), "");
    }
    c.lambdas.stream()
        .map(l -> l.type().getInternalName())
        .filter(classes::containsKey)
        .distinct()
        .forEach(name -> addBodies(c, classes.get(name), bodies));
  }

  private void addBodies(CompiledClass c, CompiledClass type, Map<String, String> bodies) {
    for (String method : type.inherited) {
      String other = bodies.putIfAbsent(method, type.name());
      if (other != null && !other.equals(type.name())) {
        throw new IllegalStateException(
            c.name() + ": lambdas of interfaces that share " + method + ", " + type.name());
      }
    }
    for (String parent : type.reader.getInterfaces()) {
      if (classes.containsKey(parent)) {
        addBodies(c, classes.get(parent), bodies);
      }
    }
  }
}
