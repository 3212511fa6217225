package io.vmxlab.build;

import java.util.List;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes a class with its lambdas folded. */
final class FoldingWriter extends ClassVisitor {
  private final CompiledClass of;
  private final FunctionClass functions;
  private final List<String> members;

  private FoldingWriter(
      CompiledClass of, ClassWriter to, FunctionClass functions, List<String> members) {
    super(Opcodes.ASM9, to);
    this.of = of;
    this.functions = functions;
    this.members = members;
  }

  /**
   * The class anew.
   *
   * @param functions makes its function objects; null if it has none
   * @param members classes that join its nest
   */
  static byte[] write(CompiledClass of, FunctionClass functions, List<String> members) {
    ClassWriter writer = new ClassWriter(0);
    of.reader.accept(new FoldingWriter(of, writer, functions, members), 0);
    return writer.toByteArray();
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    boolean body = of.isBody(access, name, descriptor);
    MethodVisitor to =
        super.visitMethod(
            body ? access & ~Opcodes.ACC_SYNTHETIC : access,
            body ? Lambda.opened(name) : name,
            descriptor,
            signature,
            exceptions);
    return new MethodVisitor(Opcodes.ASM9, to) {
      @Override
      public void visitInvokeDynamicInsn(
          String method, String type, Handle bootstrap, Object... arguments) {
        Lambda lambda = Lambda.of(method, type, bootstrap, arguments);
        if (lambda == null) {
          super.visitInvokeDynamicInsn(method, type, bootstrap, arguments);
        } else {
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC,
              functions.name(),
              functions.factoryOf(lambda),
              FunctionClass.factoryType(lambda),
              false);
        }
      }
    };
  }

  @Override
  public void visitEnd() {
    members.forEach(this::visitNestMember);
    super.visitEnd();
  }
}
