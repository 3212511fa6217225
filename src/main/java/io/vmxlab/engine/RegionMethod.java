package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.INSTANCEOF;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
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
 * A method of a region: operations in a row with registers in local variables, and ways out, each
 * of which gives the processor what may have been changed before it. An exception leaves behind
 * which operation it comes from.
 */
final class RegionMethod {
  static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String CPU_NAME = Type.getInternalName(Cpu.class);

  // local variables; types of two words have two
  static final int THIS = 0;
  static final int ON = 1;
  private static final int THROWN = 2;
  private static final int NEXT = 3;
  private static final int MMU = 4;
  private static final int RETIRED = 5;

  /** Where an indirect branch goes. */
  static final int TARGET = 7;

  private static final int SCRATCH = 9;
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

  /** Ways out before an operation, by what the processor has to be given. */
  private final Map<Changes, Map<Label, Operation>> before = new LinkedHashMap<>();

  private final List<Handler> handlers = new ArrayList<>();

  /**
   * Where an exception is caught.
   *
   * @param changed what the processor has to be given; null if it has everything
   * @param number of the operation that it comes from
   */
  private record Handler(Label label, Changes changed, int number) {}

  RegionMethod(RegionClass owner, MethodVisitor code, List<Operation> operations, boolean isPart) {
    this.owner = owner;
    this.isPart = isPart;
    this.code = code;
    flags = new FlagVariables(code, ON, FLAGS);
    inline = new InlineCode(code, flags, INLINE);
    registers = new RegisterVariables(code, inline, ON, REGISTERS, operations);
    operands = new OperandCode(code, inline, registers, ON, MMU, SCRATCH);
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
    before.forEach(this::leaveBefore);
    Label on = new Label();
    for (Handler handler : handlers) {
      handle(handler, on);
    }
    if (!handlers.isEmpty()) {
      code.visitLabel(on);
      thrown();
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
    before.computeIfAbsent(changed, c -> new LinkedHashMap<>()).put(label, op);
    return label;
  }

  private void leaveBefore(Changes by, Map<Label, Operation> operations) {
    Label out = new Label();
    operations.forEach(
        (label, op) -> {
          code.visitLabel(label);
          push(op, RegionClass.OPERATION);
          code.visitVarInsn(ASTORE, NEXT);
          code.visitJumpInsn(GOTO, out);
        });
    code.visitLabel(out);
    store(by);
    code.visitVarInsn(ALOAD, NEXT);
    code.visitInsn(ARETURN);
  }

  /** The number of an operation that the region may end in. */
  void pushNumber(Operation op) {
    code.visitLdcInsn(owner.number(op));
  }

  void push(Object value, String type) {
    owner.push(code, value, type);
  }

  /** Writes code of an operation that may throw, with what was changed in local variables. */
  void guard(Operation op, Runnable written) {
    guard(changed, owner.number(op), written);
  }

  private void guard(Changes notStored, int number, Runnable written) {
    Label from = new Label();
    Label to = new Label();
    Handler handler = new Handler(new Label(), notStored, number);
    code.visitTryCatchBlock(from, to, handler.label, null);
    code.visitLabel(from);
    written.run();
    code.visitLabel(to);
    handlers.add(handler);
  }

  private void handle(Handler handler, Label on) {
    code.visitLabel(handler.label);
    code.visitVarInsn(ASTORE, THROWN);
    if (handler.changed != null) {
      store(handler.changed);
    }
    if (handler.number != SAID) {
      left(handler.number);
    }
    code.visitJumpInsn(GOTO, on); // no handler itself: the first JIT compiler wants them apart
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
    guard(null, number, call);
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

  /** Calls what works on vectors and flags. */
  void withVectors(Operation op, Runnable call) {
    store(changed);
    guard(null, owner.number(op), call);
    flags.load();
    inline.forget();
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
    left(owner.number(op));
  }

  private void left(int number) {
    code.visitVarInsn(ALOAD, THIS);
    code.visitLdcInsn(number);
    code.visitFieldInsn(PUTFIELD, RegionClass.REGION, "left", "I");
  }
}
