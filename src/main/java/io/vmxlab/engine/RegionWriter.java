package io.vmxlab.engine;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACONST_NULL;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.L2I;
import static org.objectweb.asm.Opcodes.LAND;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.POP2;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Writes the class of a region: what its blocks' operations do, in a row, with operands as
 * constants, and branches between its blocks as jumps. There is nothing of any instruction here.
 */
final class RegionWriter {
  private static final String REGION = RegionClass.REGION;
  private static final String OPERATION = RegionClass.OPERATION;
  private static final String INDIRECT = Type.getDescriptor(Indirect.class);
  private static final String CPU = RegionMethod.CPU;
  private static final String EXEC = "(" + CPU + ")" + OPERATION;

  /** Instructions of a block that is written in parts, in each: they fit into a method. */
  private static final int MOST_IN_PART = 24;

  private static final long PAGE = ~0xFFFL;

  /** Targets of an indirect branch that are compared one by one. */
  private static final int FEW_TARGETS = 2;

  private static final int THIS = RegionMethod.THIS;
  private static final int ON = RegionMethod.ON;

  private static final int TARGET = RegionMethod.TARGET;

  private final List<Block> blocks;
  private final int instructions;
  private final RegionGraph graph;
  private final Map<Long, Label> labels = new HashMap<>();
  private final RegionClass made = new RegionClass();

  /** Methods still to be written. */
  private final List<List<Operation>> parts = new ArrayList<>();

  private RegionMethod method;
  private MethodVisitor code;

  /** Instructions that a block may have without being written in parts. */
  private final int mostInMethod;

  private RegionWriter(List<BlockCode> all, int mostInMethod) {
    blocks = all.stream().map(BlockCode::block).toList();
    instructions = BlockCode.count(all);
    this.mostInMethod = mostInMethod;
    graph = new RegionGraph(all);
    blocks.forEach(b -> labels.put(b.rip, new Label()));
  }

  /**
   * Makes a region of blocks of one space that lie in the same page: of the first ones, if all are
   * too long for a method, and of one that is too long itself in parts. By any thread.
   *
   * @param most instructions of the region at most
   */
  static Region write(List<BlockCode> all, int most) {
    List<BlockCode> some = BlockCode.upTo(most, all);
    Region region = writeWhole(some);
    while (region == null && some.size() > 1) {
      most = most * 3 / 4;
      some = BlockCode.upTo(most, some);
      region = writeWhole(some);
    }
    if (region == null) {
      RegionWriter writer = new RegionWriter(some, MOST_IN_PART);
      writer.write();
      region = writer.define();
    }
    return region;
  }

  /** Makes a region of all of them; null if they are too long. */
  static Region writeWhole(List<BlockCode> all) {
    RegionWriter writer = new RegionWriter(all, Translator.MAX_BLOCK);
    return writer.write() ? writer.define() : null;
  }

  private Region define() {
    Region region = made.define();
    region.blocks = blocks;
    region.instructions = instructions;
    return region;
  }

