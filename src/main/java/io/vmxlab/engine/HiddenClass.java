package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASM9;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.SIPUSH;
import static org.objectweb.asm.Opcodes.V17;

import java.lang.invoke.MethodHandles;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The file of a class that is written at run time, with a constructor without parameters. The JVM
 * unloads such a class when nothing uses it.
 */
final class HiddenClass extends ClassWriter {
  /** Of a class with that internal name. */
  HiddenClass(String name, Class<?> parent) {
    super(COMPUTE_FRAMES);
    String above = Type.getInternalName(parent);
    visit(V17, ACC_FINAL | ACC_SUPER, name, null, above, null);
    MethodVisitor constructor = visitMethod(0, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(ALOAD, 0);
    constructor.visitMethodInsn(INVOKESPECIAL, above, "<init>", "()V", false);
    constructor.visitInsn(RETURN);
    constructor.visitMaxs(0, 0);
    constructor.visitEnd();
  }

  /** No code depends on what two classes have in common, and none is loaded to find it. */
  @Override
  protected String getCommonSuperClass(String a, String b) {
    return Type.getInternalName(Object.class);
  }

  /**
   * Begins a method. It pushes numbers by the shortest instruction: how long a method may be is
   * bounded.
   */
  MethodVisitor method(int access, String name, String descriptor) {
    return new MethodVisitor(ASM9, visitMethod(access, name, descriptor, null, null)) {
      @Override
      public void visitLdcInsn(Object value) {
        if (value instanceof Integer number && (short) (int) number == number) {
          visitNumber(number);
        } else if (value instanceof Long number && (number == 0 || number == 1)) {
          visitInsn(LCONST_0 + (int) (long) number);
        } else {
          super.visitLdcInsn(value);
        }
      }

      private void visitNumber(int number) {
        if (number >= -1 && number <= 5) {
          visitInsn(ICONST_0 + number);
        } else {
          visitIntInsn((byte) number == number ? BIPUSH : SIPUSH, number);
        }
      }
    };
  }

  /** Ends it and has the JVM load and initialise it. */
  Class<?> define() {
    visitEnd();
    try {
      return MethodHandles.lookup().defineHiddenClass(toByteArray(), true).lookupClass();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
