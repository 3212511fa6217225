package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.POP;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V17;

import io.vmxlab.cpu.Cpu;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Writes the class of a region: its blocks' operations in a row, each a call of the static method
 * of its shape with the operands as constants, and branches between its blocks as jumps. There is
 * nothing of any instruction here.
 */
final class RegionWriter {
  private static final String REGION = Type.getInternalName(Region.class);
  private static final String NAME = REGION + "Code";
  private static final String INDIRECT = Type.getDescriptor(Indirect.class);
  private static final String OPERATION = Type.getDescriptor(Operation.class);
  private static final String ALL = "[" + OPERATION;
  private static final String CONSTANTS = Type.getDescriptor(Operands.Constants.class);
  private static final String CPU = Type.getDescriptor(Cpu.class);
  private static final String EXEC = "(" + CPU + ")" + OPERATION;
  private static final String WITH_OPERANDS = "(" + CPU + Type.getDescriptor(Operands.class) + ")";

  /** Instructions in a method at most: beyond it the JIT compiler stops inlining. */
  private static final int MOST_IN_METHOD = 24;

  // local variables
  private static final int THIS = 0;
  private static final int ON = 1;
  private static final int AT = 2;
  private static final int THROWN = 3;
  private static final int TARGET = 4;

  /** In the place of an operation's number: a part has said itself which it was. */
  private static final int SAID = -1;

  /** For the static initialiser of the class being defined; guarded by the class lock. */
  private static Object[] pending;

