package io.vmxlab.engine;

import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ways between the blocks of a region. Where a way goes back, or comes from a block that may
 * move the horizon, the region looks whether it can go on to the next such way without reaching the
 * horizon. So every run ends behind the same instruction as one of blocks, though a region does not
 * look at the end of each.
 */
final class RegionGraph {
  /** A way from one block to another. */
  private record Way(Block from, Block to) {}

  private final Map<Long, Block> blocks = new HashMap<>();
  private final Map<Block, List<Block>> after = new HashMap<>();
  private final Map<Block, Changes> before = new HashMap<>();
  private final Set<Way> checked = new HashSet<>();
  private final Map<Block, Integer> ahead = new HashMap<>();

  /** Of blocks, the first of which is entered. */
  RegionGraph(List<Block> all) {
    all.forEach(b -> blocks.put(b.rip, b));
    all.forEach(b -> after.put(b, following(b)));
    measure(all.get(0), new HashSet<>());
    changes(all);
  }

  /** The block of the region at that RIP, or null. */
  Block at(long rip) {
    return blocks.get(rip);
  }

  /** What may have been changed since the region was entered when the block begins. */
  Changes before(Block block) {
    return before.get(block);
  }

  /** The way goes back, or the horizon may be another since it was looked at. */
  boolean isChecked(Block from, Block to) {
    return checked.contains(new Way(from, to));
  }

  /**
   * Instructions from a block's beginning at most whose end passes without a look at the horizon.
   */
  int ahead(Block block) {
    return ahead.get(block);
  }

  /** Where the region goes when an indirect branch goes back behind a call. */
  List<Block> calls() {
    return blocks.values().stream().filter(b -> b.exit().branches()).toList();
  }

  private List<Block> following(Block block) {
    Operation exit = block.exit();
    Set<Block> next = new HashSet<>();
    if (exit instanceof Branch) {
      Branch branch = (Branch) exit;
      next.add(at(branch.following));
      next.add(at(branch.target()));
    } else if (exit instanceof Indirect) {
      calls().forEach(c -> next.add(at(c.exit().following)));
    }
    next.remove(null);
    return new ArrayList<>(next);
  }

  private void measure(Block block, Set<Block> under) {
    under.add(block);
    int most = 0;
    boolean moves = movesHorizon(block) || isExact(block);
    for (Block next : after.get(block)) {
      if (!under.contains(next) && !ahead.containsKey(next)) {
        measure(next, under);
      }
      if (moves || under.contains(next)) {
        checked.add(new Way(block, next));
      } else {
        most = Math.max(most, block.count + ahead.get(next));
      }
    }
    under.remove(block);
    ahead.put(block, most);
  }

  /** Blocks are short for those who want to know where a run differs from another. */
  private static boolean isExact(Block block) {
    return block.space.mostInstructions < Translator.MAX_BLOCK;
  }

  /** Something in the block may look at all of the processor, or access a device. */
  private static boolean movesHorizon(Block block) {
    Operation exit = block.exit();
    return plain(block).stream().anyMatch(RegionGraph::movesHorizon)
        || !(exit instanceof FallThrough) && movesHorizon(exit);
  }

  private static boolean movesHorizon(Operation op) {
    if (op.insn == null || !op.insn.form.modelled()) {
      return true;
    }
    Recipe recipe = Recipe.of(op.insn);
    return recipe.vectors() != null
        || recipe.touches() != Touched.FLAGS && !InlineMethods.takesIn(op, recipe);
  }

  private void changes(List<Block> all) {
    all.forEach(b -> before.put(b, Changes.NONE));
    Map<Block, Changes> own = new HashMap<>();
    for (Block block : all) {
      Changes changes = Changes.of(block.exit());
      for (Operation op : plain(block)) {
        changes = changes.and(Changes.of(op));
      }
      own.put(block, changes);
    }
    boolean more = true;
    while (more) {
      more = false;
      for (Block block : all) {
        Changes behind = before.get(block).and(own.get(block));
        for (Block next : after.get(block)) {
          Changes now = before.get(next).and(behind);
          more |= !now.equals(before.put(next, now));
        }
      }
    }
  }

  /** A block's operations of single instructions but the last one. */
  static List<Operation> plain(Block block) {
    List<Operation> plain = new ArrayList<>();
    for (Operation op = block.plain(); op != null; op = op.next) {
      if (op.first != null) {
        plain.add(op.first);
      }
      if (op.next != null) {
        plain.add(op.first == null ? op : op.first.next);
      }
    }
    return plain;
  }
}
