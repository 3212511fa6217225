package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The semantics methods whose code regions can take in: those that only compute, from numbers and
 * flags, without a loop. What they call must be such a method too, or one of the JVM's own.
 */
final class InlineMethods {
  private static final String OURS = "io/vmxlab/";
  private static final Map<String, ClassNode> CLASSES = new HashMap<>();
  private static final Map<String, InlineMethod> METHODS = new HashMap<>();

  private InlineMethods() {}

  /** The method that an operation calls can be taken into a region. */
  static boolean takesIn(Operation op, Recipe recipe) {
    boolean suits =
        recipe.touches() == Touched.FLAGS
            || recipe.touches() == Touched.CORE && op.block.space.mode == CodeMode.BITS64;
    return suits
        && find(recipe.owner(), recipe.form().method(), recipe.form().descriptor()) != null;
  }

  /** A method that can be taken in, or null. */
  static synchronized InlineMethod find(String owner, String name, String descriptor) {
    String key = owner + '.' + name + descriptor;
    if (!METHODS.containsKey(key)) {
      METHODS.put(key, null); // while it is looked at: what calls itself is not taken in
      METHODS.put(key, read(owner, name, descriptor));
    }
    return METHODS.get(key);
  }

  /** The method is one of this program's own: it is taken in or nothing is. */
  static boolean isOurs(String owner) {
    return owner.startsWith(OURS);
  }

  private static InlineMethod read(String owner, String name, String descriptor) {
    for (MethodNode method : CLASSES.computeIfAbsent(owner, InlineMethods::read).methods) {
      if (method.name.equals(name) && method.desc.equals(descriptor)) {
        return suits(method) ? new InlineMethod(method) : null;
      }
    }
    return null;
  }

  private static ClassNode read(String owner) {
    try (InputStream in = InlineMethods.class.getResourceAsStream('/' + owner + ".class")) {
      ClassNode node = new ClassNode();
      new ClassReader(in).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      node.methods.removeIf(m -> m.name.equals("<clinit>")); // tables of forms: most of the class
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(owner, e);
    }
  }

  private static boolean suits(MethodNode method) {
    if (!method.tryCatchBlocks.isEmpty() || !onlyNumbers(method.desc)) {
      return false;
    }
    Set<LabelNode> passed = new HashSet<>();
    for (AbstractInsnNode insn : method.instructions) {
      if (insn instanceof LabelNode) {
        passed.add((LabelNode) insn);
      } else if (insn instanceof JumpInsnNode) {
        if (passed.contains(((JumpInsnNode) insn).label)) {
          return false;
        }
      } else if (insn instanceof MethodInsnNode) {
        if (!suits((MethodInsnNode) insn)) {
          return false;
        }
      } else if (insn.getOpcode() >= 0 && !InlineCode.knows(insn)) {
        return false;
      }
    }
    return true;
  }

  private static boolean suits(MethodInsnNode call) {
    if (InlineCore.knows(call)) {
      return true;
    }
    return isOurs(call.owner)
        ? find(call.owner, call.name, call.desc) != null
        : call.getOpcode() == Opcodes.INVOKESTATIC && onlyNumbers(call.desc);
  }

  /** Parameters are int, long, boolean or flags, and so is what is returned. */
  private static boolean onlyNumbers(String descriptor) {
    for (Type type : Type.getArgumentTypes(descriptor)) {
      if (!isNumber(type)
          && !type.getDescriptor().equals(InlineCode.FLAGS_TYPE)
          && !type.getDescriptor().equals(InlineCore.TYPE)) {
        return false;
      }
    }
    Type returned = Type.getReturnType(descriptor);
    return returned == Type.VOID_TYPE || isNumber(returned);
  }

  private static boolean isNumber(Type type) {
    return type == Type.INT_TYPE || type == Type.LONG_TYPE || type == Type.BOOLEAN_TYPE;
  }

  /** A method, and what has to be known of it before it is taken in. */
  static final class InlineMethod {
    final MethodNode method;

    /** Number of assignments to each local variable. */
    private final Map<Integer, Integer> stores = new HashMap<>();

    /** Number of ways to each label. */
    private final Map<LabelNode, Integer> ways = new HashMap<>();

    final int returns;

    private InlineMethod(MethodNode method) {
      this.method = method;
      int found = 0;
      boolean on = true;
      for (AbstractInsnNode insn : method.instructions) {
        int opcode = insn.getOpcode();
        if (insn instanceof LabelNode) {
          if (on) {
            ways.merge((LabelNode) insn, 1, Integer::sum);
          }
          on = true;
        } else if (insn instanceof JumpInsnNode) {
          ways.merge(((JumpInsnNode) insn).label, 1, Integer::sum);
          on = opcode != Opcodes.GOTO;
        } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
          found++;
          on = false;
        } else if (opcode == Opcodes.ISTORE || opcode == Opcodes.LSTORE) {
          stores.merge(((VarInsnNode) insn).var, 1, Integer::sum);
        }
      }
      returns = found;
    }

    int stores(int variable) {
      return stores.getOrDefault(variable, 0);
    }

    /** Control comes to the label from several places. */
    boolean merges(LabelNode label) {
      return ways.getOrDefault(label, 0) > 1;
    }
  }
}
