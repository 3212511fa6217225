package io.vmxlab.engine;

import io.vmxlab.engine.OperationFactory.Recipe;
import io.vmxlab.engine.OperationFactory.Touched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

  /**
   * What of a block is written for it.
   *
   * @param plain operations of single instructions but the last one
   * @param into the block of the region that the rest is, or null if there is no other
   * @param count of instructions
   */
  record Piece(List<Operation> plain, Block into, int count) {}

  private final Map<Long, Block> blocks = new HashMap<>();
  private final Map<Block, BlockCode> code = new HashMap<>();
  private final Map<Block, Piece> pieces = new HashMap<>();

  /** The blocks behind calls. */
  private final Set<Block> returns = new LinkedHashSet<>();

  private final Map<Block, List<Block>> after = new HashMap<>();
  private final Map<Block, Changes> before = new HashMap<>();
  private final Set<Way> checked = new HashSet<>();
  private final Map<Block, Integer> ahead = new HashMap<>();

  /** Of blocks, the first of which is entered. */
  RegionGraph(List<BlockCode> entered) {
    List<Block> all = entered.stream().map(BlockCode::block).toList();
    entered.forEach(c -> code.put(c.block(), c));
    all.forEach(b -> blocks.put(b.rip, b));
    all.forEach(b -> pieces.put(b, piece(b, all)));
    all.stream()
        .map(Block::exit)
        .filter(o -> o.calls() && blocks.containsKey(o.following()))
        .forEach(o -> returns.add(at(o.following())));
    all.forEach(b -> after.put(b, following(b)));
    Set<Block> seen = new HashSet<>();
    all.forEach(b -> check(b, seen, new HashSet<>()));
    all.forEach(this::measure);
    changes(all);
  }

  /** The block of the region at that RIP, or null. */
  Block at(long rip) {
    return blocks.get(rip);
  }

  /** What of the block is written for it: not what another block is, too. */
  Piece piece(Block block) {
    return pieces.get(block);
  }

  /** Where the block begins, unless it goes on in the region. */
  Operation first(Block block) {
    return code.get(block).first();
  }

  private Piece piece(Block block, List<Block> all) {
    Block into = null;
    for (Block other : all) {
      boolean nearer = into == null || other.rip < into.rip;
      if (other.rip > block.rip && other.exit().rip() == block.exit().rip() && nearer) {
        into = other;
      }
    }
    List<Operation> plain = code.get(block).plain();
    if (into == null || plain.stream().anyMatch(RegionGraph::movesHorizon)) {
      return new Piece(plain, null, block.count);
    }
    for (int i = 0; i < plain.size(); i++) {
      if (plain.get(i).rip() == into.rip) {
        return new Piece(plain.subList(0, i), into, i);
      }
    }
    return into.count == 1 && exitStands(block, into)
        ? new Piece(plain, into, block.count - 1)
        : new Piece(plain, null, block.count);
  }

  /** The other block is the last instruction of the first. */
  private static boolean exitStands(Block block, Block last) {
    return block.exit().rip() == last.rip && !(block.exit() instanceof FallThrough);
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

  /**
   * Where in the region an indirect branch may go on: where it went lately, and behind calls unless
   * it is one itself.
   */
  Collection<Block> targets(Indirect branch) {
    Set<Block> targets = new LinkedHashSet<>(code.get(branch.block).targets());
    targets.removeIf(b -> blocks.get(b.rip) != b);
    if (!branch.calls()) {
      targets.addAll(returns);
    }
    return targets;
  }

  private List<Block> following(Block block) {
    Block into = piece(block).into;
    if (into != null) {
      return List.of(into);
    }
    Operation exit = block.exit();
    Set<Block> next = new LinkedHashSet<>();
    if (exit instanceof FallThrough) {
      next.add(at(exit.following()));
    } else if (exit instanceof Branch) {
      Branch branch = (Branch) exit;
      next.add(branch.always() ? null : at(branch.following()));
      next.add(at(branch.target()));
    } else if (exit instanceof Indirect) {
      next.addAll(targets((Indirect) exit));
    }
    next.remove(null);
    return new ArrayList<>(next);
  }

  /**
   * Finds the ways from there that have to be checked, so that every way round has one.
   *
   * @param under the blocks that lead here
   */
  private void check(Block block, Set<Block> seen, Set<Block> under) {
    if (!seen.add(block)) {
      return;
    }
    under.add(block);
    boolean moves = movesHorizon(block) || isExact(block);
    for (Block next : after.get(block)) {
      check(next, seen, under);
      if (piece(block).into == null) {
        if (moves || under.contains(next)) {
          checked.add(new Way(block, next));
        }
      } else if (under.contains(next)) {
        checkBefore(block);
      }
    }
    under.remove(block);
  }

  /** No run ends where a block goes on as another, so the ways to the block are checked. */
  private void checkBefore(Block block) {
    after.forEach(
        (from, next) -> {
          if (next.contains(block)) {
            if (piece(from).into == null) {
              checked.add(new Way(from, block));
            } else {
              checkBefore(from);
            }
          }
        });
  }

  private int measure(Block block) {
    Integer known = ahead.get(block);
    if (known == null) {
      known = 0;
      for (Block next : after.get(block)) {
        if (!isChecked(block, next)) {
          known = Math.max(known, piece(block).count + measure(next));
        }
      }
      ahead.put(block, known);
    }
    return known;
  }

  /** Blocks are short for those who want to know where a run differs from another. */
  private static boolean isExact(Block block) {
    return block.space.mostInstructions < Translator.MAX_BLOCK;
  }

  /** Something in the block may look at all of the processor, or access a device. */
  private boolean movesHorizon(Block block) {
    Operation exit = block.exit();
    return piece(block).plain.stream().anyMatch(RegionGraph::movesHorizon)
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
      Changes changes = piece(block).into == null ? Changes.of(block.exit()) : Changes.NONE;
      for (Operation op : piece(block).plain) {
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
}
