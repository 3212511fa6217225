package io.vmxlab.engine;

import io.vmxlab.engine.InlineCode.Branching;
import io.vmxlab.engine.InlineCode.Value;
import io.vmxlab.engine.InlineMethods.InlineMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
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
 * One method on its way into a region: follows its code with the values that its variables and
 * stack would have, and writes what is left to do at run time.
 */
final class InlineFrame {
  private final InlineCode into;
  private final InlineMethod method;
  private final Map<Integer, Value> variables = new HashMap<>();
  private final Map<LabelNode, Label> labels = new HashMap<>();

  /** What the stack holds where control comes to a label. */
  private final Map<LabelNode, List<Value>> stacks = new HashMap<>();

  /** The same as long as control comes there from one place only. */
  private final Map<LabelNode, List<Value>> firstStacks = new HashMap<>();

  private final List<Value> stack = new ArrayList<>();
  private final Label end = new Label();

  /** Null if what is returned is a value. */
  private final Branching branching;

  /** Where several ways out leave what is returned. */
  private Value result;

  /** The same as long as one has been met only. */
  private Value firstResult;

  private int leftEarly;

  /** Variables that are assigned more than once, parameters included. */
  private final Set<Integer> changing = new HashSet<>();

  /** The code that is being looked at can be reached. */
  private boolean live = true;

  InlineFrame(InlineCode into, InlineMethod method, List<Value> arguments, Branching branching) {
    this.into = into;
    this.method = method;
    this.branching = branching;
    into.settle(); // an argument may be used several times
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
    Value copy = into.fresh(value.type);
    into.push(value);
    into.store(copy);
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
    if (leftEarly > 0) {
      into.place(end);
    }
    if (leftEarly > 1) {
      into.forget();
    }
    into.left(method);
    return leftEarly == 1 && firstResult != null ? firstResult : result;
  }

