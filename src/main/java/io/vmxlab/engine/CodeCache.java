package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.cpu.CodeWatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All decoded code, by circumstances and by physical page, so that writes to code are noticed. */
final class CodeCache implements CodeWatch {
  /**
   * Bytes of blocks kept at most if nothing else is said, see {@link Block#size}; beyond it pages
   * are dropped.
   */
  private static final long MOST = 160L << 20;

  /** Spaces kept at most; beyond it everything is dropped and decoded anew. */
  private static final int MOST_SPACES = 256;

  /** A power of two. */
  private static final int RECENT = 4;

  private final Map<CodeSpace.Circumstances, CodeSpace> spaces = new HashMap<>();
  private final List<CodeSpace> allSpaces = new ArrayList<>();

  /** Those last asked for, by the set of short ways. */
  private final CodeSpace[] recent = new CodeSpace[RECENT];

  private final LongTable<PageCode> pages = new LongTable<>();

  /** The same pages, for picking one. */
  private final List<PageCode> allPages = new ArrayList<>();

  /** Picks pages to drop. Code that is used in turn is not best dropped in turn. */
  private int dice = 1;

  /** Blocks that other pages' blocks go to directly: valid until translations change. */
  private final Set<Block> linkedAcrossPages = new LinkedHashSet<>();

  final Regions regions;

  /** Of all blocks, in bytes. */
  private long size;

  /** Of all blocks at most, in bytes. */
  long most = MOST;

  /** Instructions in a block at most. */
  int mostInBlock = Translator.MAX_BLOCK;

  /** An operation of the cache is being executed, so that dropping code has to interrupt it. */
  boolean running;

  CodeCache(EngineMode mode) {
    regions = new Regions(mode);
  }

  /** The space for blocks of any length. Host and guest ask in turn. */
  CodeSpace space(CodeMode mode, long base, int limit, boolean user, int ways) {
    int place = ways & recent.length - 1;
    CodeSpace space = recent[place];
    if (space == null || !space.circumstances.are(mode, base, limit, user, ways)) {
      space = space(new CodeSpace.Circumstances(mode, base, limit, user, false, ways));
      recent[place] = space;
    }
    return space;
  }

  CodeSpace space(CodeSpace.Circumstances key) {
    CodeSpace space = spaces.get(key);
    if (space == null) {
      if (allSpaces.size() >= MOST_SPACES) {
        dropUntil(0);
        spaces.clear();
        allSpaces.clear();
        Arrays.fill(recent, null);
      }
      space = new CodeSpace(key, mostInBlock);
      spaces.put(key, space);
      allSpaces.add(space);
    }
    return space;
  }

  void add(Block block) {
    if (size > most) {
      dropUntil(most / 16 * 15);
    }
    Block displaced = block.space.add(block);
    if (displaced != null) {
      retire(displaced);
    }
    size += block.size();
    regions.decoded(block.count);
    note(block, block.page());
    if (block.secondPage() != Block.NONE) {
      note(block, block.secondPage());
    }
  }

  private void note(Block block, long page) {
    PageCode code = pages.get(page);
    if (code == null) {
      code = new PageCode(page, allPages.size());
      pages.put(page, code);
      allPages.add(code);
    }
    code.add(block);
  }

  /** Lets a block's last operation go directly to another block of the same space. */
  void link(Operation last, Block to) {
    Block from = last.block;
    if (!from.valid || from.space != to.space) {
      return;
    }
    if (!to.linkFrom(last)) {
      return;
    }
    boolean samePage =
        from.page() == to.page()
            && ((from.rip ^ to.rip) & ~0xFFFL) == 0
            && from.secondPage() == Block.NONE
            && to.secondPage() == Block.NONE;
    if (!samePage) {
      linkedAcrossPages.add(to);
    }
  }

  @Override
  public boolean watches(long physicalPage) {
    return pages.get(physicalPage) != null;
  }

  @Override
  public void beforeWrite(long physicalAddress, int bytes) {
    PageCode code = pages.get(physicalAddress & ~0xFFFL);
    if (code == null) {
      return;
    }
    Block hit = code.find(physicalAddress, bytes);
    if (hit == null) {
      return;
    }
    for (; hit != null; hit = code.find(physicalAddress, bytes)) {
      drop(hit);
    }
    if (running) {
      throw SelfModified.SIGNAL;
    }
  }

  @Override
  public void beforeLastingWrites() {
    if (running) {
      throw SelfModified.SIGNAL;
    }
  }

  @Override
  public void translationsChanged() {
    for (int i = 0; i < allSpaces.size(); i++) {
      allSpaces.get(i).forgetNear();
    }
    if (!linkedAcrossPages.isEmpty()) {
      for (Block block : linkedAcrossPages) {
        block.unlink();
      }
      linkedAcrossPages.clear();
    }
  }

  private void drop(Block block) {
    retire(block);
    block.space.remove(block);
  }

  private void retire(Block block) {
    block.valid = false;
    regions.forget(block);
    block.isolate();
    linkedAcrossPages.remove(block);
    size -= block.size();
    forget(block, block.page());
    if (block.secondPage() != Block.NONE) {
      forget(block, block.secondPage());
    }
  }

  private void forget(Block block, long page) {
    PageCode code = pages.get(page);
    code.remove(block);
    if (code.isEmpty()) {
      pages.remove(page);
      PageCode last = allPages.remove(allPages.size() - 1);
      if (last != code) {
        last.number = code.number;
        allPages.set(code.number, last);
      }
    }
  }

  /** Drops pages until no more than so many bytes are left. */
  private void dropUntil(long left) {
    while (size > left) {
      dice = dice * 1_103_515_245 + 12_345;
      PageCode code = allPages.get((dice >>> 8) % allPages.size());
      for (Block block = code.any(); block != null; block = code.any()) {
        drop(block);
      }
    }
  }
}
