package io.vmxlab.engine;

import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one operation of two that stand in a row, so that one call of a method that is not known
 * beforehand does the work of two. At most one of them can raise an exception, so that it is known
 * whose it is.
 */
final class Pairs {
  /** Classes made at most. */
  private static final int MOST = 1500;

  private static final Map<String, Operation> DEFINED = new HashMap<>();

  private Pairs() {}

  /** The same operations in the same order, in pairs from the end where that is possible. */
  static List<Operation> of(List<Operation> operations) {
    List<Operation> pairs = new ArrayList<>();
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation pair = i == 0 ? null : pair(operations.get(i - 1), operations.get(i));
      pairs.add(pair == null ? operations.get(i) : pair);
      i -= pair == null ? 0 : 1;
    }
    Collections.reverse(pairs);
    return pairs;
  }

  private static Operation pair(Operation first, Operation second) {
    if (!isStep(first)
        || !(second instanceof Branch && second.insn != null ? isBranch(second) : isStep(second))
        || mayThrow(first) && mayThrow(second)) {
      return null;
    }
    Operation prototype = prototype(first.getClass(), second.getClass(), second instanceof Branch);
    if (prototype == null) {
      return null;
    }
    Operation pair = prototype.fresh();
    pair.join(first, second);
    return pair;
  }

  private static boolean isStep(Operation op) {
    if (op.insn == null || !op.insn.form.modelled()) {
      return false;
    }
    Recipe recipe = Recipe.of(op.insn);
    return recipe.vectors() == null
        && !recipe.shape().startsWith("Whole")
        && recipe.touches() != Touched.ALL
        && !(op instanceof Branch)
        && !(op instanceof Indirect);
  }

  private static boolean isBranch(Operation op) {
    String shape = Recipe.of(op.insn).shape();
    return shape.equals("BranchIf") && !op.block.checksTargets || shape.equals("BranchDirect");
  }

  static boolean mayThrow(Operation op) {
    Recipe recipe = Recipe.of(op.insn);
    boolean memory = false;
    for (Slot slot : recipe.slots()) {
      memory |= slot instanceof Slot.Memory;
    }
    return memory || recipe.touches() != Touched.FLAGS;
  }

  private static synchronized Operation prototype(Class<?> first, Class<?> second, boolean branch) {
    String name = "Pair_" + first.getSimpleName() + "_" + second.getSimpleName();
    Operation made = DEFINED.get(name);
    if (made == null && DEFINED.size() < MOST) {
      made = define(name, first, second, branch ? "PairBranch" : "Pair");
      DEFINED.put(name, made);
    }
    return made;
  }

  private static Operation define(String name, Class<?> first, Class<?> second, String template) {
    String prefix = "io/vmxlab/engine/";
    Map<String, String> names =
        Map.of(
            prefix + template,
            prefix + name,
            prefix + "PlaceholderFirst",
            prefix + first.getSimpleName(),
            prefix + "PlaceholderSecond",
            prefix + second.getSimpleName());
    try {
      Class<?> made =
          MethodHandles.lookup().defineClass(ConstantPool.rename(Shapes.file(template), names));
      return (Operation) made.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
