package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;

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

  /**
   * A region is worth it when the square of the looks that have met its code is so many times the
   * number of all looks: 32 of 256, 64 of 1,024. So half the part of the time is enough in four
   * times as long a run.
   */
  private static final int FEW = 4;

  /**
   * Looks after which code is worth a region even if it is met rarely. Until the JIT compiler has
   * compiled a region it costs as much time as some million instructions, so code without hot spots
   * must not have one after another made of it.
   */
  private static final int OFTEN = 1000;

  /**
   * Instructions that are executed in the time that one takes to decode, to execute for the first
   * time and to forget, about.
   */
  private static final int DECODING = 256;

  /**
   * The part of all looks that has to meet a block before its sequences are made: one in so many.
   */
  private static final int RARE = 256;

  /** Looks after which they are in any case: others of their kind share their classes. */
  private static final int SOMETIMES = 64;

  private final EngineMode mode;
  private final List<Region> all = new ArrayList<>();

  /** Regions that are being written, those asked for first in front. */
  private final Deque<RegionOrder> asked = new ArrayDeque<>();

  /** Who writes them; null for the thread that does. */
  private Executor writer;

  private int instructions;
  private int looks;
  private long decoded;
  private long next;

  /**
   * The region in which the horizon came near since the last look. Of its blocks' operations are
   * the last instructions before the look, which so meets one of them: but it was the region that
   * had the time.
   */
  private Region ended;

  /** Regions made so far. */
  long made;

  /** Nanoseconds of the guest's thread that it took. */
  long making;

  Regions(EngineMode mode) {
    this.mode = mode;
    if (mode.everything) {
      writer = Runnable::run;
    }
  }

  /** Has regions written by another than the thread for that: at once, for instance. */
  void writer(Executor by) {
    writer = by;
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
    boolean due = block.heat >= mode.looks / 4 && Integer.bitCount(block.heat) == 1;
    if (!due || !isMet(block.heat * MOST_ALIKE) || !suits(block)) {
      return false;
    }
    int met = around(block, MOST_IN_REGION).stream().mapToInt(b -> b.heat).sum();
    return met >= mode.looks && isMet(met);
  }

  private boolean isBeingWritten(Block block) {
    for (RegionOrder order : asked) {
      if (order.covers(block)) {
        return true;
      }
    }
    return false;
  }

  /**
   * So many looks are enough, of all that there were and of those that there would have been while
   * code was decoded. What takes a large part of the time gains much however short the run is going
   * to be; of what takes a small part more must be seen, or a short run would have many regions of
   * little use.
   */
  private boolean isMet(int met) {
    long spent = looks + decoded * DECODING / mode.period;
    return mode.everything || met >= OFTEN || (long) met * met >= FEW * spent;
  }

  /** The same for sequences. */
  private boolean isMetOften(Block block) {
    int met = block.heat;
    return met >= mode.sequences
        && (mode.everything || met >= SOMETIMES || (long) met * RARE >= looks);
  }

  /** So many instructions have been decoded. */
  void decoded(int more) {
    decoded += more;
  }

  /** Looks where the processor is if it is time to: at the beginning of the block. */
  void look(Cpu cpu, Block block) {
    if (cpu.retired < next) {
      ended = null; // a limit or a timer has ended the run
      return;
    }
    next = cpu.retired + mode.period;
    looks++;
    takeWritten();
    Region before = ended;
    ended = null;
    if (block.first() instanceof Region) {
      ((Region) block.first()).met = looks;
    } else if (before != null && before.covers(block) && !mode.everything) {
      before.met = looks;
    } else if (!isBeingWritten(block)) {
      if (block.heat < Short.MAX_VALUE) {
        block.heat++;
      }
      if (isWorthIt(block)) {
        ask(block);
      } else if (isMetOften(block)) {
        block.join();
      }
    }
  }

  private void ask(Block entry) {
    long began = System.nanoTime();
    RegionOrder order = new RegionOrder(around(entry, MOST_IN_REGION), MOST_IN_REGION);
    Executor by = writer == null ? RegionOrder.Writer.THREAD : writer;
    by.execute(order);
    asked.add(order);
    making += System.nanoTime() - began;
    takeWritten();
  }

  /** Puts those regions in their places that have been written in the meantime. */
  private void takeWritten() {
    while (!asked.isEmpty() && asked.peek().isDone()) {
      long began = System.nanoTime();
      Region region = asked.remove().region();
      if (region != null) {
        place(region);
      }
      making += System.nanoTime() - began;
    }
  }

  private void place(Region region) {
    Block entry = region.blocks.get(0);
    region.met = looks;
    region.of = this;
    for (Block block : region.blocks) {
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

  private static Set<Long> instructions(Block block) {
    return BlockCode.instructions(block.operations());
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
