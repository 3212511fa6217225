package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import java.util.List;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The local variables that hold the flags in a method of a region. A method that is called gets an
 * object made of them, and its fields become the variables again. The JIT compiler removes the
 * object, and the computation of flags to where they are used: what the next instruction overwrites
 * is computed only on the way to an exception.
 */
final class FlagVariables {
  private static final String FLAGS = Type.getInternalName(LazyFlags.class);
  private static final String OWNER = Type.getInternalName(Cpu.class);
  private static final List<String> FIELDS =
      List.of("flagResult", "flagLeft", "flagRight", "flagSum");

  private final MethodVisitor code;
  private final int cpu;
  private final int object;

  /**
   * Held in local variables.
   *
   * @param cpu local variable that has the processor
   * @param first of nine that are free
   */
  FlagVariables(MethodVisitor code, int cpu, int first) {
    this.code = code;
    this.cpu = cpu;
    object = first;
  }

  private int variable(int i) {
    return object + 1 + 2 * i;
  }

  /** The local variable of a field. */
  int variable(String field) {
    return variable(FIELDS.indexOf(field));
  }

  /** The variables become what the processor has. */
  void load() {
    take(cpu, OWNER);
  }

  private void take(int from, String type) {
    for (int i = 0; i < FIELDS.size(); i++) {
      code.visitVarInsn(ALOAD, from);
      code.visitFieldInsn(GETFIELD, type, FIELDS.get(i), "J");
      code.visitVarInsn(LSTORE, variable(i));
    }
  }

  /** The processor gets what the variables have. */
  void store() {
    for (int i = 0; i < FIELDS.size(); i++) {
      code.visitVarInsn(ALOAD, cpu);
      code.visitVarInsn(LLOAD, variable(i));
      code.visitFieldInsn(PUTFIELD, OWNER, FIELDS.get(i), "J");
    }
  }

  /** Pushes the flags as an object. */
  void push() {
    code.visitTypeInsn(NEW, FLAGS);
    code.visitInsn(DUP);
    for (int i = 0; i < FIELDS.size(); i++) {
      code.visitVarInsn(LLOAD, variable(i));
    }
    code.visitMethodInsn(INVOKESPECIAL, FLAGS, "<init>", "(JJJJ)V", false);
    code.visitInsn(DUP);
    code.visitVarInsn(ASTORE, object);
  }

  /** The variables become what the object has that was pushed last. */
  void take() {
    take(object, FLAGS);
  }
}
