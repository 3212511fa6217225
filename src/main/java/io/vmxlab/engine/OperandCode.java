package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.ShortWays;
import io.vmxlab.cpu.Width;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Code of a region that fetches and stores operands: what the methods of {@link Slot} do, with
 * registers in local variables and everything else as constants, as long as memory has a short way.
 */
final class OperandCode {
  private static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String MMU = Type.getInternalName(Mmu.class);
  private static final String SIZE = Type.getInternalName(DataSize.class);
  private static final String WAY = Type.getInternalName(ShortWays.Way.class);
  private static final String AT = "(" + Type.getDescriptor(DataSize.class) + "J";
  private static final String ADDRESSING = Type.getInternalName(Addressing.class);
  private static final String SEGMENTED = Type.getInternalName(Addressing.Segmented.class);

  private final MethodVisitor code;
  private final RegisterVariables registers;
  private final int cpu;
  private final int mmu;

  /** Local variables for an operand in memory: its address, its value, the way to it. */
  private final int address;

  private final int found;
  private final int way;

  /** Local variable for a value that is put aside. */
  private final int value;

  /**
   * Into a method whose local variables these are.
   *
   * @param scratch the first of seven that are used here
   */
  OperandCode(MethodVisitor code, RegisterVariables registers, int cpu, int mmu, int scratch) {
    this.code = code;
    this.registers = registers;
    this.cpu = cpu;
    this.mmu = mmu;
    address = scratch;
    value = scratch + 2;
    found = scratch + 4;
    way = scratch + 6;
  }

  /**
   * Finds the operand in memory, if there is one, by a short way; reads it if it is a source.
   *
   * @param stored it is operand 0, and will be stored
   * @param read its value is wanted
   * @param elsewhere where to go on if there is no short way; the stack has to be empty
   */
  void locate(Slot.Memory memory, Operation op, boolean stored, boolean read, Label elsewhere) {
    linear(memory, op, stored);
    code.visitVarInsn(LSTORE, address);
    code.visitVarInsn(ALOAD, mmu);
    code.visitVarInsn(LLOAD, address);
    code.visitMethodInsn(INVOKEVIRTUAL, MMU, "way", "(J)L" + WAY + ";", false);
    code.visitVarInsn(ASTORE, way);
    access(memory, stored ? "writes" : "reads", "Z");
    code.visitJumpInsn(IFEQ, elsewhere);
    if (read) {
      access(memory, "get", "J");
      code.visitVarInsn(LSTORE, found);
    }
  }

  private void access(Slot.Memory memory, String method, String returned) {
    atWay(memory);
    code.visitMethodInsn(INVOKEVIRTUAL, WAY, method, AT + ")" + returned, false);
  }

  private void atWay(Slot.Memory memory) {
    code.visitVarInsn(ALOAD, way);
    code.visitFieldInsn(GETSTATIC, SIZE, memory.size().name(), "L" + SIZE + ";");
    code.visitVarInsn(LLOAD, address);
  }

  /** Pushes the value of operand {@code i}; one in memory has been read. */
  void value(Slot slot, Operation op, int i) {
    if (slot instanceof Slot.Register) {
      registers.get((Slot.Register) slot, op.register(i));
    } else if (slot instanceof Slot.Memory) {
      code.visitVarInsn(LLOAD, found);
    } else if (slot instanceof Slot.Address) {
      code.visitLdcInsn(((Slot.Address) slot).width());
      offset(op);
      String width = Type.getInternalName(Width.class);
      code.visitMethodInsn(INVOKESTATIC, width, "zeroExtend", "(IJ)J", false);
    } else {
      code.visitLdcInsn(op.immediate());
    }
  }

  /** Pops the new value of operand 0. */
  void store(Slot slot, Operation op) {
    if (slot instanceof Slot.Register) {
      registers.put((Slot.Register) slot, op.register(0));
    } else {
      keep();
      atWay((Slot.Memory) slot);
      kept();
      code.visitMethodInsn(INVOKEVIRTUAL, WAY, "put", AT + "J)V", false);
    }
  }

  /** Puts the value on the stack aside. */
  void keep() {
    code.visitVarInsn(LSTORE, value);
  }

  /** Pushes what was put aside. */
  void kept() {
    code.visitVarInsn(LLOAD, value);
  }

  private void linear(Slot.Memory memory, Operation op, boolean write) {
    if (memory.addressing() instanceof Addressing.Flat) {
      offset(op);
      return;
    }
    code.visitVarInsn(ALOAD, cpu);
    code.visitLdcInsn(op.segment());
    offset(op);
    code.visitLdcInsn(((Addressing.Segmented) memory.addressing()).addressSize());
    code.visitLdcInsn(memory.size().bits / 8);
    code.visitInsn(write ? ICONST_1 : ICONST_0);
    code.visitMethodInsn(INVOKESTATIC, SEGMENTED, "linear", "(" + CPU + "IJIIZ)J", false);
  }

  private void offset(Operation op) {
    registers.push(op.base());
    registers.push(op.index());
    code.visitLdcInsn(op.scale());
    code.visitLdcInsn(op.displacement());
    code.visitMethodInsn(INVOKESTATIC, ADDRESSING, "sum", "(JJIJ)J", true);
  }
}
