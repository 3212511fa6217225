package io.vmxlab.engine;

import io.vmxlab.cpu.CodeWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All decoded code, by circumstances and by physical page, so that writes to code are noticed. */
final class CodeCache implements CodeWatch {
  /** Instructions kept at most; beyond it everything is dropped and decoded anew. */
  private static final int MOST_INSTRUCTIONS = 500_000;

  /** Spaces kept at most; beyond it everything is dropped and decoded anew. */
  private static final int MOST_SPACES = 256;

  /** Bytes that one bit of a page's map stands for. */
  private static final int LINE = 64;

  /** Decoded code of one physical page. */
  private static final class PageCode {
    final List<Block> blocks = new ArrayList<>();

    /** One bit for each line that holds decoded code. */
    long lines;
  }

  private final Map<CodeSpace.Circumstances, CodeSpace> spaces = new HashMap<>();
  private final Map<Long, PageCode> pages = new HashMap<>();

  /** Blocks that other pages' blocks go to directly: valid until translations change. */
  private final Set<Block> linkedAcrossPages = new LinkedHashSet<>();

  private int instructions;

  /** An operation of the cache is being executed, so that dropping code has to interrupt it. */
  boolean running;

  CodeSpace space(CodeSpace.Circumstances key) {
    if (spaces.size() >= MOST_SPACES && !spaces.containsKey(key)) {
      dropAll();
      spaces.clear();
    }
    return spaces.computeIfAbsent(key, k -> new CodeSpace(k.mode()));
  }

  void add(Block block) {
    if (instructions > MOST_INSTRUCTIONS) {
      dropAll();
    }
    Block displaced = block.space.add(block);
    if (displaced != null) {
      retire(displaced);
    }
    instructions += block.count;
    note(block, block.page);
    if (block.secondPage != Block.NONE) {
      note(block, block.secondPage);
    }
  }

  private void note(Block block, long page) {
    PageCode code = pages.computeIfAbsent(page, p -> new PageCode());
    code.blocks.add(block);
    if (page == block.page) {
      long last = Math.min(block.start + block.length, page + 4096) - 1;
      code.lines |= lines(block.start, last);
    } else {
      code.lines |= 1;
    }
  }

  /** The map's bits from the line of one address to the line of another in the same page. */
  private static long lines(long first, long last) {
    int from = (int) (first & 0xFFF) / LINE;
    int to = (int) (last & 0xFFF) / LINE;
    return (-1L << from) & (-1L >>> (63 - to));
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
        from.page == to.page
            && ((from.rip ^ to.rip) & ~0xFFFL) == 0
            && from.secondPage == Block.NONE
            && to.secondPage == Block.NONE;
    if (!samePage) {
      linkedAcrossPages.add(to);
    }
  }

  @Override
  public boolean watches(long physicalPage) {
    return pages.containsKey(physicalPage);
  }

  @Override
  public void beforeWrite(long physicalAddress, int bytes) {
    PageCode code = pages.get(physicalAddress & ~0xFFFL);
    if (code == null || (code.lines & lines(physicalAddress, physicalAddress + bytes - 1)) == 0) {
      return;
    }
    for (Block block : new ArrayList<>(code.blocks)) {
      drop(block);
    }
    if (running) {
      throw SelfModified.SIGNAL;
    }
  }

  @Override
  public void translationsChanged() {
    for (CodeSpace space : spaces.values()) {
      space.forgetNear();
    }
    for (Block block : linkedAcrossPages) {
      block.unlink();
    }
    linkedAcrossPages.clear();
  }

  private void drop(Block block) {
    retire(block);
    block.space.remove(block);
  }

  private void retire(Block block) {
    block.valid = false;
    block.isolate();
    linkedAcrossPages.remove(block);
    instructions -= block.count;
    forget(block, block.page);
    if (block.secondPage != Block.NONE) {
      forget(block, block.secondPage);
    }
  }

  private void forget(Block block, long page) {
    PageCode code = pages.get(page);
    if (code != null && code.blocks.remove(block) && code.blocks.isEmpty()) {
      pages.remove(page);
    }
  }

  private void dropAll() {
    for (PageCode code : new ArrayList<>(pages.values())) {
      for (Block block : new ArrayList<>(code.blocks)) {
        drop(block);
      }
    }
  }
}
