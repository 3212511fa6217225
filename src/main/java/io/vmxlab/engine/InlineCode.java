package io.vmxlab.engine;

import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.engine.InlineMethods.InlineMethod;
import io.vmxlab.semantics.Comparisons;
import io.vmxlab.semantics.Conditions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

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
  private static final String FLAGS = Type.getInternalName(LazyFlags.class);

  /** Operations on numbers: what they take and what they leave. */
  private static final Map<Integer, String> COMPUTES = computes();

  /** A value: of type I or J, in a local variable unless it is constant; or the flags. */
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
  }

  private static final Value THE_FLAGS = new Value('F', -1, null);

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

  private final MethodVisitor code;
  private final FlagVariables flags;
  private final int first;
  private int next;

  /** What lies on the real stack and has a variable that was not written yet. */
  private Value pending;

  private Known known = Known.NOTHING;

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
      return (opcode == Opcodes.GETFIELD || opcode == Opcodes.PUTFIELD)
          && ((FieldInsnNode) insn).owner.equals(FLAGS);
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
        || opcode == Opcodes.ISTORE
        || opcode == Opcodes.LSTORE
        || opcode == Opcodes.POP
        || opcode == Opcodes.POP2
        || opcode == Opcodes.IRETURN
        || opcode == Opcodes.LRETURN
        || opcode == Opcodes.RETURN
        || COMPUTES.containsKey(opcode);
  }

  /** Begins with another instruction: no value of those before is needed any more. */
  void begin() {
    settle();
    next = first;
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
    return new Frame(method, arguments, null).run();
  }

  /** Takes in a condition of the flags, and goes to one label or the other. */
  void branch(InlineMethod condition, Label yes, Label no) {
    new Frame(condition, List.of(THE_FLAGS), new Branching(yes, no)).run();
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
  private static final class Branching {
    private final Label yes;
    private final Label no;
    private boolean toYes;
    private boolean toNo;

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

  private Value fresh(char type) {
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

  /** A value that was just computed gets its variable, unless it is consumed at once. */
  void settle() {
    if (pending != null) {
      store(pending);
      pending = null;
    }
  }

  private void store(Value into) {
    code.visitVarInsn(into.type == 'J' ? Opcodes.LSTORE : Opcodes.ISTORE, into.variable);
  }

  /** One method on its way in. */
  private final class Frame {
    private final InlineMethod method;
    private final Map<Integer, Value> variables = new HashMap<>();
    private final Map<LabelNode, Label> labels = new HashMap<>();

    /** What the stack holds where control comes to a label. */
    private final Map<LabelNode, List<Value>> stacks = new HashMap<>();

    private final List<Value> stack = new ArrayList<>();
    private final Label end = new Label();

    /** Null if what is returned is a value. */
    private final Branching branching;

    /** Where several ways out leave what is returned. */
    private Value result;

    private boolean leftEarly;

    /** Variables that are assigned more than once, parameters included. */
    private final Set<Integer> changing = new HashSet<>();

    /** The code that is being looked at can be reached. */
    private boolean live = true;

    Frame(InlineMethod method, List<Value> arguments, Branching branching) {
      this.method = method;
      this.branching = branching;
      settle(); // an argument may be used several times
      int variable = 0;
      for (Value argument : arguments) {
        if (method.stores(variable) > 0) {
          changing.add(variable);
        }
        variables.put(variable, changing.contains(variable) ? copy(argument) : argument);
        variable += argument.type == 'J' ? 2 : 1;
      }
    }

    private Value copy(Value value) {
      Value copy = fresh(value.type);
      InlineCode.this.push(value);
      store(copy);
      return copy;
    }

    /** Writes the code; returns what the method returns, or null. */
    Value run() {
      AbstractInsnNode insn = method.method.instructions.getFirst();
      while (insn != null) {
        AbstractInsnNode next = insn.getNext();
        if (insn instanceof LabelNode) {
          label((LabelNode) insn);
        } else if (live && insn instanceof MethodInsnNode && decides((MethodInsnNode) insn)) {
          callAndBranch((MethodInsnNode) insn, (JumpInsnNode) next);
          next = next.getNext();
        } else if (live && !(insn instanceof LineNumberNode)) {
          step(insn);
        }
        insn = next;
      }
      if (leftEarly) {
        code.visitLabel(end);
        forget();
      }
      known = LEAVES.getOrDefault(method.method.name, known);
      return result;
    }

    private void label(LabelNode label) {
      if (live && returnsAt(label)) {
        leave(pop());
      }
      if (live) {
        settle();
        arrive(label);
      }
      List<Value> there = stacks.get(label);
      live |= there != null;
      if (there != null) {
        stack.clear();
        stack.addAll(there);
        code.visitLabel(labels.get(label));
        forget();
      }
    }

    /** What is on the stack there is what a condition returns. */
    private boolean returnsAt(LabelNode label) {
      AbstractInsnNode next = label.getNext();
      return branching != null && next != null && next.getOpcode() == Opcodes.IRETURN;
    }

    /** Makes the stack what it is at the label, whose only way this may be. */
    private void arrive(LabelNode label) {
      List<Value> there = stacks.get(label);
      if (there == null) {
        there = new ArrayList<>(stack);
        int top = there.size() - 1;
        if (top >= 0 && method.merges(label) && there.get(top) != THE_FLAGS) {
          there.set(top, fresh(there.get(top).type));
        }
        stacks.put(label, there);
        labels.put(label, new Label());
      }
      for (int i = 0; i < there.size(); i++) {
        if (there.get(i) != stack.get(i)) {
          if (i < there.size() - 1) {
            throw new IllegalStateException(method.method.name + ": stacks differ");
          }
          InlineCode.this.push(stack.get(i));
          store(there.get(i));
        }
      }
    }

    private void step(AbstractInsnNode insn) {
      int opcode = insn.getOpcode();
      if (insn instanceof JumpInsnNode) {
        jump(opcode, ((JumpInsnNode) insn).label);
      } else if (insn instanceof MethodInsnNode) {
        call((MethodInsnNode) insn);
      } else if (insn instanceof FieldInsnNode) {
        field(opcode, ((FieldInsnNode) insn).name);
      } else if (insn instanceof VarInsnNode) {
        variable(opcode, ((VarInsnNode) insn).var);
      } else if (insn instanceof LdcInsnNode) {
        stack.add(Value.of((Number) ((LdcInsnNode) insn).cst));
      } else if (insn instanceof IntInsnNode) {
        stack.add(Value.of(((IntInsnNode) insn).operand));
      } else if (opcode <= Opcodes.ICONST_5) {
        stack.add(Value.of(opcode - Opcodes.ICONST_0));
      } else if (opcode <= Opcodes.LCONST_1) {
        stack.add(Value.of((long) opcode - Opcodes.LCONST_0));
      } else if (opcode == Opcodes.POP || opcode == Opcodes.POP2) {
        settle();
        pop();
      } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
        leave(opcode == Opcodes.RETURN ? null : pop());
      } else {
        compute(opcode, COMPUTES.get(opcode));
      }
    }

    private Value pop() {
      return stack.remove(stack.size() - 1);
    }

    private void variable(int opcode, int variable) {
      if (opcode == Opcodes.ISTORE || opcode == Opcodes.LSTORE) {
        Value value = pop();
        if (value == pending) {
          settle();
        }
        if (method.stores(variable) == 1 && !changing.contains(variable)) {
          variables.put(variable, value);
        } else {
          changing.add(variable);
          Value to = variables.computeIfAbsent(variable, v -> fresh(value.type));
          InlineCode.this.push(value);
          store(to);
        }
      } else {
        Value value = variables.get(variable);
        stack.add(changing.contains(variable) ? copy(value) : value);
      }
    }

    private void field(int opcode, String name) {
      int variable = flags.variable(name);
      if (opcode == Opcodes.GETFIELD) {
        pop();
        stack.add(copy(Value.in('J', variable)));
      } else {
        InlineCode.this.push(pop());
        pop();
        code.visitVarInsn(Opcodes.LSTORE, variable);
        forget();
      }
    }

    private void leave(Value value) {
      if (branching != null) {
        branch(value);
        return;
      }
      boolean only = method.returns == 1;
      if (value != null && only) {
        result = value;
      } else if (value != null) {
        result = result == null ? fresh(value.type) : result;
        InlineCode.this.push(value);
        store(result);
      }
      live = false;
      if (!only) {
        leftEarly = true;
        code.visitJumpInsn(Opcodes.GOTO, end);
      }
    }

    /** Leaves by one label or the other. */
    private void branch(Value value) {
      boolean open = value.constant == null;
      boolean yes = open || value.constant.intValue() != 0;
      if (open) {
        InlineCode.this.push(value);
        code.visitJumpInsn(Opcodes.IFNE, branching.yes);
      } else {
        settle();
      }
      if (open || !yes) {
        code.visitJumpInsn(Opcodes.GOTO, branching.no);
      } else {
        code.visitJumpInsn(Opcodes.GOTO, branching.yes);
      }
      branching.toYes |= yes;
      branching.toNo |= open || !yes;
      live = false;
    }

    /** What one of our methods returns decides a branch, and is used for nothing else. */
    private boolean decides(MethodInsnNode call) {
      AbstractInsnNode next = call.getNext();
      return InlineMethods.isOurs(call.owner)
          && next != null
          && (next.getOpcode() == Opcodes.IFEQ || next.getOpcode() == Opcodes.IFNE);
    }

    private void callAndBranch(MethodInsnNode call, JumpInsnNode jump) {
      List<Value> arguments = arguments(call);
      settle();
      arrive(jump.label);
      Label there = labels.get(jump.label);
      Label on = new Label();
      Branching ways =
          jump.getOpcode() == Opcodes.IFNE ? new Branching(there, on) : new Branching(on, there);
      new Frame(InlineMethods.find(call.owner, call.name, call.desc), arguments, ways).run();
      live = ways.reaches(on);
      if (live) {
        code.visitLabel(on);
      }
    }

    private List<Value> arguments(MethodInsnNode call) {
      int count = Type.getArgumentTypes(call.desc).length;
      count += call.getOpcode() == Opcodes.INVOKESTATIC ? 0 : 1;
      List<Value> taken = stack.subList(stack.size() - count, stack.size());
      List<Value> arguments = new ArrayList<>(taken);
      taken.clear();
      return arguments;
    }

    private void call(MethodInsnNode call) {
      List<Value> arguments = arguments(call);
      Value returned;
      if (InlineMethods.isOurs(call.owner)) {
        InlineMethod found = InlineMethods.find(call.owner, call.name, call.desc);
        returned = new Frame(found, arguments, null).run();
      } else {
        arguments.forEach(InlineCode.this::push);
        code.visitMethodInsn(call.getOpcode(), call.owner, call.name, call.desc, call.itf);
        returned = InlineCode.this.pop(Type.getReturnType(call.desc));
      }
      if (returned != null) {
        stack.add(returned);
      }
    }

    private void compute(int opcode, String effect) {
      int count = effect.length() - 1;
      List<Value> taken = stack.subList(stack.size() - count, stack.size());
      Number known = InlineConstants.compute(opcode, constants(taken));
      if (known != null) {
        taken.clear();
        stack.add(Value.of(known));
        return;
      }
      taken.forEach(InlineCode.this::push);
      taken.clear();
      code.visitInsn(opcode);
      pending = fresh(effect.charAt(count));
      stack.add(pending);
    }

    private List<Number> constants(List<Value> values) {
      List<Number> constants = new ArrayList<>();
      for (Value value : values) {
        if (value.constant != null) {
          constants.add(value.constant);
        }
      }
      return constants.size() == values.size() ? constants : List.of();
    }

    private void jump(int opcode, LabelNode target) {
      int count = opcode == Opcodes.GOTO ? 0 : opcode <= Opcodes.IFLE ? 1 : 2;
      List<Value> taken = new ArrayList<>(stack.subList(stack.size() - count, stack.size()));
      stack.subList(stack.size() - count, stack.size()).clear();
      if (opcode == Opcodes.GOTO && returnsAt(target)) {
        leave(pop());
        return;
      }
      Boolean jumps = count == 0 ? Boolean.TRUE : InlineConstants.jumps(opcode, constants(taken));
      if (Boolean.FALSE.equals(jumps)) {
        return;
      }
      if (!stack.isEmpty()) {
        settle();
      }
      arrive(target);
      if (jumps == null) {
        taken.forEach(InlineCode.this::push);
        code.visitJumpInsn(opcode, labels.get(target));
      } else {
        code.visitJumpInsn(Opcodes.GOTO, labels.get(target));
        live = false;
      }
    }
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
