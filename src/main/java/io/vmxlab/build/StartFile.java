package io.vmxlab.build;

import io.vmxlab.cli.Launcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
   * @param files by name, in the order in which they are to lie
   */
  static byte[] of(Map<String, byte[]> files) {
    int slots = Integer.highestOneBit(files.size()) * 4;
    int size = (1 + slots) * Integer.BYTES;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      size += 2 * Integer.BYTES + file.getKey().length() + file.getValue().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(slots).position((1 + slots) * Integer.BYTES);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = file.getKey();
      int slot = Launcher.slot(name, slots);
      while (out.getInt((1 + slot) * Integer.BYTES) != 0) {
        slot = slot + 1 & slots - 1;
      }
      out.putInt((1 + slot) * Integer.BYTES, out.position());
      out.putInt(name.length()).put(name.getBytes(StandardCharsets.ISO_8859_1));
      out.putInt(file.getValue().length).put(file.getValue());
    }
    return out.array();
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
