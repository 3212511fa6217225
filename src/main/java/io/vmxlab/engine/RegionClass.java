package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The class file of a region, and the objects that its code refers to. */
final class RegionClass {
  static final String REGION = Type.getInternalName(Region.class);
  static final String NAME = REGION + "Code";
  static final String OPERATION = Type.getDescriptor(Operation.class);

  /** For the static initialiser of the class being defined; guarded by the class lock. */
  private static Object[] pending;

  private final HiddenClass out = new HiddenClass(NAME, Region.class);

  /** Operations that the region may end in; their numbers are their places. */
  private final List<Operation> operations = new ArrayList<>();

  /** Values of the static fields c0, c1, ..., and their types. */
  private final List<Object> constants = new ArrayList<>();

  private final List<String> types = new ArrayList<>();

  /** For static initialisers of regions. */
  static Object[] constants() {
    return pending;
  }

  MethodVisitor method(int access, String name, String descriptor) {
    return out.method(access, name, descriptor);
  }

  /** The operation's number from now on. */
  int number(Operation op) {
    operations.add(op);
    return operations.size() - 1;
  }

  /** Pushes an object, which is a constant to the JIT compiler. */
  void push(MethodVisitor code, Object value, String type) {
    String field = "c" + constants.size();
    constants.add(value);
    types.add(type);
    out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, field, type, null, null).visitEnd();
    code.visitFieldInsn(GETSTATIC, NAME, field, type);
  }

  Region define() {
    initialiser();
    synchronized (RegionClass.class) {
      pending = constants.toArray();
      try {
        Region region = (Region) out.define().getDeclaredConstructor().newInstance();
        region.ends = operations.toArray(new Operation[0]);
        return region;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      } finally {
        pending = null;
      }
    }
  }

  private void initialiser() {
    MethodVisitor m = method(ACC_STATIC, "<clinit>", "()V");
    m.visitCode();
    String all = "()[" + Type.getDescriptor(Object.class);
    m.visitMethodInsn(
        INVOKESTATIC, Type.getInternalName(RegionClass.class), "constants", all, false);
    for (int i = 0; i < constants.size(); i++) {
      String type = types.get(i);
      m.visitInsn(DUP);
      m.visitLdcInsn(i);
      m.visitInsn(AALOAD);
      m.visitTypeInsn(CHECKCAST, Type.getType(type).getInternalName());
      m.visitFieldInsn(PUTSTATIC, NAME, "c" + i, type);
    }
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }
}
