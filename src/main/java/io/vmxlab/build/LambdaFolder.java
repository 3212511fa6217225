package io.vmxlab.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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
  private static final int INVOKESTATIC = 0xB8;
  private static final int PRIVATE = 0x0002;
  private static final int STATIC = 0x0008;
  private static final int SYNTHETIC = 0x1000;

  /** Begins the names that the compiler gives. */
  private static final String BODY = "lambda$";

  /** Where the instructions begin in the attribute that has them. */
  private static final int CODE = 8;

  private final Map<String, ClassFile> files = new TreeMap<>();
  private final Map<String, byte[]> written = new LinkedHashMap<>();

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
  static Map<String, byte[]> fold(List<byte[]> classes) throws IOException {
    LambdaFolder folder = new LambdaFolder();
    for (byte[] bytes : classes) {
      folder.read(bytes);
    }
    return folder.fold();
  }

  private void read(byte[] bytes) throws IOException {
    ClassFile file = ClassFile.read(bytes);
    files.put(file.name(), file);
  }

  private Map<String, byte[]> fold() {
    for (ClassFile file : files.values()) {
      file.methods.replaceAll(m -> opened(file, m));
      Map<Integer, Lambda> sites = sites(file);
      if (!sites.isEmpty()) {
        fold(file, sites);
      }
    }
    return written;
  }

  private void fold(ClassFile file, Map<Integer, Lambda> sites) {
    ClassFile nest = nest(file);
    requireApart(file, sites.values());
    FunctionClass made =
        FunctionClass.of(file, nest.name(), sites.values().stream().distinct().toList());
    for (ClassFile.Member method : file.methods) {
      byte[] code = file.attribute(method.attributes(), "Code");
      if (code != null) {
        redirect(file, code, sites, made);
      }
    }
    join(nest, made.name());
    written.put(made.name(), made.bytes());
    written.put(file.name(), file.bytes());
    written.put(nest.name(), nest.bytes());
  }

  /** The call sites of a class that make lambdas, in the order of the code. */
  private static Map<Integer, Lambda> sites(ClassFile file) {
    Map<Integer, Lambda> sites = new LinkedHashMap<>();
    for (ClassFile.Member method : file.methods) {
      byte[] code = file.attribute(method.attributes(), "Code");
      if (code == null) {
        continue;
      }
      for (int at : calls(code)) {
        int site = Instructions.half(code, at + 1);
        Lambda lambda = Lambda.of(file, site);
        if (lambda != null) {
          sites.put(site, lambda);
        }
      }
    }
    return sites;
  }

  /** Where INVOKEDYNAMIC stands. */
  static List<Integer> calls(byte[] code) {
    List<Integer> calls = new ArrayList<>();
    int end = CODE + Instructions.integer(code, CODE - 4);
    for (int at = CODE; at < end; at += Instructions.length(code, CODE, at)) {
      if ((code[at] & 0xFF) == Instructions.INVOKEDYNAMIC) {
        calls.add(at);
      }
    }
    return calls;
  }

  /**
   * The body of a lambda is a method like others now, {@code name$0} instead of {@code
   * lambda$name$0}: tools that look at class files look for its call site otherwise.
   */
  private static ClassFile.Member opened(ClassFile file, ClassFile.Member m) {
    String name = file.constants.textAt(m.name());
    if ((m.access() & SYNTHETIC) == 0 || !name.startsWith(BODY)) {
      return m;
    }
    file.constants.replace(m.name(), name.substring(BODY.length()));
    int access = m.access() & ~SYNTHETIC;
    return new ClassFile.Member(access, m.name(), m.descriptor(), m.attributes());
  }

  /** INVOKESTATIC and two NOPs are as long as INVOKEDYNAMIC, so nothing else moves. */
  private static void redirect(
      ClassFile file, byte[] code, Map<Integer, Lambda> sites, FunctionClass made) {
    for (int at : calls(code)) {
      Lambda lambda = sites.get(Instructions.half(code, at + 1));
      if (lambda != null) {
        int factory =
            file.constants.method(
                Constants.METHOD,
                made.name(),
                made.factoryOf(lambda),
                FunctionClass.factoryType(lambda));
        code[at] = (byte) INVOKESTATIC;
        code[at + 1] = (byte) (factory >> 8);
        code[at + 2] = (byte) factory;
      }
    }
  }

  /** One class can be all these interfaces only if none has a body for a method of another. */
  private void requireApart(ClassFile file, Collection<Lambda> lambdas) {
    Map<String, String> bodies = new HashMap<>();
    for (Lambda l : lambdas) {
      bodies.put(l.method() + l.descriptor(), "");
    }
    lambdas.stream()
        .map(Lambda::interfaceName)
        .filter(files::containsKey)
        .distinct()
        .forEach(name -> addBodies(file, files.get(name), bodies));
  }

  private void addBodies(ClassFile file, ClassFile type, Map<String, String> bodies) {
    Constants c = type.constants;
    for (ClassFile.Member m : type.methods) {
      boolean inherited = (m.access() & (STATIC | PRIVATE)) == 0;
      if (inherited && type.attribute(m.attributes(), "Code") != null) {
        String method = c.textAt(m.name()) + c.textAt(m.descriptor());
        String other = bodies.putIfAbsent(method, type.name());
        if (other != null && !other.equals(type.name())) {
          throw new IllegalStateException(
              file.name() + ": lambdas of interfaces that share " + method + ", " + type.name());
        }
      }
    }
    for (int parent : type.interfaces) {
      ClassFile known = files.get(c.named(parent));
      if (known != null) {
        addBodies(file, known, bodies);
      }
    }
  }

  /** The class whose nest a class is in. */
  private ClassFile nest(ClassFile file) {
    byte[] host = file.attribute(file.attributes, "NestHost");
    return host == null ? file : files.get(file.constants.named(Instructions.half(host, 0)));
  }

  private static void join(ClassFile nest, String member) {
    byte[] old = nest.attribute(nest.attributes, "NestMembers");
    int type = nest.constants.type(member);
    int count = old == null ? 0 : Instructions.half(old, 0);
    for (int i = 1; i <= count; i++) {
      if (Instructions.half(old, 2 * i) == type) {
        return;
      }
    }
    byte[] members = new byte[4 + 2 * count];
    if (old != null) {
      System.arraycopy(old, 0, members, 0, old.length);
    }
    members[0] = (byte) ((count + 1) >> 8);
    members[1] = (byte) (count + 1);
    members[members.length - 2] = (byte) (type >> 8);
    members[members.length - 1] = (byte) type;
    nest.set(nest.attributes, "NestMembers", members);
  }
}
