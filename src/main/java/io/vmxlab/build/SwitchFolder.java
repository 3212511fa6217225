package io.vmxlab.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * Part of the build: lets switches over enumerations go by the constants' numbers. The compiler has
 * them go by numbers of its own, for which it makes a class beside each class with such a switch,
 * since the enumeration may be another one when the program runs. Here it is in the same archive.
 * Argument: the directory of the compiled classes. Classes that are folded already stay as they
 * are.
 */
public final class SwitchFolder {
  private static final String MAP = "$SwitchMap$";

  private final Map<String, ClassNode> classes = new TreeMap<>();

  /** By the class and the name of a map: the constant that each of the compiler's numbers means. */
  private final Map<String, Map<Integer, FieldInsnNode>> maps = new HashMap<>();

  private SwitchFolder() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    SwitchFolder folder = new SwitchFolder();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
        if (path.toString().endsWith(".class")) {
          folder.read(Files.readAllBytes(path));
        }
      }
    }
    for (Map.Entry<String, byte[]> file : folder.fold().entrySet()) {
      Path path = root.resolve(file.getKey() + ".class");
      if (file.getValue().length == 0) {
        Files.delete(path);
      } else {
        Files.write(path, file.getValue());
      }
    }
  }

  /**
   * Folds classes that know each other.
   *
   * @return the changed ones by internal name; nothing for those that are not needed any more
   */
  static Map<String, byte[]> fold(List<byte[]> classes) {
    SwitchFolder folder = new SwitchFolder();
    classes.forEach(folder::read);
    return folder.fold();
  }

  private void read(byte[] bytes) {
    ClassNode read = new ClassNode();
    new ClassReader(bytes).accept(read, 0);
    classes.put(read.name, read);
    if ((read.access & Opcodes.ACC_SYNTHETIC) != 0
        && !read.fields.isEmpty()
        && read.fields.stream().allMatch(f -> f.name.startsWith(MAP))) {
      read.methods.forEach(this::readMaps);
    }
  }

  /** A map's entry is made by: the map, the constant, ordinal(), the number, IASTORE. */
  private void readMaps(MethodNode initialiser) {
    for (AbstractInsnNode insn : initialiser.instructions) {
      if (insn.getOpcode() == Opcodes.IASTORE) {
        AbstractInsnNode number = insn.getPrevious();
        FieldInsnNode constant = (FieldInsnNode) number.getPrevious().getPrevious();
        FieldInsnNode map = (FieldInsnNode) constant.getPrevious();
        maps.computeIfAbsent(key(map), m -> new HashMap<>()).put(number(number), constant);
      }
    }
  }

  private static String key(FieldInsnNode map) {
    return map.owner + "." + map.name;
  }

  private static int number(AbstractInsnNode push) {
    int opcode = push.getOpcode();
    return opcode <= Opcodes.ICONST_5 ? opcode - Opcodes.ICONST_0 : ((IntInsnNode) push).operand;
  }

  private Map<String, byte[]> fold() {
    Set<String> changed = new HashSet<>();
    Set<String> needed = new HashSet<>();
    for (ClassNode c : classes.values()) {
      for (MethodNode method : c.methods) {
        for (AbstractInsnNode insn : method.instructions.toArray()) {
          if (insn instanceof FieldInsnNode && maps.containsKey(key((FieldInsnNode) insn))) {
            FieldInsnNode map = (FieldInsnNode) insn;
            if (fold(method.instructions, map)) {
              changed.add(c.name);
            } else if (!map.owner.equals(c.name)) {
              needed.add(map.owner);
            }
          }
        }
      }
    }
    Set<String> gone = new HashSet<>();
    maps.keySet().forEach(m -> gone.add(m.substring(0, m.indexOf('.'))));
    gone.removeAll(needed);
    Map<String, byte[]> written = new LinkedHashMap<>();
    for (ClassNode c : classes.values()) {
      if (gone.contains(c.name)) {
        written.put(c.name, new byte[0]);
        continue;
      }
      boolean knew = c.innerClasses.removeIf(i -> gone.contains(i.name));
      knew |= c.nestMembers != null && c.nestMembers.removeIf(gone::contains);
      if (knew || changed.contains(c.name)) {
        ClassWriter writer = new ClassWriter(0);
        c.accept(writer);
        written.put(c.name, writer.toByteArray());
      }
    }
    return written;
  }

  /** A switch is: the map, what is looked at, ordinal(), IALOAD, the switch. */
  private boolean fold(InsnList code, FieldInsnNode map) {
    AbstractInsnNode load = map;
    while (load != null && load.getOpcode() != Opcodes.IALOAD) {
      if (load instanceof FrameNode) {
        return false; // it says that the map lies on the stack
      }
      load = load.getNext();
    }
    if (load == null || !isOrdinal(load.getPrevious())) {
      return false;
    }
    AbstractInsnNode by = load.getNext();
    Map<Integer, LabelNode> cases = new TreeMap<>();
    LabelNode otherwise;
    if (by instanceof TableSwitchInsnNode) {
      TableSwitchInsnNode table = (TableSwitchInsnNode) by;
      otherwise = table.dflt;
      for (int i = 0; i < table.labels.size(); i++) {
        put(cases, map, table.min + i, table.labels.get(i));
      }
    } else if (by instanceof LookupSwitchInsnNode) {
      LookupSwitchInsnNode lookup = (LookupSwitchInsnNode) by;
      otherwise = lookup.dflt;
      for (int i = 0; i < lookup.labels.size(); i++) {
        put(cases, map, lookup.keys.get(i), lookup.labels.get(i));
      }
    } else {
      return false;
    }
    if (cases.containsKey(-1)) {
      return false;
    }
    code.set(by, byNumber(cases, otherwise));
    code.remove(load);
    code.remove(map);
    return true;
  }

  private static boolean isOrdinal(AbstractInsnNode insn) {
    return insn instanceof MethodInsnNode && ((MethodInsnNode) insn).name.equals("ordinal");
  }

  /** Enters a case under the number of its constant; -1 if that is not known. */
  private void put(Map<Integer, LabelNode> cases, FieldInsnNode map, int number, LabelNode to) {
    FieldInsnNode constant = maps.get(key(map)).get(number);
    if (constant != null) {
      cases.put(ordinal(constant), to);
    }
  }

  private int ordinal(FieldInsnNode constant) {
    ClassNode owner = classes.get(constant.owner);
    int ordinal = 0;
    for (FieldNode field : owner == null ? List.<FieldNode>of() : owner.fields) {
      if (field.name.equals(constant.name)) {
        return ordinal;
      }
      ordinal += (field.access & Opcodes.ACC_ENUM) != 0 ? 1 : 0;
    }
    return -1;
  }

  /** The shorter of the two instructions, as the compiler chooses. */
  private static AbstractInsnNode byNumber(Map<Integer, LabelNode> cases, LabelNode otherwise) {
    List<Integer> numbers = List.copyOf(cases.keySet());
    int first = numbers.get(0);
    int last = numbers.get(numbers.size() - 1);
    if (last - first + 1 > 2 * numbers.size() + 4) {
      return new LookupSwitchInsnNode(
          otherwise,
          numbers.stream().mapToInt(n -> n).toArray(),
          cases.values().toArray(LabelNode[]::new));
    }
    LabelNode[] labels = new LabelNode[last - first + 1];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = cases.getOrDefault(first + i, otherwise);
    }
    return new TableSwitchInsnNode(first, last, otherwise, labels);
  }
}
