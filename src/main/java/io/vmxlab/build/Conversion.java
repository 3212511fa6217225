package io.vmxlab.build;

import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.F2D;
import static org.objectweb.asm.Opcodes.I2D;
import static org.objectweb.asm.Opcodes.I2F;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.L2D;
import static org.objectweb.asm.Opcodes.L2F;
import static org.objectweb.asm.Opcodes.NOP;
import static org.objectweb.asm.Opcodes.POP;
import static org.objectweb.asm.Opcodes.POP2;

import java.util.List;
import java.util.Map;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** From one type to another, as a function object has to: casts, boxes, unboxes, widens. */
final class Conversion {
  static final Type OBJECT = Type.getType(Object.class);

  private static final Map<Type, Type> BOXES =
      Map.of(
          Type.BOOLEAN_TYPE, Type.getType(Boolean.class),
          Type.BYTE_TYPE, Type.getType(Byte.class),
          Type.SHORT_TYPE, Type.getType(Short.class),
          Type.CHAR_TYPE, Type.getType(Character.class),
          Type.INT_TYPE, Type.getType(Integer.class),
          Type.LONG_TYPE, Type.getType(Long.class),
          Type.FLOAT_TYPE, Type.getType(Float.class),
          Type.DOUBLE_TYPE, Type.getType(Double.class));

  private static final List<Type> SMALL =
      List.of(Type.BOOLEAN_TYPE, Type.BYTE_TYPE, Type.SHORT_TYPE, Type.CHAR_TYPE);

  private Conversion() {}

  /** The type as which the JVM keeps values of a type: an int, long, float, double or object. */
  static Type kept(Type type) {
    return !BOXES.containsKey(type) ? OBJECT : SMALL.contains(type) ? Type.INT_TYPE : type;
  }

  private static boolean isPrimitive(Type type) {
    return BOXES.containsKey(type);
  }

  /**
   * Converts the value on the stack.
   *
   * @param seen the type that a reference has where the other is primitive
   */
  static void write(MethodVisitor code, Type from, Type seen, Type to) {
    if (to.equals(Type.VOID_TYPE)) {
      if (from.getSize() > 0) {
        code.visitInsn(from.getSize() == 1 ? POP : POP2);
      }
    } else if (isPrimitive(from) && isPrimitive(to)) {
      widen(code, kept(from), kept(to));
    } else if (isPrimitive(from)) {
      Type box = BOXES.get(from);
      String maker = Type.getMethodDescriptor(box, from);
      code.visitMethodInsn(INVOKESTATIC, box.getInternalName(), "valueOf", maker, false);
    } else if (isPrimitive(to)) {
      Type primitive = unboxed(seen, to);
      String box = BOXES.get(primitive).getInternalName();
      code.visitTypeInsn(CHECKCAST, box);
      code.visitMethodInsn(
          INVOKEVIRTUAL,
          box,
          primitive.getClassName() + "Value",
          Type.getMethodDescriptor(primitive),
          false);
      widen(code, kept(primitive), kept(to));
    } else if (!from.equals(to) && !to.equals(OBJECT)) {
      code.visitTypeInsn(CHECKCAST, to.getInternalName());
    }
  }

  /** The primitive type that a class boxes; the other type if it boxes none. */
  private static Type unboxed(Type box, Type other) {
    return BOXES.entrySet().stream()
        .filter(b -> b.getValue().equals(box))
        .map(Map.Entry::getKey)
        .findAny()
        .orElse(other);
  }

  private static void widen(MethodVisitor code, Type from, Type to) {
    int opcode =
        switch (from.getDescriptor() + to.getDescriptor()) {
          case "IJ" -> I2L;
          case "IF" -> I2F;
          case "ID" -> I2D;
          case "JF" -> L2F;
          case "JD" -> L2D;
          case "FD" -> F2D;
          default -> NOP;
        };
    if (opcode != NOP) {
      code.visitInsn(opcode);
    }
  }
}
