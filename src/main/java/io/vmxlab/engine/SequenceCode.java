package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.LALOAD;
import static org.objectweb.asm.Opcodes.LASTORE;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.POP2;

import io.vmxlab.arch.Gpr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.Width;
import io.vmxlab.engine.OperationFactory.Touched;
import io.vmxlab.engine.SequencePlan.Part;
import io.vmxlab.isa.Form;
import java.util.BitSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Writes the class of a {@link Sequence}. Registers are local variables; the processor's own are
 * made true before whatever could look at them or throw, and at the end. Flags are the processor's
 * own: the JIT compiler leaves out those that are overwritten before anything could look at them.
 */
final class SequenceCode {
  private static final String SUPER = Type.getInternalName(Sequence.class);
  private static final String CPU = Type.getInternalName(Cpu.class);
  private static final String CPU_TYPE = Type.getDescriptor(Cpu.class);
  private static final String MMU = Type.getInternalName(Mmu.class);
  private static final String SIZE = Type.getInternalName(DataSize.class);
  private static final String SIZE_TYPE = Type.getDescriptor(DataSize.class);
  private static final String EXCEPTION = Type.getInternalName(RuntimeException.class);
  private static final String OPERATION = Type.getDescriptor(Operation.class);

  // local variables; types of two words have two
  private static final int THIS = 0;
  private static final int ON = 1;
  private static final int THROWER = 2;
  private static final int THROWN = 3;
  private static final int ARRAY = 4;
  private static final int ADDRESS = 5;
  private static final int VALUE = 7;
  private static final int JUMP = 9;

  /** Where registers stand in the array, and their values. */
  private static final int PLACES = 10;

  private static final int VALUES = PLACES + Sequence.REGISTERS + 1;

  private final SequencePlan plan;
  private final MethodVisitor code;

  /** Registers whose variables differ from the processor's own. */
  private final BitSet changed = new BitSet();

  private SequenceCode(SequencePlan plan, MethodVisitor code) {
    this.plan = plan;
    this.code = code;
  }

  /** Defines the class of sequences of that kind; the JVM unloads it when nothing uses it. */
  static Class<? extends Sequence> define(SequencePlan plan) {
    HiddenClass made = new HiddenClass(SUPER + "Joined", Sequence.class);
    String descriptor = "(" + CPU_TYPE + ")" + OPERATION;
    MethodVisitor code = made.method(0, "exec", descriptor);
    code.visitCode();
    new SequenceCode(plan, code).exec();
    code.visitMaxs(0, 0);
    code.visitEnd();
    return made.define().asSubclass(Sequence.class);
  }

