package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INSTANCEOF;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import io.vmxlab.arch.Gpr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.cpu.VmExit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A method of a region: operations in a row with registers in local variables, and ways out. A
 * branch gives the processor what may have been changed before it, whatever is taken rarely what
 * may be changed anywhere. An exception leaves behind which operation it comes from.
 */
final class RegionMethod {
  static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String CPU_NAME = Type.getInternalName(Cpu.class);
  private static final String BRANCH_TYPE = Type.getDescriptor(Branch.class);

  // local variables; types of two words have two
  static final int THIS = 0;
  static final int ON = 1;
  private static final int THROWN = 2;
  private static final int NEXT = 3;
  private static final int MMU = 4;
  private static final int RETIRED = 5;

  /** Where an indirect branch goes, or the region goes on. */
  static final int TARGET = 7;

  /** Of the operation that the region ends in. */
  private static final int NUMBER = 9;

  private static final int BRANCH = 10;
  private static final int JUMP = 11;
  private static final int SCRATCH = 12;
  private static final int FLAGS = SCRATCH + 5;
  private static final int REGISTERS = FLAGS + 9;

  /** What code needs that has been taken in. */
  private static final int INLINE = REGISTERS + RegisterVariables.MOST;

  /** The longest method that the JVM compiles. */
  private static final int MOST_BYTES = 8000;

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

  /** What may have been changed where code is being written. */
  private Changes changed = Changes.NONE;

  /**
   * What may be changed anywhere. It is given to the processor on the ways that are taken rarely,
   * which so are one: how much code a method may have is bounded, and so is how much the JIT
   * compiler puts into it of methods that it calls.
   */
  private final Changes most;

  /** Ways out before an operation. */
  private final Map<Label, Operation> before = new LinkedHashMap<>();

  /** Ways out by branches, by what the processor has to be given. */
  private final Map<Changes, Label> branches = new LinkedHashMap<>();

  /** The way out where a run ends, if there is one. */
  private Label pause;

  private final List<Handler> handlers = new ArrayList<>();

  /**
   * Where an exception is caught.
   *
   * @param stored the processor has everything
   * @param number of the operation that it comes from
   */
  private record Handler(Label label, boolean stored, int number) {}

  RegionMethod(RegionClass owner, MethodVisitor code, List<Operation> operations, boolean isPart) {
    this.owner = owner;
    this.isPart = isPart;
    this.code = code;
    flags = new FlagVariables(code, ON, FLAGS);
    inline = new InlineCode(code, flags, INLINE);
    registers = new RegisterVariables(code, inline, ON, REGISTERS, operations);
    operands = new OperandCode(code, inline, registers, ON, MMU, SCRATCH);
    most = operations.stream().map(Changes::of).reduce(Changes.NONE, Changes::and);
  }

