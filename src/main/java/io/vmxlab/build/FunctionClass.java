package io.vmxlab.build;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.ACONST_NULL;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.DCONST_0;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.FCONST_0;
import static org.objectweb.asm.Opcodes.F_SAME;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.SIPUSH;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The class of all function objects that another class makes. An object knows its number, by which
 * the methods of the functional interfaces find what to do, and the values it keeps.
 */
final class FunctionClass {
  /** What the class is called behind the name of the class it serves. */
  static final String SUFFIX = "$Lambdas";

  private static final String CONSTRUCTOR = "<init>";
  private static final String NUMBER = "number";

  /** What fields can be, and the instruction that stands for nothing kept in one. */
  private static final Map<Type, Integer> NOTHING = new LinkedHashMap<>();

  static {
    NOTHING.put(Type.INT_TYPE, ICONST_0);
    NOTHING.put(Type.LONG_TYPE, LCONST_0);
    NOTHING.put(Type.FLOAT_TYPE, FCONST_0);
    NOTHING.put(Type.DOUBLE_TYPE, DCONST_0);
    NOTHING.put(Conversion.OBJECT, ACONST_NULL);
  }

  private final ClassWriter file = new ClassWriter(ClassWriter.COMPUTE_MAXS);
  private final String name;

  /** Its lambdas in the order of their numbers: those of the same method together. */
  private final List<Lambda> lambdas;

  /** Types of the fields for what is kept: as many of each kind as one lambda keeps at most. */
  private final List<Type> kept = new ArrayList<>();

  private final Map<Lambda, String> factories = new LinkedHashMap<>();

  private FunctionClass(int version, String served, String nest, List<Lambda> made) {
    name = served + SUFFIX;
    Map<String, List<Lambda>> methods = new LinkedHashMap<>();
    for (Lambda l : made) {
      methods.computeIfAbsent(l.method() + l.descriptor(), m -> new ArrayList<>()).add(l);
    }
    lambdas = methods.values().stream().flatMap(List::stream).toList();
    String[] interfaces =
        lambdas.stream().map(l -> l.type().getInternalName()).distinct().toArray(String[]::new);
    int access = ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC;
    file.visit(version, access, name, null, Conversion.OBJECT.getInternalName(), interfaces);
    file.visitNestHost(nest);
    for (Type kind : NOTHING.keySet()) {
      long most = lambdas.stream().mapToLong(l -> count(l.captured(), kind)).max().orElse(0);
      for (long i = 0; i < most; i++) {
        kept.add(kind);
      }
    }
    construct();
    lambdas.forEach(this::factory);
    methods.values().forEach(this::method);
    file.visitEnd();
  }

  /**
   * Makes the class.
   *
   * @param version of the class file
   * @param served internal name of the class that makes the objects
   * @param nest internal name of the class whose members may see each other's private members
   */
  static FunctionClass of(int version, String served, String nest, List<Lambda> made) {
    return new FunctionClass(version, served, nest, made);
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return file.toByteArray();
  }

  /** Name of the static method that makes the object, from the values it keeps. */
  String factoryOf(Lambda lambda) {
    return factories.get(lambda);
  }

  /** Descriptor of that method. */
  static String factoryType(Lambda lambda) {
    return Type.getMethodDescriptor(lambda.type(), lambda.captured().toArray(Type[]::new));
  }

  private static long count(List<Type> types, Type kind) {
    return types.stream().filter(t -> Conversion.kept(t).equals(kind)).count();
  }

  /** Number of the field that keeps captured value {@code i}. */
  private int place(List<Type> captured, int i) {
    Type kind = Conversion.kept(captured.get(i));
    return kept.indexOf(kind) + (int) count(captured.subList(0, i), kind);
  }

  private String constructorType() {
    List<Type> types = new ArrayList<>(kept);
    types.add(0, Type.INT_TYPE);
    return Type.getMethodDescriptor(Type.VOID_TYPE, types.toArray(Type[]::new));
  }

  private void construct() {
    String type = constructorType();
    MethodVisitor code = begin(0, CONSTRUCTOR, type);
    code.visitVarInsn(ALOAD, 0);
    String parent = Conversion.OBJECT.getInternalName();
    code.visitMethodInsn(INVOKESPECIAL, parent, CONSTRUCTOR, "()V", false);
    keep(code, NUMBER, Type.INT_TYPE, 1);
    int local = 2;
    for (int i = 0; i < kept.size(); i++) {
      keep(code, "kept" + i, kept.get(i), local);
      local += kept.get(i).getSize();
    }
    end(code, RETURN);
  }