  private final ClassWriter out =
      new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
        @Override
        protected String getCommonSuperClass(String a, String b) {
          return Type.getInternalName(Object.class);
        }
      };

  private final List<Block> blocks;
  private final Map<Long, Label> labels = new HashMap<>();

  /** Operations that may throw; their numbers are their places. */
  private final List<Operation> operations = new ArrayList<>();

  /** Values of the static fields c0, c1, ..., and their types. */
  private final List<Object> constants = new ArrayList<>();

  private final List<String> types = new ArrayList<>();

  /** Methods still to be written. */
  private final List<List<Operation>> parts = new ArrayList<>();

  private MethodVisitor code;

  private RegionWriter(List<Block> blocks) {
    this.blocks = blocks;
  }

  /** For static initialisers of regions. */
  static Object[] constants() {
    return pending;
  }

  /** Makes a region of blocks of one space that lie in the same page. */
  static Region write(List<Block> blocks) {
    return new RegionWriter(blocks).region();
  }

  private Region region() {
    out.visit(V17, ACC_FINAL | ACC_SUPER, NAME, null, REGION, null);
    out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, "all", ALL, null, null).visitEnd();
    constructor();
    blocks.forEach(b -> labels.put(b.rip, new Label()));
    method(ACC_FINAL, "exec", EXEC, () -> blocks.forEach(this::block));
    for (int i = 0; i < parts.size(); i++) {
      part(i);
    }
    initialiser();
    out.visitEnd();
    return define();
  }

  private Region define() {
    synchronized (RegionWriter.class) {
      constants.add(operations.toArray(new Operation[0]));
      pending = constants.toArray();
      try {
        return (Region)
            MethodHandles.lookup()
                .defineHiddenClass(out.toByteArray(), true)
                .lookupClass()
                .getDeclaredConstructor()
                .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      } finally {
        pending = null;
      }
    }
  }

  private void constructor() {
    MethodVisitor m = out.visitMethod(0, "<init>", "()V", null, null);
    m.visitCode();
    m.visitVarInsn(ALOAD, THIS);
    m.visitMethodInsn(INVOKESPECIAL, REGION, "<init>", "()V", false);
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  private void initialiser() {
    MethodVisitor m = out.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    m.visitCode();
    String all = "()[" + Type.getDescriptor(Object.class);
    m.visitMethodInsn(
        INVOKESTATIC, Type.getInternalName(RegionWriter.class), "constants", all, false);
    for (int i = 0; i <= constants.size(); i++) {
      boolean last = i == constants.size();
      String type = last ? ALL : types.get(i);
      m.visitInsn(DUP);
      m.visitLdcInsn(i);
      m.visitInsn(AALOAD);
      m.visitTypeInsn(CHECKCAST, Type.getType(type).getInternalName());
      m.visitFieldInsn(PUTSTATIC, NAME, last ? "all" : "c" + i, type);
    }
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** A method whose exceptions leave behind which operation they come from. */
  private void method(int access, String name, String descriptor, Runnable body) {
    code = out.visitMethod(access, name, descriptor, null, null);
    code.visitCode();
    Label from = new Label();
    Label to = new Label();
    Label said = new Label();
    code.visitTryCatchBlock(from, to, to, null);
    at(SAID);
    code.visitLabel(from);
    body.run();
    code.visitLabel(to);
    code.visitVarInsn(ASTORE, THROWN);
    code.visitVarInsn(ILOAD, AT);
    code.visitJumpInsn(IFLT, said);
    code.visitVarInsn(ALOAD, THIS);
    code.visitFieldInsn(GETSTATIC, NAME, "all", ALL);
    code.visitVarInsn(ILOAD, AT);
    code.visitInsn(AALOAD);
    code.visitFieldInsn(PUTFIELD, REGION, "left", OPERATION);
    code.visitLabel(said);
    code.visitVarInsn(ALOAD, THROWN);
    code.visitInsn(ATHROW);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private void at(int number) {
    code.visitLdcInsn(number);
    code.visitVarInsn(ISTORE, AT);
  }

  private void at(Operation op) {
    at(operations.size());
    operations.add(op);
  }

  private void push(Object value, String type) {
    String field = "c" + constants.size();
    constants.add(value);
    types.add(type);
    out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, field, type, null, null).visitEnd();
    code.visitFieldInsn(GETSTATIC, NAME, field, type);
  }

  private void block(Block block) {
    code.visitLabel(labels.get(block.rip));
    List<Operation> plain = new ArrayList<>();
    Operation op = block.plain();
    for (; op.next != null; op = op.next) {
      plain.add(op);
    }
    if (plain.size() <= MOST_IN_METHOD) {
      plain.forEach(this::call);
    } else {
      for (int i = 0; i < plain.size(); i += MOST_IN_METHOD) {
        callPart(plain.subList(i, Math.min(plain.size(), i + MOST_IN_METHOD)));
      }
    }
    last(block, op);
  }

  private void callPart(List<Operation> part) {
    at(SAID);
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    code.visitMethodInsn(INVOKEVIRTUAL, NAME, "part" + parts.size(), "(" + CPU + ")V", false);
    parts.add(part);
  }

  private void part(int number) {
    method(
        ACC_PRIVATE | ACC_FINAL,
        "part" + number,
        "(" + CPU + ")V",
        () -> {
          parts.get(number).forEach(this::call);
          code.visitInsn(RETURN);
        });
  }

  private void call(Operation op) {
    callShape(op, "run", "V");
  }

  private void callShape(Operation op, String method, String returned) {
    at(op);
    code.visitVarInsn(ALOAD, ON);
    push(Operands.Constants.of(op), CONSTANTS);
    String shape = Type.getInternalName(op.getClass());
    code.visitMethodInsn(INVOKESTATIC, shape, method, WITH_OPERANDS + returned, false);
  }

  private void last(Block block, Operation op) {
    if (op instanceof FallThrough) {
      edge(block, (Branch) op, false);
    } else if (op instanceof Branch && !block.checksTargets) {
      Branch branch = (Branch) op;
      callShape(op, "jumps", "Z");
      if (branch.always()) {
        code.visitInsn(POP);
      } else {
        Label jump = new Label();
        code.visitJumpInsn(IFNE, jump);
        edge(block, branch, false);
        code.visitLabel(jump);
      }
      edge(block, branch, true);
    } else if (op instanceof Indirect) {
      callShape(op, "aims", "J");
      code.visitVarInsn(LSTORE, TARGET);
      blocks.forEach(b -> returnTo(b, block));
      leftBy(op);
      push(op, INDIRECT);
      code.visitVarInsn(ALOAD, ON);
      code.visitVarInsn(LLOAD, TARGET);
      String go = "(" + CPU + "J)" + OPERATION;
      code.visitMethodInsn(INVOKEVIRTUAL, Type.getInternalName(Indirect.class), "go", go, false);
      code.visitInsn(ARETURN);
    } else {
      leftBy(op);
      push(op, OPERATION);
      code.visitVarInsn(ALOAD, ON);
      String operation = Type.getInternalName(Operation.class);
      code.visitMethodInsn(INVOKEVIRTUAL, operation, "exec", EXEC, false);
      code.visitInsn(ARETURN);
    }
  }

  /** Goes on after a call of the region if that is where an indirect branch goes. */
  private void returnTo(Block call, Block from) {
    Operation branch = call.exit();
    Label after = labels.get(branch.following);
    if (after == null || !branch.branches()) {
      return;
    }
    Label elsewhere = new Label();
    code.visitVarInsn(LLOAD, TARGET);
    code.visitLdcInsn(branch.following);
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFNE, elsewhere);
    inside(from, from.exit(), branch.following);
    code.visitLabel(elsewhere);
  }

  private void edge(Block from, Branch branch, boolean jump) {
    long target = jump ? branch.target() : branch.following;
    if (labels.containsKey(target)) {
      inside(from, branch, target);
      return;
    }
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    push(branch, Type.getDescriptor(Branch.class));
    code.visitInsn(jump ? ICONST_1 : ICONST_0);
    String leave = "(" + CPU + Type.getDescriptor(Branch.class) + "Z)" + OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, REGION, "leave", leave, false);
    code.visitInsn(ARETURN);
  }

  /** Goes to a block of the region. */
  private void inside(Block from, Operation last, long target) {
    code.visitVarInsn(ALOAD, ON);
    code.visitLdcInsn(from.count);
    code.visitMethodInsn(INVOKESTATIC, REGION, "goesOn", "(" + CPU + "I)Z", false);
    code.visitJumpInsn(IFNE, labels.get(target));
    code.visitVarInsn(ALOAD, THIS);
    code.visitVarInsn(ALOAD, ON);
    push(last, OPERATION);
    code.visitLdcInsn(target);
    String stop = "(" + CPU + OPERATION + "J)" + OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, REGION, "stop", stop, false);
    code.visitInsn(ARETURN);
  }

  private void leftBy(Operation op) {
    at(op);
    code.visitVarInsn(ALOAD, THIS);
    push(op, OPERATION);
    code.visitFieldInsn(PUTFIELD, REGION, "left", OPERATION);
  }
}