  private void label(LabelNode label) {
    if (live && returnsAt(label)) {
      leave(pop());
    }
    if (live) {
      into.settle();
      arrive(label);
    }
    List<Value> there = stacks.get(label);
    live |= there != null;
    if (there != null) {
      stack.clear();
      stack.addAll(firstStacks.getOrDefault(label, there));
      into.place(labels.get(label));
      into.forget();
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
    if (there != null) {
      firstStacks.remove(label);
    } else {
      if (stack.stream().noneMatch(into::isPending)) {
        firstStacks.put(label, List.copyOf(stack));
      }
      there = new ArrayList<>(stack);
      int top = there.size() - 1;
      if (top >= 0 && method.merges(label) && there.get(top).isNumber()) {
        there.set(top, into.fresh(there.get(top).type));
      }
      stacks.put(label, there);
      labels.put(label, new Label());
    }
    for (int i = 0; i < there.size(); i++) {
      if (there.get(i) != stack.get(i)) {
        if (i < there.size() - 1) {
          throw new IllegalStateException(method.method.name + ": stacks differ");
        }
        into.push(stack.get(i));
        into.store(there.get(i));
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
      field(opcode, (FieldInsnNode) insn);
    } else if (insn instanceof VarInsnNode) {
      variable(opcode, ((VarInsnNode) insn).var);
    } else if (opcode == Opcodes.LALOAD || opcode == Opcodes.LASTORE) {
      element(opcode);
    } else if (insn instanceof LdcInsnNode) {
      stack.add(Value.of((Number) ((LdcInsnNode) insn).cst));
    } else if (insn instanceof IntInsnNode) {
      stack.add(Value.of(((IntInsnNode) insn).operand));
    } else if (opcode <= Opcodes.ICONST_5) {
      stack.add(Value.of(opcode - Opcodes.ICONST_0));
    } else if (opcode <= Opcodes.LCONST_1) {
      stack.add(Value.of((long) opcode - Opcodes.LCONST_0));
    } else if (opcode == Opcodes.POP || opcode == Opcodes.POP2) {
      into.settle();
      pop();
    } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
      leave(opcode == Opcodes.RETURN ? null : pop());
    } else {
      compute(opcode, InlineCode.COMPUTES.get(opcode));
    }
  }

  private Value pop() {
    return stack.remove(stack.size() - 1);
  }

  private void variable(int opcode, int variable) {
    if (opcode == Opcodes.ISTORE || opcode == Opcodes.LSTORE) {
      Value value = pop();
      if (into.isPending(value)) {
        into.settle();
      }
      if (method.stores(variable) == 1 && !changing.contains(variable)) {
        variables.put(variable, value);
      } else {
        changing.add(variable);
        Value to = variables.computeIfAbsent(variable, v -> into.fresh(value.type));
        into.push(value);
        into.store(to);
      }
    } else {
      Value value = variables.get(variable);
      stack.add(changing.contains(variable) ? copy(value) : value);
    }
  }

  private void field(int opcode, FieldInsnNode field) {
    if (opcode == Opcodes.GETSTATIC) {
      stack.add(Value.of(InlineCore.constant(field)));
      return;
    }
    if (!field.owner.equals(InlineCode.FLAGS)) {
      pop();
      stack.add(InlineCore.field(field));
      return;
    }
    int variable = into.flags.variable(field.name);
    if (opcode == Opcodes.GETFIELD) {
      pop();
      stack.add(copy(Value.in('J', variable)));
    } else {
      into.push(pop());
      pop();
      into.code.visitVarInsn(Opcodes.LSTORE, variable);
      into.forget();
    }
  }

  /** Fetches a register, or changes it. */
  private void element(int opcode) {
    Value value = opcode == Opcodes.LASTORE ? pop() : null;
    int register = pop().constant.intValue();
    pop();
    if (value == null) {
      stack.add(copy(into.core.register(register)));
    } else {
      into.core.register(register, value);
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
      if (result == null) {
        result = into.fresh(value.type);
        firstResult = into.isPending(value) ? null : value;
      }
      into.push(value);
      into.store(result);
    }
    live = false;
    if (!only) {
      leftEarly++;
      into.goTo(end);
    }
  }

  /** Leaves by one label or the other. */
  private void branch(Value value) {
    boolean open = value.constant == null;
    boolean yes = open || value.constant.intValue() != 0;
    if (open) {
      into.push(value);
      into.code.visitJumpInsn(Opcodes.IFNE, branching.yes);
    } else {
      into.settle();
    }
    into.goTo(open || !yes ? branching.no : branching.yes);
    branching.toYes |= yes;
    branching.toNo |= open || !yes;
    live = false;
  }

  /** What one of our methods returns decides a branch, and is used for nothing else. */
  private boolean decides(MethodInsnNode call) {
    AbstractInsnNode next = call.getNext();
    return InlineMethods.isOurs(call.owner)
        && !InlineCore.knows(call)
        && next != null
        && (next.getOpcode() == Opcodes.IFEQ || next.getOpcode() == Opcodes.IFNE);
  }

  private void callAndBranch(MethodInsnNode call, JumpInsnNode jump) {
    List<Value> arguments = arguments(call);
    into.settle();
    arrive(jump.label);
    Label there = labels.get(jump.label);
    Label on = new Label();
    Branching ways =
        jump.getOpcode() == Opcodes.IFNE ? new Branching(there, on) : new Branching(on, there);
    new InlineFrame(into, InlineMethods.find(call.owner, call.name, call.desc), arguments, ways)
        .run();
    live = ways.reaches(on);
    if (live) {
      into.place(on);
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
    if (InlineCore.knows(call)) {
      returned = InlineCore.call(into.core, call.name, arguments);
    } else if (InlineMethods.isOurs(call.owner)) {
      InlineMethod found = InlineMethods.find(call.owner, call.name, call.desc);
      returned = new InlineFrame(into, found, arguments, null).run();
    } else {
      arguments.forEach(into::push);
      into.code.visitMethodInsn(call.getOpcode(), call.owner, call.name, call.desc, call.itf);
      returned = into.pop(Type.getReturnType(call.desc));
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
    Value same = taken.size() == 2 ? same(opcode, taken.get(0), taken.get(1)) : null;
    if (same != null) {
      taken.clear();
      stack.add(same);
      return;
    }
    taken.forEach(into::push);
    taken.clear();
    into.code.visitInsn(opcode);
    stack.add(into.pending(effect.charAt(count)));
  }

  /** The one of two numbers that the operation leaves because the other is 0, or null. */
  private static Value same(int opcode, Value a, Value b) {
    if (InlineConstants.leavesFirst(opcode) && isZero(b)) {
      return a;
    }
    return (opcode == Opcodes.LADD || opcode == Opcodes.LOR) && isZero(a) ? b : null;
  }

  private static boolean isZero(Value value) {
    return value.constant != null && value.constant.longValue() == 0;
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
      into.settle();
    }
    arrive(target);
    if (jumps == null) {
      taken.forEach(into::push);
      into.code.visitJumpInsn(opcode, labels.get(target));
    } else {
      into.goTo(labels.get(target));
      live = false;
    }
  }
}
