package io.vmxlab.engine;

import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.engine.InlineMethods.InlineMethod;
import io.vmxlab.semantics.Comparisons;
import io.vmxlab.semantics.Conditions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;

/**
 * Takes the code of semantics methods into a method of a region. What the JIT compiler would do
 * with a call, within bounds that a region soon reaches, is done here while the region is written:
 * the flags' fields are local variables, what is constant decides branches, and no object is made.
 *
 * <p>Each value that the method's code would have on its stack is a constant, the flags, or a local
 * variable. So nothing has to be in order on the real stack, and control may come together with
 * values on the stack.
 */
final class InlineCode {
  static final String FLAGS_TYPE = Type.getDescriptor(LazyFlags.class);
  static final String FLAGS = Type.getInternalName(LazyFlags.class);

  /** Operations on numbers: what they take and what they leave. */
  static final Map<Integer, String> COMPUTES = computes();

  /**
   * A value: a number of type I or J, in a local variable unless it is constant; or an object that
   * the code around it stands for: F the flags, C the processor, M its memory, R its registers.
   */
  static final class Value {
    final char type;
    final int variable;
    final Number constant;

    private Value(char type, int variable, Number constant) {
      this.type = type;
      this.variable = variable;
      this.constant = constant;
    }

    static Value in(char type, int variable) {
      return new Value(type, variable, null);
    }

    static Value of(Number constant) {
      return new Value(constant instanceof Long ? 'J' : 'I', -1, constant);
    }

    static Value object(char type) {
      return new Value(type, -1, null);
    }

    boolean isNumber() {
      return type == 'I' || type == 'J';
    }
  }

  private static final Value THE_FLAGS = Value.object('F');

  private static final String CONDITIONS = Type.getInternalName(Conditions.class);
  private static final String COMPARISONS = Type.getInternalName(Comparisons.class);

  /** What is known of the flags where code is being written. */
  private enum Known {
    NOTHING,

    /** They are an addition and its result. */
    ADDITION,

    /** They are a comparison of two numbers. */
    COMPARISON
  }

  /** The methods after which something is known. */
  private static final Map<String, Known> LEAVES =
      Map.of(
          "flagsCompare", Known.COMPARISON,
          "flagsAdd", Known.ADDITION,
          "flagsSub", Known.ADDITION,
          "flagsLogic", Known.ADDITION);

  /** The conditions that follow from the result of an addition. */
  private static final Set<String> OF_RESULT = Set.of("sign", "notSign");

  final MethodVisitor code;
  final FlagVariables flags;
  private final int first;
  private int next;

  /** What lies on the real stack and has a variable that was not written yet. */
  private Value pending;

  /** Where control goes from here, if not on. */
  private Label going;

  private Known known = Known.NOTHING;

  /** What methods find that work on the stack. */
  InlineCore core;

  /**
   * Into a method.
   *
   * @param first local variable that is free, and all after it
   */
  InlineCode(MethodVisitor code, FlagVariables flags, int first) {
    this.code = code;
    this.flags = flags;
    this.first = first;
  }

  /** The code can be taken in if nothing else is in it. */
  static boolean knows(AbstractInsnNode insn) {
    int opcode = insn.getOpcode();
    if (insn instanceof FieldInsnNode) {
      FieldInsnNode field = (FieldInsnNode) insn;
      return opcode != Opcodes.PUTSTATIC && field.owner.equals(FLAGS) || InlineCore.knows(field);
    }
    if (insn instanceof LdcInsnNode) {
      Object constant = ((LdcInsnNode) insn).cst;
      return constant instanceof Integer || constant instanceof Long;
    }
    return opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.LCONST_1
        || opcode == Opcodes.BIPUSH
        || opcode == Opcodes.SIPUSH
        || opcode == Opcodes.ILOAD
        || opcode == Opcodes.LLOAD
        || opcode == Opcodes.ALOAD
        || opcode == Opcodes.LALOAD
        || opcode == Opcodes.LASTORE
        || opcode == Opcodes.ISTORE
        || opcode == Opcodes.LSTORE
        || opcode == Opcodes.POP
        || opcode == Opcodes.POP2
        || opcode == Opcodes.IRETURN
        || opcode == Opcodes.LRETURN
        || opcode == Opcodes.RETURN
        || COMPUTES.containsKey(opcode);
  }

  /**
   * Begins with another instruction: no value of those before is needed any more.
   *
   * @param newCore what it finds if it works on the stack
   */
  void begin(InlineCore newCore) {
    settle();
    next = first;
    core = newCore;
  }

  /** Goes on at a label, which may well be the next thing that is placed. */
  void goTo(Label label) {
    going = label;
  }

