package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A block as it was when a region was asked for. The region may be written by another thread, while
 * the block's links and what stands for its operations go on changing.
 *
 * @param first operation of the block that whatever pauses before it goes on with
 * @param operations of single instructions, and the last one
 * @param targets where the block's last operation has gone lately, if that is an indirect branch
 */
record BlockCode(Block block, Operation first, List<Operation> operations, Set<Block> targets) {
  static BlockCode of(Block block) {
    Set<Block> targets = block.exit() instanceof Indirect branch ? branch.targets() : Set.of();
    return new BlockCode(block, block.plain(), block.operations(), targets);
  }

  /** Of several blocks, in their order. */
  static List<BlockCode> of(List<Block> blocks) {
    return blocks.stream().map(BlockCode::of).toList();
  }

  /** All operations of single instructions but the last one. */
  List<Operation> plain() {
    return operations.subList(0, operations.size() - 1);
  }

  /** Where they stand, once each: blocks that overlap have some in common. */
  static Set<Long> instructions(List<Operation> operations) {
    Set<Long> instructions = new HashSet<>();
    operations.forEach(o -> instructions.add(o.rip()));
    return instructions;
  }

  /** Instructions of all blocks. */
  static int count(List<BlockCode> all) {
    Set<Long> held = new HashSet<>();
    all.forEach(c -> held.addAll(instructions(c.operations)));
    return held.size();
  }

  /** The first block, and those behind it as long as all have so many instructions at most. */
  static List<BlockCode> upTo(int most, List<BlockCode> all) {
    List<BlockCode> some = new ArrayList<>();
    Set<Long> held = new HashSet<>();
    for (BlockCode code : all) {
      held.addAll(instructions(code.operations));
      if (!some.isEmpty() && held.size() > most) {
        break;
      }
      some.add(code);
    }
    return some;
  }
}
