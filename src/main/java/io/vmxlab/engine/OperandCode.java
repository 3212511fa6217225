package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.Width;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Code of a region that fetches and stores operands: what the methods of {@link Slot} do, with
 * registers in local variables and everything else as constants.
 */
final class OperandCode {
  private static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String MMU = Type.getInternalName(Mmu.class);
  private static final String SIZE = Type.getInternalName(DataSize.class);
  private static final String AT = "(" + Type.getDescriptor(DataSize.class) + "JI";
  private static final String ADDRESSING = Type.getInternalName(Addressing.class);
  private static final String SEGMENTED = Type.getInternalName(Addressing.Segmented.class);

  private final MethodVisitor code;
  private final RegisterVariables registers;
  private final int cpu;
  private final int mmu;

  /** Local variables for the address of the operand that will be stored, and for its value. */
  private final int address;

  private final int value;

  /**
   * Into a method whose local variables these are.
   *
   * @param scratch the first of four that are used here
   */
  OperandCode(MethodVisitor code, RegisterVariables registers, int cpu, int mmu, int scratch) {
    this.code = code;
    this.registers = registers;
    this.cpu = cpu;
    this.mmu = mmu;
    address = scratch;
    value = scratch + 2;
  }

  /** Finds the operand that {@link #store} will store. */
  void locate(Slot slot, Operation op) {
    if (slot instanceof Slot.Memory) {
      linear((Slot.Memory) slot, op, true);
      code.visitVarInsn(LSTORE, address);
    }
  }

  /** Pushes the value of operand {@code i}, which is only read. */
  void value(Slot slot, Operation op, int i) {
    if (slot instanceof Slot.Register) {
      registers.get((Slot.Register) slot, op.register(i));
    } else if (slot instanceof Slot.Memory) {
      Slot.Memory memory = (Slot.Memory) slot;
      code.visitVarInsn(ALOAD, mmu);
      size(memory);
      linear(memory, op, false);
      code.visitLdcInsn(op.segment());
      code.visitMethodInsn(INVOKEVIRTUAL, MMU, "read", AT + ")J", false);
    } else if (slot instanceof Slot.Address) {
      code.visitLdcInsn(((Slot.Address) slot).width());
      offset(op);
      String width = Type.getInternalName(Width.class);
      code.visitMethodInsn(INVOKESTATIC, width, "zeroExtend", "(IJ)J", false);
    } else {
      code.visitLdcInsn(op.immediate());
    }
  }

  /** Pushes the value of operand 0, after every fault that storing could raise. */
  void loadForStore(Slot slot, Operation op) {
    if (slot instanceof Slot.Memory) {
      atAddress((Slot.Memory) slot, op);
      code.visitMethodInsn(INVOKEVIRTUAL, MMU, "readForWrite", AT + ")J", false);
    } else {
      value(slot, op, 0);
    }
  }

  /** Raises every fault that storing operand 0 could raise. */
  void checkStore(Slot slot, Operation op) {
    if (slot instanceof Slot.Memory) {
      atAddress((Slot.Memory) slot, op);
      code.visitMethodInsn(INVOKEVIRTUAL, MMU, "checkWrite", AT + ")V", false);
    }
  }

  /** Pops the new value of operand 0. */
  void store(Slot slot, Operation op) {
    if (slot instanceof Slot.Register) {
      registers.put((Slot.Register) slot, op.register(0));
    } else {
      keep();
      atAddress((Slot.Memory) slot, op);
      kept();
      code.visitMethodInsn(INVOKEVIRTUAL, MMU, "write", AT + "J)V", false);
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

  private void atAddress(Slot.Memory memory, Operation op) {
    code.visitVarInsn(ALOAD, mmu);
    size(memory);
    code.visitVarInsn(LLOAD, address);
    code.visitLdcInsn(op.segment());
  }

  private void size(Slot.Memory memory) {
    code.visitFieldInsn(GETSTATIC, SIZE, memory.size().name(), "L" + SIZE + ";");
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
