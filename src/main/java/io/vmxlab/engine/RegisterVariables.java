package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.LALOAD;
import static org.objectweb.asm.Opcodes.LASTORE;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;

import io.vmxlab.arch.Gpr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.InlineCode.Value;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.BitSet;
import java.util.List;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The local variables that hold general-purpose registers in a method of a region: those that its
 * instructions name. The processor's own are made true again where they may be looked at: at the
 * end, at an exception, around methods that take all of the processor.
 */
final class RegisterVariables {
  private static final String OWNER = Type.getInternalName(Cpu.class);
  private static final String ARRAY = Type.getDescriptor(long[].class);
  private static final int ZERO = Gpr.LAST + 1;

  /** Local variables that they take. */
  static final int MOST = 2 * ZERO + 1;

  private final MethodVisitor code;
  private final InlineCode inline;
  private final int cpu;
  private final int array;

  /** Registers that have a variable. */
  private final BitSet held = new BitSet();

  /**
   * For some operations.
   *
   * @param cpu local variable that has the processor
   * @param first local variable that is free, and all after it
   */
  RegisterVariables(
      MethodVisitor code, InlineCode inline, int cpu, int first, List<Operation> operations) {
    this.code = code;
    this.inline = inline;
    this.cpu = cpu;
    array = first;
    for (Operation op : operations) {
      if (op.insn != null && op.insn.form.modelled()) {
        use(op, Recipe.of(op.insn));
      }
    }
    held.clear(ZERO);
  }

  private void use(Operation op, Recipe recipe) {
    Slot[] slots = recipe.slots();
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] instanceof Slot.Register) {
        held.set(op.register(i) & Gpr.LAST);
      }
    }
    if (op.insn.memory()) {
      held.set(op.base());
      held.set(op.index());
    }
    if (recipe.touches() == Touched.CORE) {
      held.set(Gpr.RSP);
    }
  }

  private int variable(int register) {
    return array + 1 + 2 * register;
  }

  /** Fills the variables for the first time. */
  void begin() {
    code.visitVarInsn(ALOAD, cpu);
    code.visitFieldInsn(GETFIELD, OWNER, "r", ARRAY);
    code.visitVarInsn(ASTORE, array);
    load();
  }

  /** The variables become what the processor has. */
  void load() {
    held.stream().forEach(this::load);
  }

  /** One variable becomes what the processor has. */
  void load(int register) {
    code.visitVarInsn(ALOAD, array);
    code.visitLdcInsn(register);
    code.visitInsn(LALOAD);
    code.visitVarInsn(LSTORE, variable(register));
  }

  /** The processor gets what one variable has, if there is one. */
  void store(int register) {
    if (held.get(register)) {
      code.visitVarInsn(ALOAD, array);
      code.visitLdcInsn(register);
      code.visitVarInsn(LLOAD, variable(register));
      code.visitInsn(LASTORE);
    }
  }

  /** A whole register, as it is now. */
  Value whole(int register) {
    return register == ZERO ? InlineCode.constant(0L) : InlineCode.variable(variable(register));
  }

  /** Gives a whole register its new value. */
  void set(int register, Value value) {
    inline.push(value);
    code.visitVarInsn(LSTORE, variable(register));
  }

  /**
   * An operand.
   *
   * @param number of the register as {@link Slot} reads it
   */
  Value get(Slot.Register slot, int number) {
    String owner = Type.getInternalName(slot.getClass());
    Value register = whole(number & Gpr.LAST);
    return inline.call(owner, "get", "(JI)J", register, InlineCode.constant(number));
  }

  /** Gives an operand its new value. */
  void put(Slot.Register slot, int number, Value value) {
    String owner = Type.getInternalName(slot.getClass());
    Value register = whole(number & Gpr.LAST);
    set(
        number & Gpr.LAST,
        inline.call(owner, "put", "(JJI)J", value, register, InlineCode.constant(number)));
  }
}
