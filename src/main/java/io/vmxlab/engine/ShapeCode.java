package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import io.vmxlab.engine.InlineCode.Value;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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

  /** Writes what the operation does; what an indirect branch returns is left on the stack. */
  static void write(RegionMethod method, Operation op) {
    method.inline.begin(new InlineCore(method, op));
    new ShapeCode(method, op).shape();
    method.inline.settle();
    method.did(op);
  }

  /** Writes what a conditional branch does; where it jumps is for the caller to write. */
  static void branch(RegionMethod method, Operation op, Label jump, Label on) {
    method.inline.begin(new InlineCore(method, op));
    ShapeCode shape = new ShapeCode(method, op);
    if (shape.recipe.isCondition()) {
      shape.condition(jump, on);
    } else {
      shape.shape();
      method.inline.settle();
      method.code.visitJumpInsn(IFNE, jump);
      method.inline.goTo(on);
    }
    method.did(op);
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
      case "Use0":
        around(List::of);
        break;
      case "Use1":
      case "Use2":
      case "Use3":
        around(() -> values(0));
        break;
      case "SetIf":
        Value holds = call(List.of());
        method.inline.push(holds);
        code.visitInsn(I2L);
        operands.store(slot(0), op, method.inline.pop(Type.LONG_TYPE));
        break;
      case "MoveIf":
        moveIf();
        break;
      case "BranchCounted":
        method.inline.push(around(List::of));
        break;
      case "BranchDirect":
        method.inline.push(around(() -> addresses(InlineCode.constant(op.target()))));
        break;
      case "BranchIndirect":
        method.inline.push(around(() -> addresses(kept(operands.value(slot(0), op, 0)))));
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
        Label elsewhere = method.before(op);
        if (memory.addressing() instanceof Addressing.Flat) {
          operands.locate(memory, op, stored, read, elsewhere);
        } else {
          method.guard(op, () -> operands.locate(memory, op, stored, read, elsewhere));
        }
      }
    }
  }

  private void set() {
    operands.store(slot(0), op, around(() -> values(1)));
  }

  private void update() {
    operands.store(slot(0), op, around(() -> values(0)));
  }

  private void moveIf() {
    Label moves = new Label();
    Label not = new Label();
    Label end = new Label();
    condition(moves, not);
    method.inline.place(moves);
    method.inline.push(operands.value(slot(1), op, 1));
    code.visitJumpInsn(GOTO, end);
    method.inline.place(not);
    method.inline.push(operands.value(slot(0), op, 0));
    code.visitLabel(end);
    operands.store(slot(0), op, method.inline.pop(Type.LONG_TYPE));
  }

  private void condition(Label yes, Label no) {
    method.inline.branch(
        method.inline.condition(recipe.owner(), recipe.form().method(), recipe.form().descriptor()),
        yes,
        no);
  }

  private List<Value> values(int from) {
    List<Value> values = new ArrayList<>();
    for (int i = from; i < recipe.slots().length; i++) {
      values.add(operands.value(slot(i), op, i));
      method.inline.settle();
    }
    return values;
  }

  /** The number in a variable of its own: a call may change the register that it stands in. */
  private Value kept(Value value) {
    method.inline.push(value);
    return method.inline.pop(Type.LONG_TYPE);
  }

  private List<Value> addresses(Value target) {
    method.inline.settle();
    return List.of(InlineCode.constant(op.following()), target);
  }

  /** Does what the semantics method does, or calls it. Returns what it returns, or null. */
  private Value call(List<Value> values) {
    String owner = recipe.owner();
    String name = recipe.form().method();
    String descriptor = recipe.form().descriptor();
    List<Value> arguments = new ArrayList<>();
    if (recipe.width() != 0) {
      arguments.add(InlineCode.constant(recipe.width()));
    }
    arguments.addAll(values);
    if (InlineMethods.takesIn(op, recipe)) {
      boolean onlyFlags = recipe.touches() == Touched.FLAGS;
      arguments.add(0, onlyFlags ? InlineCode.flags() : InlineCore.argument());
      return method.inline.call(method.inline.condition(owner, name, descriptor), arguments);
    }
    boolean changesFlags = recipe.touches() == Touched.FLAGS && !recipe.onlyComputes();
    if (changesFlags) {
      method.flags.push();
    } else {
      code.visitVarInsn(ALOAD, ON);
    }
    arguments.forEach(method.inline::push);
    Runnable invoked = () -> code.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
    if (recipe.touches() == Touched.ALL) {
      invoked.run();
    } else {
      method.guard(op, invoked);
    }
    Type type = Type.getReturnType(descriptor);
    Value returned = type == Type.VOID_TYPE ? null : method.inline.pop(type);
    if (changesFlags) {
      method.flags.take();
      method.inline.forget();
    }
    return returned;
  }

  /** Lets the method find the registers that it may touch. */
  private Value around(Supplier<List<Value>> values) {
    List<Value> arguments = values.get();
    Value[] returned = new Value[1];
    switch (recipe.touches()) {
      case FLAGS:
        returned[0] = call(arguments);
        break;
      case CORE:
        if (InlineMethods.takesIn(op, recipe)) {
          returned[0] = call(arguments);
        } else {
          method.withStack(() -> returned[0] = call(arguments));
        }
        break;
      default:
        method.apart(op, () -> returned[0] = call(arguments));
        break;
    }
    return returned[0];
  }

  /** Calls the shape. Those of vectors store no general-purpose register but operand 0. */
  private void whole() {
    if (recipe.vectors() == null) {
      method.apart(op, this::callShape);
      return;
    }
    method.withVectors(op, this::callShape);
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
