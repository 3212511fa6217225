package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ACONST_NULL;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INSTANCEOF;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.VmExit;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A method of a region: operations in a row with registers in local variables, and ways out. An
 * exception leaves behind which operation it comes from.
 */
final class RegionMethod {
  static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String CPU_NAME = Type.getInternalName(Cpu.class);

  // local variables; types of two words have two
  static final int THIS = 0;
  static final int ON = 1;
  private static final int AT = 2;
  private static final int THROWN = 3;
  private static final int WAY = 4;
  private static final int MMU = 5;
  private static final int RETIRED = 6;

  /** Where an indirect branch goes. */
  static final int TARGET = 8;

  private static final int SCRATCH = 10;

  /** Where a part was left. */
  private static final int PART = 17;

  private static final int FLAGS = 18;
  private static final int REGISTERS = 27;

  /** What code needs that has been taken in. */
  private static final int INLINE = REGISTERS + RegisterVariables.MOST;

  /** In the place of an operation's number: a part has said itself which it was. */
  private static final int SAID = -1;

  final MethodVisitor code;
  final RegisterVariables registers;
  final FlagVariables flags;
  final OperandCode operands;
  final InlineCode inline;
  private final RegionClass owner;

  /** What it returns says something else to the method that has called it. */
  private final boolean isPart;

  /** What follows when registers are no longer held, by the number of the way. */
  private final List<Runnable> ways = new ArrayList<>();

  private final Label out = new Label();

  /** Where exceptions find the processor as it is. */
  private final Label asItIs = new Label();

  RegionMethod(RegionClass owner, MethodVisitor code, List<Operation> operations, boolean isPart) {
    this.owner = owner;
    this.isPart = isPart;
    this.code = code;
    flags = new FlagVariables(code, ON, FLAGS);
    inline = new InlineCode(code, flags, INLINE);
    registers = new RegisterVariables(code, inline, ON, REGISTERS, operations);
    operands = new OperandCode(code, inline, registers, ON, MMU, SCRATCH);
  }

  /** Writes it. */
  void write(Runnable body) {
    code.visitCode();
    Label from = new Label();
    Label to = new Label();
    Label thrown = new Label();
    begin();
    code.visitLabel(from);
    body.run();
    code.visitLabel(to);
    ways(thrown);
    code.visitLabel(thrown);
    code.visitVarInsn(ASTORE, THROWN);
    store();
    Label either = new Label(); // no handler: the first JIT compiler wants them apart
    code.visitJumpInsn(GOTO, either);
    code.visitLabel(asItIs);
    code.visitVarInsn(ASTORE, THROWN);
    code.visitLabel(either);
    Label said = new Label();
    code.visitVarInsn(ILOAD, AT);
    code.visitJumpInsn(IFLT, said);
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ILOAD, AT);
    code.visitFieldInsn(PUTFIELD, RegionClass.REGION, "left", "I");
    code.visitLabel(said);
    thrown();
    code.visitTryCatchBlock(from, to, thrown, null);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  /** A VM exit ends the region as it ends a block; anything else is thrown on. */
  private void thrown() {
    if (!isPart) {
      Label on = new Label();
      code.visitVarInsn(ALOAD, THROWN);
      code.visitTypeInsn(INSTANCEOF, Type.getInternalName(VmExit.class));
      code.visitJumpInsn(IFEQ, on);
      code.visitVarInsn(ALOAD, ON);
      code.visitMethodInsn(
          INVOKESTATIC,
          Type.getInternalName(Operation.class),
          "leaves",
          "(" + CPU + ")" + RegionClass.OPERATION,
          false);
      code.visitInsn(ARETURN);
      code.visitLabel(on);
    }
    code.visitVarInsn(ALOAD, THROWN);
    code.visitInsn(ATHROW);
  }