  private void exec() {
    Label from = new Label();
    Label to = new Label();
    Label thrown = new Label();
    begin();
    code.visitLabel(from);
    for (int i = 0; i < plan.parts.size(); i++) {
      code.visitLdcInsn(i);
      code.visitVarInsn(ISTORE, THROWER);
      part(plan.parts.get(i));
    }
    code.visitLabel(to);
    end(plan.parts.get(plan.parts.size() - 1).op());
    code.visitLabel(thrown);
    code.visitVarInsn(ASTORE, THROWN);
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(ILOAD, THROWER);
    code.visitVarInsn(ALOAD, THROWN);
    String fails = "(" + CPU_TYPE + "IL" + EXCEPTION + ";)" + OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, SUPER, "fails", fails, false);
    code.visitInsn(ARETURN);
    code.visitTryCatchBlock(from, to, thrown, EXCEPTION);
  }

  private void begin() {
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU, "r", "[J");
    code.visitVarInsn(ASTORE, ARRAY);
    for (int i = 0; i < plan.registerCount(); i++) {
      field("number" + i, "B");
      code.visitVarInsn(ISTORE, PLACES + i);
      load(i);
    }
    code.visitLdcInsn(Gpr.RSP);
    code.visitVarInsn(ISTORE, PLACES + SequencePlan.STACK_POINTER);
    load(SequencePlan.STACK_POINTER);
    code.visitInsn(LCONST_0);
    code.visitVarInsn(LSTORE, ADDRESS);
    code.visitInsn(LCONST_0);
    code.visitVarInsn(LSTORE, VALUE);
    code.visitInsn(ICONST_0);
    code.visitVarInsn(ISTORE, JUMP);
    code.visitInsn(ICONST_0);
    code.visitVarInsn(ISTORE, THROWER);
  }

  private void end(Operation last) {
    store();
    if (last instanceof Branch) {
      field("branch", Type.getDescriptor(Branch.class));
      code.visitVarInsn(ALOAD, ON);
      code.visitVarInsn(ILOAD, JUMP);
      String take = "(" + CPU_TYPE + "Z)" + OPERATION;
      code.visitMethodInsn(INVOKEVIRTUAL, Type.getInternalName(Branch.class), "take", take, false);
    } else if (last instanceof Indirect) {
      field("indirect", Type.getDescriptor(Indirect.class));
      code.visitVarInsn(ALOAD, ON);
      code.visitVarInsn(LLOAD, VALUE);
      String go = "(" + CPU_TYPE + "J)" + OPERATION;
      code.visitMethodInsn(INVOKEVIRTUAL, Type.getInternalName(Indirect.class), "go", go, false);
    } else {
      field("next", OPERATION);
    }
    code.visitInsn(ARETURN);
  }

  private void field(String field, String type) {
    code.visitVarInsn(ALOAD, THIS);
    code.visitFieldInsn(GETFIELD, SUPER, field, type);
  }

  private static int variable(int register) {
    return VALUES + 2 * register;
  }

  private void load(int register) {
    code.visitVarInsn(ALOAD, ARRAY);
    code.visitVarInsn(ILOAD, PLACES + register);
    code.visitInsn(LALOAD);
    code.visitVarInsn(LSTORE, variable(register));
  }

  /** The processor gets what the variables have. */
  private void store() {
    changed.stream()
        .forEach(
            i -> {
              code.visitVarInsn(ALOAD, ARRAY);
              code.visitVarInsn(ILOAD, PLACES + i);
              code.visitVarInsn(LLOAD, variable(i));
              code.visitInsn(LASTORE);
            });
    changed.clear();
  }

  private void part(Part part) {
    if (part.recipe() == null) {
      return; // falls through
    }
    if (part.memory() != null || part.recipe().touches() != Touched.FLAGS) {
      store();
    }
    if (part.memory() != null) {
      linear(part);
      code.visitVarInsn(LSTORE, ADDRESS);
    }
    switch (part.recipe().shape()) {
      case "Set0":
      case "Set1":
      case "Set2":
        set(part);
        break;
      case "Update0":
      case "Update1":
      case "Update2":
        update(part);
        break;
      case "SetIf":
        call(part);
        code.visitInsn(I2L);
        put(part);
        break;
      case "MoveIf":
        moveIf(part);
        break;
      case "BranchIf":
        call(part);
        code.visitVarInsn(ISTORE, JUMP);
        break;
      case "BranchDirect":
        direct(part);
        break;
      case "BranchIndirect":
        indirect(part);
        break;
      default:
        use(part);
        break;
    }
  }

  private void set(Part part) {
    begin(part);
    for (int i = 1; i < part.slots().length; i++) {
      value(part, i);
    }
    if (part.storesMemory() && !part.recipe().onlyComputes()) {
      mmu(part, "checkWrite", "V");
    }
    finish(part);
    put(part);
  }

  /**
   * Operand 0 in memory is read before anything stands on the stack, with the faults of a write.
   */
  private void update(Part part) {
    if (part.storesMemory()) {
      mmu(part, "readForWrite", "J");
      code.visitVarInsn(LSTORE, VALUE);
    }
    begin(part);
    if (part.storesMemory()) {
      code.visitVarInsn(LLOAD, VALUE);
    } else {
      value(part, 0);
    }
    for (int i = 1; i < part.slots().length; i++) {
      value(part, i);
    }
    finish(part);
    put(part);
  }

  private void use(Part part) {
    begin(part);
    for (int i = 0; i < part.slots().length; i++) {
      value(part, i);
    }
    finish(part);
  }

  private void moveIf(Part part) {
    Label not = new Label();
    Label end = new Label();
    value(part, 1);
    code.visitVarInsn(LSTORE, VALUE);
    call(part);
    code.visitJumpInsn(IFEQ, not);
    code.visitVarInsn(LLOAD, VALUE);
    code.visitJumpInsn(GOTO, end);
    code.visitLabel(not);
    value(part, 0);
    code.visitLabel(end);
    put(part);
  }

  private void direct(Part part) {
    begin(part);
    String branch = Type.getInternalName(Branch.class);
    constant(part.following());
    field("branch", Type.getDescriptor(Branch.class));
    code.visitMethodInsn(INVOKEVIRTUAL, branch, "target", "()J", false);
    finish(part);
    code.visitInsn(POP2);
    code.visitInsn(ICONST_1);
    code.visitVarInsn(ISTORE, JUMP);
  }

  private void indirect(Part part) {
    value(part, 0);
    code.visitVarInsn(LSTORE, VALUE);
    begin(part);
    constant(part.following());
    code.visitVarInsn(LLOAD, VALUE);
    finish(part);
    code.visitVarInsn(LSTORE, VALUE);
  }

  /** Calls a method that takes no operands. */
  private void call(Part part) {
    begin(part);
    finish(part);
  }

  /** Pushes what stands before the operands. */
  private void begin(Part part) {
    code.visitVarInsn(ALOAD, ON);
    if (part.recipe().width() != 0) {
      code.visitLdcInsn(part.recipe().width());
    }
  }

  /** Calls the semantics method. */
  private void finish(Part part) {
    Form form = part.recipe().form();
    code.visitMethodInsn(
        INVOKESTATIC, part.recipe().owner(), form.method(), form.descriptor(), false);
    if (part.recipe().touches() == Touched.CORE) {
      load(SequencePlan.STACK_POINTER);
    }
  }

  /** Pushes an operand's value. */
  private void value(Part part, int i) {
    Slot slot = part.slot(i);
    if (slot instanceof Slot.Register) {
      code.visitVarInsn(LLOAD, variable(part.slots()[i]));
      code.visitLdcInsn(high(part, i));
      String owner = Type.getInternalName(slot.getClass());
      code.visitMethodInsn(INVOKESTATIC, owner, "get", "(JI)J", false);
    } else if (slot instanceof Slot.Memory) {
      mmu(part, "read", "J");
    } else if (slot instanceof Slot.Address) {
      code.visitLdcInsn(((Slot.Address) slot).width());
      offset(part);
      String owner = Type.getInternalName(Width.class);
      code.visitMethodInsn(INVOKESTATIC, owner, "zeroExtend", "(IJ)J", false);
    } else {
      constant(part.immediate());
    }
  }

  private static int high(Part part, int i) {
    return part.op().register(i) & Slot.Register.HIGH_BYTE;
  }

  /** Gives operand 0 the value on the stack. */
  private void put(Part part) {
    Slot slot = part.slot(0);
    if (slot instanceof Slot.Memory) {
      code.visitVarInsn(LSTORE, VALUE);
      address(part);
      code.visitVarInsn(LLOAD, VALUE);
      code.visitMethodInsn(INVOKEVIRTUAL, MMU, "write", "(" + SIZE_TYPE + "JIJ)V", false);
      return;
    }
    int register = part.slots()[0];
    code.visitVarInsn(LLOAD, variable(register));
    code.visitLdcInsn(high(part, 0));
    String owner = Type.getInternalName(slot.getClass());
    code.visitMethodInsn(INVOKESTATIC, owner, "put", "(JJI)J", false);
    code.visitVarInsn(LSTORE, variable(register));
    changed.set(register);
  }

  private void mmu(Part part, String method, String returned) {
    address(part);
    code.visitMethodInsn(INVOKEVIRTUAL, MMU, method, "(" + SIZE_TYPE + "JI)" + returned, false);
  }

  /** Pushes what every access to memory begins with. */
  private void address(Part part) {
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU, "mmu", Type.getDescriptor(Mmu.class));
    code.visitFieldInsn(GETSTATIC, SIZE, part.memory().size().name(), SIZE_TYPE);
    code.visitVarInsn(LLOAD, ADDRESS);
    code.visitLdcInsn(part.op().segment());
  }

  private void linear(Part part) {
    if (part.memory().addressing() instanceof Addressing.Flat) {
      offset(part);
      return;
    }
    code.visitVarInsn(ALOAD, ON);
    code.visitLdcInsn(part.op().segment());
    offset(part);
    OperandCode.linear(code, part.memory(), part.storesMemory());
  }

  private void offset(Part part) {
    whole(part.base());
    whole(part.index());
    code.visitLdcInsn(part.op().scale());
    constant(part.displacement());
    String owner = Type.getInternalName(Addressing.class);
    code.visitMethodInsn(INVOKESTATIC, owner, "sum", "(JJIJ)J", true);
  }

  private void whole(int register) {
    if (register == SequencePlan.NONE) {
      code.visitInsn(LCONST_0);
    } else {
      code.visitVarInsn(LLOAD, variable(register));
    }
  }

  private void constant(int number) {
    field("constant" + number, "J");
  }
}