  /** A label stands here. */
  void place(Label label) {
    if (going != null && going != label) {
      code.visitJumpInsn(Opcodes.GOTO, going);
    }
    going = null;
    code.visitLabel(label);
  }

  /** Other code may come here: nothing is known of the flags. */
  void forget() {
    known = Known.NOTHING;
  }

  /** The flags, as an argument. */
  static Value flags() {
    return THE_FLAGS;
  }

  /** A number. */
  static Value constant(Number number) {
    return Value.of(number);
  }

  /** A local variable of type long that does not change while the value is needed. */
  static Value variable(int variable) {
    return Value.in('J', variable);
  }

  /** Takes in a method that can be taken in. Returns what it returns, or null. */
  Value call(String owner, String name, String descriptor, Value... arguments) {
    return call(InlineMethods.find(owner, name, descriptor), List.of(arguments));
  }

  /** Takes a method in. Returns what it returns, or null. */
  Value call(InlineMethod method, List<Value> arguments) {
    return new InlineFrame(this, method, arguments, null).run();
  }

  /** Takes in a condition of the flags, and goes to one label or the other. */
  void branch(InlineMethod condition, Label yes, Label no) {
    new InlineFrame(this, condition, List.of(THE_FLAGS), new Branching(yes, no)).run();
  }

  /** The condition as it has to be asked for now. */
  InlineMethod condition(String owner, String name, String descriptor) {
    boolean follows =
        known == Known.COMPARISON || known == Known.ADDITION && OF_RESULT.contains(name);
    InlineMethod method =
        follows && owner.equals(CONDITIONS)
            ? InlineMethods.find(COMPARISONS, name, descriptor)
            : null;
    return method != null ? method : InlineMethods.find(owner, name, descriptor);
  }

  /** Where a method goes that returns a condition, instead of returning it. */
  static final class Branching {
    final Label yes;
    final Label no;
    boolean toYes;
    boolean toNo;

    Branching(Label yes, Label no) {
      this.yes = yes;
      this.no = no;
    }

    boolean reaches(Label label) {
      return label == yes && toYes || label == no && toNo;
    }
  }

  /** Pops a number from the real stack. */
  Value pop(Type type) {
    Value value = fresh(type == Type.LONG_TYPE ? 'J' : 'I');
    store(value);
    return value;
  }

  Value fresh(char type) {
    Value value = Value.in(type, next);
    next += type == 'J' ? 2 : 1;
    return value;
  }

  /** Pushes a number on the real stack. */
  void push(Value value) {
    if (value == pending) {
      pending = null;
      return;
    }
    settle();
    if (value.constant != null) {
      code.visitLdcInsn(value.constant);
    } else {
      code.visitVarInsn(value.type == 'J' ? Opcodes.LLOAD : Opcodes.ILOAD, value.variable);
    }
  }

  /** A number that was just computed, and lies on the real stack. */
  Value pending(char type) {
    pending = fresh(type);
    return pending;
  }

  boolean isPending(Value value) {
    return value == pending;
  }

  /** The method has been taken in. */
  void left(InlineMethod method) {
    known = LEAVES.getOrDefault(method.method.name, known);
  }

  /** A value that was just computed gets its variable, unless it is consumed at once. */
  void settle() {
    if (pending != null) {
      store(pending);
      pending = null;
    }
  }

  void store(Value into) {
    code.visitVarInsn(into.type == 'J' ? Opcodes.LSTORE : Opcodes.ISTORE, into.variable);
  }

  private static Map<Integer, String> computes() {
    Map<Integer, String> all = new HashMap<>();
    for (int opcode :
        new int[] {
          Opcodes.IADD,
          Opcodes.ISUB,
          Opcodes.IMUL,
          Opcodes.IDIV,
          Opcodes.IREM,
          Opcodes.IAND,
          Opcodes.IOR,
          Opcodes.IXOR,
          Opcodes.ISHL,
          Opcodes.ISHR,
          Opcodes.IUSHR
        }) {
      all.put(opcode, "III");
    }
    for (int opcode :
        new int[] {
          Opcodes.LADD, Opcodes.LSUB, Opcodes.LMUL, Opcodes.LAND, Opcodes.LOR, Opcodes.LXOR
        }) {
      all.put(opcode, "JJJ");
    }
    for (int opcode : new int[] {Opcodes.LSHL, Opcodes.LSHR, Opcodes.LUSHR}) {
      all.put(opcode, "JIJ");
    }
    for (int opcode : new int[] {Opcodes.INEG, Opcodes.I2B, Opcodes.I2S, Opcodes.I2C}) {
      all.put(opcode, "II");
    }
    all.put(Opcodes.LNEG, "JJ");
    all.put(Opcodes.I2L, "IJ");
    all.put(Opcodes.L2I, "JI");
    all.put(Opcodes.LCMP, "JJI");
    return all;
  }
}