  private void begin() {
    at(SAID);
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "mmu", Type.getDescriptor(Mmu.class));
    code.visitVarInsn(ASTORE, MMU);
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "retired", "J");
    code.visitVarInsn(LSTORE, RETIRED);
    code.visitInsn(LCONST_0);
    code.visitVarInsn(LSTORE, TARGET);
    code.visitInsn(ACONST_NULL);
    code.visitVarInsn(ASTORE, PART);
    registers.begin();
    flags.load();
  }

  /** Leaves the method: the processor gets its registers, and then the code runs. */
  void leave(Runnable way) {
    code.visitLdcInsn(ways.size());
    code.visitVarInsn(ISTORE, WAY);
    code.visitJumpInsn(GOTO, out);
    ways.add(way);
  }

  /**
   * Leaves the method: the operation is executed as that of a block, and so are those behind it.
   */
  void leaveBefore(Operation op) {
    leave(
        () -> {
          push(op, RegionClass.OPERATION);
          code.visitInsn(ARETURN);
        });
  }

  private void ways(Label end) {
    code.visitLabel(out);
    store();
    Label begin = new Label();
    code.visitTryCatchBlock(begin, end, asItIs, null);
    code.visitLabel(begin);
    Label[] labels = new Label[ways.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = new Label();
    }
    code.visitVarInsn(ILOAD, WAY);
    code.visitTableSwitchInsn(0, labels.length - 1, labels[0], labels);
    for (int i = 0; i < labels.length; i++) {
      code.visitLabel(labels[i]);
      ways.get(i).run();
    }
  }

  /**
   * Counts the instructions of a block, and goes on at another unless it is time to look around.
   */
  void goOn(int instructions, Label next) {
    Label end = new Label();
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitLdcInsn((long) instructions);
    code.visitInsn(LADD);
    code.visitVarInsn(LSTORE, RETIRED);
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitFieldInsn(PUTFIELD, CPU_NAME, "retired", "J");
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "horizon", "J");
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFGE, end);
    code.visitJumpInsn(GOTO, next); // with an empty stack, or the comparison would stay in it
    code.visitLabel(end);
  }

  /** From now on exceptions come from that operation. */
  void at(Operation op) {
    at(owner.number(op));
  }

  private void at(int number) {
    code.visitLdcInsn(number);
    code.visitVarInsn(ISTORE, AT);
  }

  /** Pushes the number of an operation that the region may end in. */
  void pushNumber(Operation op) {
    code.visitLdcInsn(owner.number(op));
  }

  void push(Object value, String type) {
    owner.push(code, value, type);
  }

  /** Calls what may look at all of the processor, and change it. */
  void apart(Runnable call) {
    Label from = new Label();
    Label to = new Label();
    store();
    code.visitTryCatchBlock(from, to, asItIs, null);
    code.visitLabel(from);
    call.run();
    code.visitLabel(to);
    registers.load();
    flags.load();
  }

  /** The processor gets all that is held in variables. */
  private void store() {
    registers.store();
    flags.store();
  }

  /**
   * Calls a part of the region, a method of its own, which returns an operation if it has been left
   * before that.
   */
  void callPart(String name, String descriptor) {
    at(SAID);
    apart(
        () -> {
          code.visitVarInsn(ALOAD, THIS);
          code.visitVarInsn(ALOAD, ON);
          code.visitMethodInsn(INVOKEVIRTUAL, RegionClass.NAME, name, descriptor, false);
        });
    Label done = new Label();
    code.visitVarInsn(ASTORE, PART);
    code.visitVarInsn(ALOAD, PART);
    code.visitJumpInsn(IFNULL, done);
    leave(
        () -> {
          code.visitVarInsn(ALOAD, PART);
          code.visitInsn(ARETURN);
        });
    code.visitLabel(done);
  }

  /** From now on exceptions come from that operation, and it is the one that the region ends in. */
  void leftBy(Operation op) {
    int number = owner.number(op);
    at(number);
    code.visitVarInsn(ALOAD, THIS);
    code.visitLdcInsn(number);
    code.visitFieldInsn(PUTFIELD, RegionClass.REGION, "left", "I");
  }
}
