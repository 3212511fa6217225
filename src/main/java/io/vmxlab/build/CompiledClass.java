package io.vmxlab.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What the folding of lambdas asks of a class. */
final class CompiledClass extends ClassVisitor {
  private static final int NOT_INHERITED = Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE;

  final ClassReader reader;

  /** Names and descriptors of the methods with a body that other types inherit. */
  final List<String> inherited = new ArrayList<>();

  /** What its call sites make, in the order of the code. */
  final Set<Lambda> lambdas = new LinkedHashSet<>();

  final Set<String> nestMembers = new HashSet<>();
  private int version;
  private String nest;

  CompiledClass(byte[] bytes) {
    super(Opcodes.ASM9);
    reader = new ClassReader(bytes);
    nest = reader.getClassName();
    reader.accept(this, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  String name() {
    return reader.getClassName();
  }

  /** Internal name of the class whose nest this one is in. */
  String nest() {
    return nest;
  }

  /** Version of the class file. */
  int version() {
    return version;
  }

  /** A method is the body of a lambda that is folded. */
  boolean isBody(int access, String method, String descriptor) {
    return Lambda.isBody(access, method)
        && lambdas.stream()
            .map(Lambda::worker)
            .anyMatch(
                w ->
                    w.getOwner().equals(name())
                        && w.getName().equals(Lambda.opened(method))
                        && w.getDesc().equals(descriptor));
  }

  @Override
  public void visit(
      int fileVersion,
      int access,
      String name,
      String signature,
      String parent,
      String[] interfaces) {
    version = fileVersion;
  }

  @Override
  public void visitNestHost(String host) {
    nest = host;
  }

  @Override
  public void visitNestMember(String member) {
    nestMembers.add(member);
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String method, String descriptor, String signature, String[] exceptions) {
    if ((access & (NOT_INHERITED | Opcodes.ACC_ABSTRACT)) == 0) {
      inherited.add(method + descriptor);
    }
    return new MethodVisitor(Opcodes.ASM9) {
      @Override
      public void visitInvokeDynamicInsn(
          String name, String type, Handle bootstrap, Object... arguments) {
        Lambda lambda = Lambda.of(name, type, bootstrap, arguments);
        if (lambda != null) {
          lambdas.add(lambda);
        }
      }
    };
  }
}