  /** Begins it. */
  void begin() {
    code.visitCode();
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "retired", "J");
    code.visitVarInsn(LSTORE, RETIRED);
  }

  /** Fills the local variables. */
  void load() {
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "mmu", Type.getDescriptor(Mmu.class));
    code.visitVarInsn(ASTORE, MMU);
    registers.begin();
    flags.load();
    inline.forget();
  }

  /**
   * Ends it.
   *
   * @return false if it is so long that the JVM would not compile it
   */
  boolean end() {
    branches.forEach(this::leaveByBranch);
    if (pause != null) {
      pause();
    }
    if (!before.isEmpty()) {
      leaveBefore();
    }
    if (!handlers.isEmpty()) {
      handle();
    }
    Label last = new Label();
    code.visitLabel(last);
    code.visitMaxs(0, 0);
    code.visitEnd();
    return last.getOffset() <= MOST_BYTES;
  }

  /** Control comes here from elsewhere; so much may have been changed. */
  void arrive(Label label, Changes by) {
    code.visitLabel(label);
    inline.forget();
    changed = by;
  }

  /** An operation has been written. */
  void did(Operation op) {
    changed = changed.and(Changes.of(op));
  }

  /** Goes on if the instructions that follow cannot reach the horizon. */
  void ifWithinHorizon(int instructions, Label next) {
    Label end = new Label();
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitLdcInsn((long) instructions);
    code.visitInsn(LADD);
    code.visitVarInsn(ALOAD, ON);
    code.visitFieldInsn(GETFIELD, CPU_NAME, "horizon", "J");
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFGE, end);
    code.visitJumpInsn(GOTO, next); // with an empty stack, or the comparison would stay in it
    code.visitLabel(end);
  }

  /** Counts the instructions of a block. */
  void count(int instructions) {
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitLdcInsn((long) instructions);
    code.visitInsn(LADD);
    code.visitVarInsn(LSTORE, RETIRED);
  }

  /** Leaves the method: the processor gets what may have been changed, and then the code runs. */
  void leave(Runnable way) {
    store(changed);
    way.run();
  }

  /**
   * A label that leaves the method: the operation is executed as that of a block, and so are those
   * behind it.
   */
  Label before(Operation op) {
    Label label = new Label();
    before.put(label, op);
    return label;
  }

  private void leaveBefore() {
    Label out = new Label();
    before.forEach(
        (label, op) -> {
          code.visitLabel(label);
          push(op, RegionClass.OPERATION);
          code.visitVarInsn(ASTORE, NEXT);
          code.visitJumpInsn(GOTO, out);
        });
    code.visitLabel(out);
    store(most);
    code.visitVarInsn(ALOAD, NEXT);
    code.visitInsn(ARETURN);
  }

  /** Leaves the method by a branch with a fixed target, to it or behind the branch. */
  void leaveBy(Branch branch, boolean jump) {
    push(branch, BRANCH_TYPE);
    code.visitVarInsn(ASTORE, BRANCH);
    pushNumber(branch);
    code.visitVarInsn(ISTORE, NUMBER);
    code.visitInsn(jump ? ICONST_1 : ICONST_0);
    code.visitVarInsn(ISTORE, JUMP);
    code.visitJumpInsn(GOTO, branches.computeIfAbsent(changed, c -> new Label()));
  }

  private void leaveByBranch(Changes by, Label way) {
    code.visitLabel(way);
    store(by);
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(ALOAD, BRANCH);
    code.visitVarInsn(ILOAD, NUMBER);
    code.visitVarInsn(ILOAD, JUMP);
    String leave = "(" + CPU + BRANCH_TYPE + "IZ)" + RegionClass.OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, RegionClass.REGION, "leave", leave, false);
    code.visitInsn(ARETURN);
  }

  /** Leaves the method where a run may end: before a block, behind the operation. */
  void pauseBehind(Operation last, Operation next) {
    pushNumber(last);
    code.visitVarInsn(ISTORE, NUMBER);
    code.visitLdcInsn(next.rip());
    code.visitVarInsn(LSTORE, TARGET);
    push(next, RegionClass.OPERATION);
    code.visitVarInsn(ASTORE, NEXT);
    pause = pause == null ? new Label() : pause;
    code.visitJumpInsn(GOTO, pause);
  }

  private void pause() {
    code.visitLabel(pause);
    store(most);
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(ILOAD, NUMBER);
    code.visitVarInsn(LLOAD, TARGET);
    code.visitVarInsn(ALOAD, NEXT);
    String descriptor = "(" + CPU + "IJ" + RegionClass.OPERATION + ")" + RegionClass.OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, RegionClass.REGION, "pause", descriptor, false);
    code.visitInsn(ARETURN);
  }

  /** The number of an operation that the region may end in. */
  private void pushNumber(Operation op) {
    code.visitLdcInsn(owner.number(op));
  }

  void push(Object value, String type) {
    owner.push(code, value, type);
  }

  /** Writes code of an operation that may throw, with what was changed in local variables. */
  void guard(Operation op, Runnable written) {
    guard(false, owner.number(op), written);
  }

  private void guard(boolean stored, int number, Runnable written) {
    Label from = new Label();
    Label to = new Label();
    Handler handler = new Handler(new Label(), stored, number);
    code.visitTryCatchBlock(from, to, handler.label, null);
    code.visitLabel(from);
    written.run();
    code.visitLabel(to);
    handlers.add(handler);
  }

  private void handle() {
    Label toStore = new Label();
    Label stored = new Label();
    Label said = new Label();
    for (Handler handler : handlers) {
      code.visitLabel(handler.label);
      code.visitVarInsn(ASTORE, THROWN);
      if (handler.number != SAID) {
        code.visitLdcInsn(handler.number);
        code.visitVarInsn(ISTORE, NUMBER);
      }
      // no handler itself: the first JIT compiler wants them apart
      Label on = handler.stored ? stored : toStore;
      code.visitJumpInsn(GOTO, handler.number == SAID ? said : on);
    }
    if (handlers.stream().anyMatch(h -> !h.stored)) {
      code.visitLabel(toStore);
      store(most);
    }
    if (handlers.stream().anyMatch(h -> h.number != SAID)) {
      code.visitLabel(stored);
      code.visitVarInsn(ALOAD, THIS);
      code.visitVarInsn(ILOAD, NUMBER);
      code.visitFieldInsn(PUTFIELD, RegionClass.REGION, "left", "I");
    }
    code.visitLabel(said);
    thrown();
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

  /** Calls what may look at all of the processor, and change it. */
  void apart(Operation op, Runnable call) {
    apart(owner.number(op), call);
  }

  private void apart(int number, Runnable call) {
    store(changed);
    guard(true, number, call);
    registers.load();
    flags.load();
    inline.forget();
  }

  /** Calls what works on memory and the stack pointer, and finds the time if that is a device. */
  void withStack(Runnable call) {
    storeRetired();
    if (changed.registers().get(Gpr.RSP)) {
      registers.store(Gpr.RSP);
    }
    call.run();
    registers.load(Gpr.RSP);
  }

  /** Calls what works on vectors, and on flags if it says so; all registers may be operands. */
  void withVectors(Operation op, Runnable call) {
    boolean changesFlags = !op.insn.form.flags().isEmpty();
    store(changesFlags ? changed : new Changes(changed.registers(), false));
    guard(op, call);
    if (changesFlags) {
      flags.load();
      inline.forget();
    }
  }

  /** The processor gets what may have been changed. */
  private void store(Changes by) {
    by.registers().stream().forEach(registers::store);
    if (by.flags()) {
      flags.store();
    }
    storeRetired();
  }

  private void storeRetired() {
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(LLOAD, RETIRED);
    code.visitFieldInsn(PUTFIELD, CPU_NAME, "retired", "J");
  }

  /**
   * Calls a part of the region, a method of its own, which returns an operation if it has been left
   * before that.
   */
  void callPart(String name, String descriptor) {
    apart(
        SAID,
        () -> {
          code.visitVarInsn(ALOAD, THIS);
          code.visitVarInsn(ALOAD, ON);
          code.visitMethodInsn(INVOKEVIRTUAL, RegionClass.NAME, name, descriptor, false);
          code.visitVarInsn(ASTORE, NEXT);
        });
    Label done = new Label();
    code.visitVarInsn(ALOAD, NEXT);
    code.visitJumpInsn(IFNULL, done);
    code.visitVarInsn(ALOAD, NEXT);
    code.visitInsn(ARETURN);
    code.visitLabel(done);
  }

  /** The region ends in that operation, and exceptions come from it. */
  void leftBy(Operation op) {
    code.visitVarInsn(ALOAD, THIS);
    pushNumber(op);
    code.visitFieldInsn(PUTFIELD, RegionClass.REGION, "left", "I");
  }
}