  /** Writes it, and returns whether the JVM would compile each of its methods. */
  private boolean write() {
    List<Operation> operations = new ArrayList<>();
    for (Block block : blocks) {
      RegionGraph.Piece piece = graph.piece(block);
      if (piece.plain().size() <= mostInMethod) {
        operations.addAll(piece.plain());
      }
      if (piece.into() == null) {
        operations.add(block.exit());
      }
    }
    begin(ACC_FINAL, "exec", EXEC, operations, false);
    method.begin();
    Block entry = blocks.get(0);
    Label first = new Label();
    method.ifWithinHorizon(graph.ahead(entry), first);
    code.visitVarInsn(ALOAD, THIS);
    String refuse = "()" + OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, REGION, "refuse", refuse, false);
    code.visitInsn(ARETURN);
    code.visitLabel(first);
    method.load();
    blocks.forEach(this::block);
    boolean fits = method.end();
    for (int i = 0; i < parts.size(); i++) {
      List<Operation> part = parts.get(i);
      begin(ACC_PRIVATE | ACC_FINAL, "part" + i, EXEC, part, true);
      method.begin();
      method.load();
      part.forEach(this::call);
      method.leave(
          () -> {
            code.visitInsn(ACONST_NULL);
            code.visitInsn(ARETURN);
          });
      fits &= method.end();
    }
    return fits;
  }

  private void begin(
      int access, String name, String descriptor, List<Operation> operations, boolean isPart) {
    code = made.method(access, name, descriptor);
    method = new RegionMethod(made, code, operations, isPart);
  }

  private void block(Block block) {
    method.arrive(labels.get(block.rip), graph.before(block));
    RegionGraph.Piece piece = graph.piece(block);
    List<Operation> plain = piece.plain();
    if (plain.size() <= mostInMethod) {
      plain.forEach(this::call);
    } else {
      for (int i = 0; i < plain.size(); i += MOST_IN_PART) {
        callPart(plain.subList(i, Math.min(plain.size(), i + MOST_IN_PART)));
      }
    }
    if (piece.into() == null) {
      last(block, block.exit());
    } else {
      inside(block, block.exit(), piece.into().rip);
    }
  }

  private void callPart(List<Operation> part) {
    String name = "part" + parts.size();
    parts.add(part);
    method.callPart(name, EXEC);
  }

  private void call(Operation op) {
    ShapeCode.write(method, op);
  }

  private void last(Block block, Operation op) {
    if (op instanceof FallThrough) {
      edge(block, (Branch) op, false);
    } else if (op instanceof Branch && !block.checksTargets) {
      Branch branch = (Branch) op;
      if (branch.always()) {
        ShapeCode.write(method, op);
        code.visitInsn(POP2);
      } else {
        Label jump = new Label();
        Label on = new Label();
        ShapeCode.branch(method, op, jump, on);
        method.inline.place(on);
        edge(block, branch, false);
        method.inline.place(jump);
      }
      edge(block, branch, true);
    } else if (op instanceof Indirect) {
      ShapeCode.write(method, op);
      code.visitVarInsn(LSTORE, TARGET);
      List<Block> targets = new ArrayList<>(graph.targets((Indirect) op));
      if (targets.size() <= FEW_TARGETS) {
        targets.forEach(to -> goTo(to, block));
      } else {
        goToOneOf(targets, block);
      }
      method.leave(() -> go((Indirect) op));
    } else {
      method.leave(() -> execute(op));
    }
  }

  private void go(Indirect op) {
    method.leftBy(op);
    method.push(op, INDIRECT);
    code.visitVarInsn(ALOAD, ON);
    code.visitVarInsn(LLOAD, TARGET);
    String go = "(" + CPU + "J)" + OPERATION;
    code.visitMethodInsn(INVOKEVIRTUAL, Type.getInternalName(Indirect.class), "go", go, false);
    code.visitInsn(ARETURN);
  }

  private void execute(Operation op) {
    method.leftBy(op);
    method.push(op, OPERATION);
    code.visitVarInsn(ALOAD, ON);
    String operation = Type.getInternalName(Operation.class);
    code.visitMethodInsn(INVOKEVIRTUAL, operation, "exec", EXEC, false);
    code.visitInsn(ARETURN);
  }

  /** Goes to the block if that is where an indirect branch goes. */
  private void goTo(Block to, Block from) {
    Label elsewhere = new Label();
    code.visitVarInsn(LLOAD, TARGET);
    code.visitLdcInsn(to.rip);
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFNE, elsewhere);
    inside(from, from.exit(), to.rip);
    code.visitLabel(elsewhere);
  }

  /** The same for several blocks, which lie in the page of the branch. */
  private void goToOneOf(List<Block> targets, Block from) {
    targets.sort(Comparator.comparingInt(b -> (int) b.rip));
    Label elsewhere = new Label();
    long page = from.rip & PAGE;
    code.visitVarInsn(LLOAD, TARGET);
    code.visitLdcInsn(PAGE);
    code.visitInsn(LAND);
    code.visitLdcInsn(page);
    code.visitInsn(LCMP);
    code.visitJumpInsn(IFNE, elsewhere);
    int[] keys = targets.stream().mapToInt(b -> (int) b.rip).toArray();
    Label[] ways = targets.stream().map(b -> new Label()).toArray(Label[]::new);
    code.visitVarInsn(LLOAD, TARGET);
    code.visitInsn(L2I);
    code.visitLookupSwitchInsn(elsewhere, keys, ways);
    for (int i = 0; i < keys.length; i++) {
      code.visitLabel(ways[i]);
      inside(from, from.exit(), targets.get(i).rip);
    }
    code.visitLabel(elsewhere);
  }

  private void edge(Block from, Branch branch, boolean jump) {
    long target = jump ? branch.target() : branch.following();
    if (labels.containsKey(target)) {
      inside(from, branch, target);
    } else {
      method.leaveBy(branch, jump);
    }
  }

  /** Goes to a block of the region. */
  private void inside(Block from, Operation last, long target) {
    method.count(graph.piece(from).count());
    Block to = graph.at(target);
    if (graph.isChecked(from, to)) {
      method.ifWithinHorizon(graph.ahead(to), labels.get(target));
      method.pauseBehind(last, graph.first(to));
    } else {
      code.visitJumpInsn(GOTO, labels.get(target));
    }
  }
}
