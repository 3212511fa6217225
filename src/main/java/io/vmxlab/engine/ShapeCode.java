package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import io.vmxlab.arch.Gpr;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Code of a region for one operation: what the shape of that name does, with a direct call of the
 * semantics method. Shapes that are not known here are called as a whole, with constant operands.
 */
final class ShapeCode {
  private static final int ON = RegionMethod.ON;
  private static final String CONSTANTS = Type.getDescriptor(Operands.Constants.class);
  private static final String RUN =
      "(" + RegionMethod.CPU + Type.getDescriptor(Operands.class) + ")V";

  private final RegionMethod method;
  private final MethodVisitor code;
  private final OperandCode operands;
  private final Operation op;
  private final Recipe recipe;

  private ShapeCode(RegionMethod method, Operation op) {
    this.method = method;
    this.op = op;
    code = method.code;
    operands = method.operands;
    recipe = Recipe.of(op.insn);
  }

  /** Writes what the operation does; what a branch's method returns is left on the stack. */
  static void write(RegionMethod method, Operation op) {
    method.at(op);
    new ShapeCode(method, op).shape();
  }

  private void shape() {
    if (storesMemory() && recipe.touches() != Touched.FLAGS) {
      whole(); // the method might change the way that was found
      return;
    }
    locate();
    switch (recipe.shape()) {
      case "Set0":
      case "Set1":
      case "Set2":
        set();
        break;
      case "Update0":
      case "Update1":
      case "Update2":
        update();
        break;
      case "Use1":
      case "Use2":
      case "Use3":
        around(() -> call(() -> values(0)));
        break;
      case "SetIf":
        call(() -> {});
        code.visitInsn(I2L);
        operands.store(slot(0), op);
        break;
      case "MoveIf":
        moveIf();
        break;
      case "BranchIf":
        call(() -> {});
        break;
      case "BranchCounted":
        around(() -> call(() -> {}));
        break;
      case "BranchDirect":
        around(() -> call(() -> addresses(() -> code.visitLdcInsn(op.target()))));
        break;
      case "BranchIndirect":
        around(() -> call(() -> addresses(() -> operands.value(slot(0), op, 0))));
        break;
      default:
        whole();
        break;
    }
  }

  private Slot slot(int i) {
    return recipe.slots()[i];
  }

  private boolean storesMemory() {
    return recipe.stores() && slot(0) instanceof Slot.Memory;
  }

  /** Finds the operand in memory; where it has no short way, the operation itself goes on. */
  private void locate() {
    if (recipe.vectors() != null) {
      return;
    }
    for (int i = 0; i < recipe.slots().length; i++) {
      if (slot(i) instanceof Slot.Memory memory) {
        boolean stored = i == 0 && recipe.stores();
        boolean read = !stored || recipe.shape().startsWith("Update");
        Label there = new Label();
        Label elsewhere = new Label();
        operands.locate(memory, op, stored, read, elsewhere);
        code.visitJumpInsn(GOTO, there);
        code.visitLabel(elsewhere);
        method.leaveBefore(op);
        code.visitLabel(there);
      }
    }
  }

  private void set() {
    around(() -> call(() -> values(1)));
    operands.store(slot(0), op);
  }

  private void update() {
    around(() -> call(() -> values(0)));
    operands.store(slot(0), op);
  }

  private void moveIf() {
    Label not = new Label();
    Label end = new Label();
    call(() -> {});
    operands.value(slot(1), op, 1);
    operands.keep();
    code.visitJumpInsn(IFEQ, not);
    operands.kept();
    code.visitJumpInsn(GOTO, end);
    code.visitLabel(not);
    operands.value(slot(0), op, 0);
    code.visitLabel(end);
    operands.store(slot(0), op);
  }

  private void values(int from) {
    for (int i = from; i < recipe.slots().length; i++) {
      operands.value(slot(i), op, i);
    }
  }

  private void addresses(Runnable target) {
    code.visitLdcInsn(op.following);
    target.run();
  }

  /** Calls the semantics method. */
  private void call(Runnable arguments) {
    boolean changesFlags = recipe.touches() == Touched.FLAGS && !recipe.onlyComputes();
    if (changesFlags || recipe.isCondition()) {
      method.flags.push();
    } else {
      code.visitVarInsn(ALOAD, ON);
    }
    if (recipe.width() != 0) {
      code.visitLdcInsn(recipe.width());
    }
    arguments.run();
    String owner = recipe.form().owner().replace('.', '/');
    String descriptor = recipe.form().descriptor();
    code.visitMethodInsn(INVOKESTATIC, owner, recipe.form().method(), descriptor, false);
    if (changesFlags) {
      method.flags.take();
    }
  }

  /** Lets the method find the registers that it may touch. */
  private void around(Runnable call) {
    switch (recipe.touches()) {
      case FLAGS:
        call.run();
        break;
      case CORE:
        method.registers.store(Gpr.RSP);
        call.run();
        method.registers.load(Gpr.RSP);
        break;
      default:
        method.apart(call);
        break;
    }
  }

  /** Calls the shape. Those of vectors store no general-purpose register but operand 0. */
  private void whole() {
    if (recipe.vectors() == null) {
      method.apart(this::callShape);
      return;
    }
    method.registers.store();
    method.flags.store();
    callShape();
    method.flags.load();
    if (recipe.vectors().takesValue(0)) {
      method.registers.load(op.register(0));
    }
  }

  private void callShape() {
    code.visitVarInsn(ALOAD, ON);
    method.push(Operands.Constants.of(op), CONSTANTS);
    code.visitMethodInsn(INVOKESTATIC, Type.getInternalName(op.getClass()), "run", RUN, false);
  }
}
