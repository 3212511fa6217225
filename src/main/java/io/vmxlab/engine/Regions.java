package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which code is worth a region. Every so many instructions the engine looks where it is; code that
 * is met often enough is made a region of. What is met least recently makes room for others.
 */
final class Regions {
  /** Instructions in a region of several blocks at most. */
  private static final int MOST_IN_REGION = 64;

  /** Blocks of a region that are met as often as its first one, at most, it is supposed. */
  private static final int MOST_ALIKE = 8;

  /** Instructions in all regions at most. */
  private static final int MOST = 20_000;

  /** The part of all looks that has to meet a block: one in so many. */
  private static final int RARE = 256;

  /**
   * Looks after which a block is worth a region even if it is met more rarely. Until the JIT
   * compiler has compiled a region it costs the guest as much time as some million instructions, so
   * code without hot spots must not have one after another made of it.
   */
  private static final int OFTEN = 1000;

  /** The same for sequences, whose classes others of their kind share. */
  private static final int SOMETIMES = 64;

  private final EngineMode mode;
  private final List<Region> all = new ArrayList<>();
  private int instructions;
  private int looks;
  private long next;

  /**
   * The region in which the horizon came near since the last look. Of its blocks' operations are
   * the last instructions before the look, which so meets one of them: but it was the region that
   * had the time.
   */
  private Region ended;

  /** Regions made so far. */
  long made;

  /** Nanoseconds that it took, without the JIT compiler's. */
  long making;

  Regions(EngineMode mode) {
    this.mode = mode;
  }

  /**
   * Begins a run.
   *
   * @param end in retired instructions
   * @return where to interrupt it: there, or where to look again
   */
  long horizon(long retired, long end) {
    return Math.min(end, retired + mode.period);
  }

  /** A region has come to the end of its run. */
  void ended(Region region) {
    ended = region;
  }

  /**
   * What a region of the block and those around it costs will be made up for by what it gains. The
   * block has to be one of those that are met most, for it is where the region is entered. To find
   * out takes as long as some looks, so it is asked at powers of two, and where some such blocks
   * would do.
   */
  private boolean isWorthIt(Block block) {
    boolean asked = block.heat >= mode.looks / 4 && Integer.bitCount(block.heat) == 1;
    if (!asked || !isMet(block.heat * MOST_ALIKE) || !suits(block)) {
      return false;
    }
    int met = around(block, MOST_IN_REGION).stream().mapToInt(b -> b.heat).sum();
    return met >= mode.looks && isMet(met);
  }

  /** So many looks are enough, of all that there were. */
  private boolean isMet(int met) {
    return mode.everything || met >= OFTEN || (long) met * RARE >= looks;
  }

  /** The same for sequences. */
  private boolean isMetOften(Block block) {
    return block.heat >= mode.sequences && (block.heat >= SOMETIMES || isMet(block.heat));
  }

  /** Looks where the processor is if it is time to: at the beginning of the block. */
  void look(Cpu cpu, Block block) {
    if (cpu.retired < next) {
      ended = null; // a limit or a timer has ended the run
      return;
    }
    next = cpu.retired + mode.period;
    looks++;
    Region before = ended;
    ended = null;
    if (block.first() instanceof Region) {
      ((Region) block.first()).met = looks;
    } else if (before != null && before.covers(block) && !mode.everything) {
      before.met = looks;
    } else {
      if (block.heat < Short.MAX_VALUE) {
        block.heat++;
      }
      if (isWorthIt(block)) {
        make(block);
      } else if (isMetOften(block)) {
        block.join();
      }
    }
  }

  private void make(Block entry) {
    long began = System.nanoTime();
    int most = MOST_IN_REGION;
    List<Block> blocks = around(entry, most);
    Region region = RegionWriter.write(blocks);
    while (region == null && blocks.size() > 1) {
      most = most * 3 / 4;
      blocks = around(entry, most);
      region = RegionWriter.write(blocks);
    }
    region = region == null ? RegionWriter.writeInParts(blocks) : region;
    making += System.nanoTime() - began;
    region.blocks = blocks;
    region.met = looks;
    region.of = this;
    region.instructions = RegionGraph.instructions(blocks);
    for (Block block : blocks) {
      block.heat = 0;
      block.join(region);
    }
    entry.replaceBy(region);
    all.add(region);
    instructions += region.instructions;
    made++;
    while (instructions > MOST) {
      Region oldest = all.get(0);
      for (Region other : all) {
        oldest = other.met < oldest.met ? other : oldest;
      }
      drop(oldest);
    }
  }

  /** A block is no longer valid, and so is what was made of it. */
  void forget(Block block) {
    while (!block.regions().isEmpty()) {
      drop(block.regions().get(block.regions().size() - 1));
    }
  }

  private void drop(Region region) {
    region.blocks.get(0).restore();
    region.blocks.forEach(b -> b.regions().remove(region));
    all.remove(region);
    instructions -= region.instructions;
  }

  /** Blocks that the entry leads to, nearest first, by ways that have been taken. */
  private static List<Block> around(Block entry, int most) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(entry);
    Set<Long> held = instructions(entry);
    for (int i = 0; i < blocks.size(); i++) {
      for (Block block : after(blocks.get(i))) {
        boolean near = block.page() == entry.page() && entry.isInPage(block.rip);
        if (near && suits(block) && !blocks.contains(block)) {
          Set<Long> more = instructions(block);
          more.removeAll(held);
          if (held.size() + more.size() <= most) {
            blocks.add(block);
            held.addAll(more);
          }
        }
      }
    }
    return blocks;
  }

  /** Where the instructions of a block stand: several blocks may have the same. */
  private static Set<Long> instructions(Block block) {
    Set<Long> instructions = new HashSet<>();
    block.operations().forEach(o -> instructions.add(o.rip()));
    return instructions;
  }

  private static List<Block> after(Block block) {
    List<Block> after = new ArrayList<>();
    Operation last = block.exit();
    if (last instanceof Branch) {
      for (Operation way : ((Branch) last).ways()) {
        after.add(way.block);
      }
    } else if (last instanceof Indirect) {
      after.addAll(((Indirect) last).targets());
    }
    if (last.calls()) {
      after.add(block.following());
    }
    after.removeIf(Objects::isNull);
    return after;
  }

  private static boolean suits(Block block) {
    return block.secondPage() == Block.NONE && !block.checksTargets;
  }
}
