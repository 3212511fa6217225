package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSHR;
import static org.objectweb.asm.Opcodes.LSTORE;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.ShortWays;
import io.vmxlab.cpu.Width;
import io.vmxlab.engine.InlineCode.Value;
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
  private final InlineCode inline;
  private final RegisterVariables registers;
  private final int cpu;
  private final int mmu;

  /** Local variables for an operand in memory: its address, its value, the way to it. */
  private final int address;

  private final int found;
  private final int way;

  /**
   * Into a method whose local variables these are.
   *
   * @param scratch the first of five that are used here
   */
  OperandCode(
      MethodVisitor code,
      InlineCode inline,
      RegisterVariables registers,
      int cpu,
      int mmu,
      int scratch) {
    this.code = code;
    this.inline = inline;
    this.registers = registers;
    this.cpu = cpu;
    this.mmu = mmu;
    address = scratch;
    found = scratch + 2;
    way = scratch + 4;
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
    find(memory.size(), stored, read, elsewhere);
  }

  /** The same for an access of that size at an address. */
  void find(DataSize size, Value at, boolean stored, boolean read, Label elsewhere) {
    inline.push(at);
    find(size, stored, read, elsewhere);
  }

  private void find(DataSize size, boolean stored, boolean read, Label elsewhere) {
    code.visitVarInsn(LSTORE, address);
    code.visitVarInsn(ALOAD, mmu);
    code.visitVarInsn(LLOAD, address);
    code.visitMethodInsn(INVOKEVIRTUAL, MMU, "way", "(J)L" + WAY + ";", false);
    code.visitVarInsn(ASTORE, way);
    access(size, stored ? "writes" : "reads", "Z");
    code.visitJumpInsn(IFEQ, elsewhere);
    if (read) {
      access(size, "get", "J");
      code.visitVarInsn(LSTORE, found);
    }
  }

  /** What was read. */
  Value found() {
    return InlineCode.variable(found);
  }

  /** Writes where an access was found to have a short way. */
  void put(DataSize size, Value value) {
    inline.settle();
    atWay(size);
    inline.push(value);
    code.visitMethodInsn(INVOKEVIRTUAL, WAY, "put", AT + "J)V", false);
  }

  private void access(DataSize size, String method, String returned) {
    atWay(size);
    code.visitMethodInsn(INVOKEVIRTUAL, WAY, method, AT + ")" + returned, false);
  }

  private void atWay(DataSize size) {
    code.visitVarInsn(ALOAD, way);
    code.visitFieldInsn(GETSTATIC, SIZE, size.name(), "L" + SIZE + ";");
    code.visitVarInsn(LLOAD, address);
  }

  /** The value of operand {@code i}; one in memory has been read. */
  Value value(Slot slot, Operation op, int i) {
    if (slot instanceof Slot.Register) {
      return registers.get((Slot.Register) slot, op.register(i));
    }
    if (slot instanceof Slot.Memory) {
      return found();
    }
    if (slot instanceof Slot.Address) {
      String owner = Type.getInternalName(Width.class);
      Value width = InlineCode.constant(((Slot.Address) slot).width());
      return inline.call(owner, "zeroExtend", "(IJ)J", width, offset(op));
    }
    return InlineCode.constant(op.immediate());
  }

  /** Gives operand 0 its new value. */
  void store(Slot slot, Operation op, Value value) {
    if (slot instanceof Slot.Register) {
      registers.put((Slot.Register) slot, op.register(0), value);
    } else {
      put(((Slot.Memory) slot).size(), value);
    }
  }

  /** Goes on if the number on the stack is canonical, which it is with that width or not. */
  void ifCanonical(int width, Label elsewhere) {
    code.visitInsn(DUP2);
    code.visitLdcInsn(64 - width);
    code.visitInsn(LSHL);
    code.visitLdcInsn(64 - width);
    code.visitInsn(LSHR);
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFNE, elsewhere);
  }

  private void linear(Slot.Memory memory, Operation op, boolean write) {
    Value offset = offset(op);
    if (memory.addressing() instanceof Addressing.Flat) {
      inline.push(offset);
      return;
    }
    inline.settle();
    code.visitVarInsn(ALOAD, cpu);
    code.visitLdcInsn(op.segment());
    inline.push(offset);
    linear(code, memory, write);
  }

  /** Makes a linear address of what is on the stack: the processor, a segment, an offset. */
  static void linear(MethodVisitor code, Slot.Memory memory, boolean write) {
    code.visitLdcInsn(((Addressing.Segmented) memory.addressing()).addressSize());
    code.visitLdcInsn(memory.size().bits / 8);
    code.visitInsn(write ? ICONST_1 : ICONST_0);
    code.visitMethodInsn(INVOKESTATIC, SEGMENTED, "linear", "(" + CPU + "IJIIZ)J", false);
  }

  private Value offset(Operation op) {
    return inline.call(
        ADDRESSING,
        "sum",
        "(JJIJ)J",
        registers.whole(op.base()),
        registers.whole(op.index()),
        InlineCode.constant(op.scale()),
        InlineCode.constant(op.displacement()));
  }
}