  private void keep(MethodVisitor code, String field, Type type, int local) {
    file.visitField(ACC_FINAL, field, type.getDescriptor(), null, null).visitEnd();
    code.visitVarInsn(ALOAD, 0);
    code.visitVarInsn(type.getOpcode(ILOAD), local);
    code.visitFieldInsn(PUTFIELD, name, field, type.getDescriptor());
  }

  private void factory(Lambda lambda) {
    String factory = "make" + factories.size();
    factories.put(lambda, factory);
    MethodVisitor code = begin(ACC_STATIC, factory, factoryType(lambda));
    List<Type> captured = lambda.captured();
    int[] locals = new int[kept.size()];
    int local = 0;
    for (int i = 0; i < captured.size(); i++) {
      locals[place(captured, i)] = local + 1;
      local += captured.get(i).getSize();
    }
    code.visitTypeInsn(NEW, name);
    code.visitInsn(DUP);
    code.visitIntInsn(SIPUSH, lambdas.indexOf(lambda));
    for (int i = 0; i < locals.length; i++) {
      if (locals[i] == 0) {
        code.visitInsn(NOTHING.get(kept.get(i)));
      } else {
        code.visitVarInsn(kept.get(i).getOpcode(ILOAD), locals[i] - 1);
      }
    }
    code.visitMethodInsn(INVOKESPECIAL, name, CONSTRUCTOR, constructorType(), false);
    end(code, ARETURN);
  }

  /** The method of an interface, for all lambdas that have it. */
  private void method(List<Lambda> bodies) {
    Lambda first = bodies.get(0);
    MethodVisitor code = begin(ACC_PUBLIC, first.method(), first.descriptor().getDescriptor());
    Label[] labels = new Label[bodies.size()];
    if (bodies.size() > 1) {
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, NUMBER, Type.INT_TYPE.getDescriptor());
      for (int i = 0; i < labels.length; i++) {
        labels[i] = new Label();
      }
      int lowest = lambdas.indexOf(first);
      int highest = lowest + labels.length - 1;
      code.visitTableSwitchInsn(lowest, highest, labels[labels.length - 1], labels);
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != null) {
        code.visitLabel(labels[i]);
        code.visitFrame(F_SAME, 0, null, 0, null);
      }
      body(code, bodies.get(i));
    }
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  /** Calls the method that does the work and gives back what it leaves. */
  private void body(MethodVisitor code, Lambda lambda) {
    Handle worker = lambda.worker();
    if (lambda.isNew()) {
      code.visitTypeInsn(NEW, worker.getOwner());
      code.visitInsn(DUP);
    }
    List<Type> working = lambda.working();
    List<Type> captured = lambda.captured();
    for (int i = 0; i < captured.size(); i++) {
      int place = place(captured, i);
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, "kept" + place, kept.get(place).getDescriptor());
      if (kept.get(place).equals(Conversion.OBJECT)) {
        Conversion.write(code, Conversion.OBJECT, Conversion.OBJECT, working.get(i));
      }
    }
    Type[] given = lambda.descriptor().getArgumentTypes();
    Type[] seen = lambda.seen().getArgumentTypes();
    int local = 1;
    for (int i = 0; i < given.length; i++) {
      code.visitVarInsn(given[i].getOpcode(ILOAD), local);
      Conversion.write(code, given[i], seen[i], working.get(captured.size() + i));
      local += given[i].getSize();
    }
    int call =
        lambda.isNew()
            ? INVOKESPECIAL
            : lambda.isStatic()
                ? INVOKESTATIC
                : worker.isInterface() ? INVOKEINTERFACE : INVOKEVIRTUAL;
    code.visitMethodInsn(
        call, worker.getOwner(), worker.getName(), worker.getDesc(), worker.isInterface());
    Type result = lambda.descriptor().getReturnType();
    Conversion.write(code, lambda.left(), lambda.left(), result);
    code.visitInsn(result.getOpcode(IRETURN));
  }

  private MethodVisitor begin(int access, String method, String type) {
    MethodVisitor code = file.visitMethod(access, method, type, null, null);
    code.visitCode();
    return code;
  }

  private static void end(MethodVisitor code, int giveBack) {
    code.visitInsn(giveBack);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }
}
