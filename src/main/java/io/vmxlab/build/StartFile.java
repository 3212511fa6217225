package io.vmxlab.build;

import io.vmxlab.cli.Launcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes the file of what a small run needs, as {@link Launcher} reads it. */
final class StartFile {
  private StartFile() {}

  /**
   * The file.
   *
   * @param ahead class files that every run loads, by name, in their order
   * @param others class files that some runs load, by name, in their order, and then other files
   */
  static byte[] of(Map<String, byte[]> ahead, Map<String, byte[]> others) {
    int slots = Integer.highestOneBit(ahead.size() + others.size()) * 4;
    int first = Launcher.HEAD + slots * Integer.BYTES;
    int second = first + size(ahead);
    for (String name : others.keySet()) {
      second += size(name) + 2 * Integer.BYTES;
    }
    ByteBuffer out = ByteBuffer.allocate(second + size(others));
    out.putInt(second).putInt(first + size(ahead)).putInt(slots).position(first);
    for (Map.Entry<String, byte[]> file : ahead.entrySet()) {
      enter(out, slots, file.getKey());
      out.putInt(file.getValue().length).put(file.getValue());
    }
    for (Map.Entry<String, byte[]> file : others.entrySet()) {
      enter(out, slots, file.getKey());
      out.putInt(2 * Integer.BYTES).putInt(second).putInt(file.getValue().length);
      second += file.getValue().length;
    }
    others.values().forEach(out::put);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Of all entries, with their contents. */
  private static int size(Map<String, byte[]> files) {
    return files.entrySet().stream().mapToInt(f -> size(f.getKey()) + f.getValue().length).sum();
  }

  private static int size(String name) {
    return 2 * Integer.BYTES + name.length();
  }

  /** Puts a name where the buffer is, and the place into a slot. */
  private static void enter(ByteBuffer out, int slots, String name) {
    int slot = Launcher.slot(name, slots);
    while (out.getInt(Launcher.HEAD + slot * Integer.BYTES) != 0) {
      slot = slot + 1 & slots - 1;
    }
    out.putInt(Launcher.HEAD + slot * Integer.BYTES, out.position());
    out.putInt(name.length()).put(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A class file without the names of local variables, which only debuggers want. */
  static byte[] withoutVariables(byte[] classFile) {
    ClassWriter out = new ClassWriter(0);
    ClassVisitor copy =
        new ClassVisitor(Opcodes.ASM9, out) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(
                api, super.visitMethod(access, name, descriptor, signature, exceptions)) {
              @Override
              public void visitLocalVariable(
                  String variable, String type, String generic, Label from, Label to, int index) {
                // left out
              }
            };
          }
        };
    new ClassReader(classFile).accept(copy, 0);
    return out.toByteArray();
  }
}
