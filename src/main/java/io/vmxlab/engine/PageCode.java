package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Decoded code of one physical page. Blocks stand in the chain of the line of 64 bytes that they
 * begin in, and each line knows how far blocks go that begin there.
 */
final class PageCode {
  private static final int LINE = 64;
  private static final int LINES = 4096 / LINE;

  /** Lines that a block may go through, beginning in its last byte. */
  private static final int MOST_LINES = Translator.MAX_BLOCK * Translator.MAX_LENGTH / LINE + 1;

  private final long page;

  /** Its place in the list of all pages. */
  int number;

  /** The first of the blocks that begin in the line. */
  private final Block[] beginning = new Block[LINES];

  /** How many lines after its own the blocks go that begin in the line, at most. */
  private final byte[] reach = new byte[LINES];

  /** Blocks that begin in another page. */
  private List<Block> across = List.of();

  private int count;

  PageCode(long page, int number) {
    this.page = page;
    this.number = number;
  }

  boolean isEmpty() {
    return count == 0;
  }

  void add(Block block) {
    count++;
    if (block.page() != page) {
      across = across.isEmpty() ? new ArrayList<>(1) : across;
      across.add(block);
      return;
    }
    int line = line(block.start);
    block.nextInLine = beginning[line];
    beginning[line] = block;
    reach[line] = (byte) Math.max(reach[line], line(block.lastByte()) - line);
  }

  void remove(Block block) {
    count--;
    if (block.page() != page) {
      across.remove(block);
      return;
    }
    int line = line(block.start);
    Block next = block.nextInLine;
    block.nextInLine = null;
    if (beginning[line] == block) {
      beginning[line] = next;
      reach[line] = next == null ? 0 : reach[line];
      return;
    }
    Block before = beginning[line];
    while (before.nextInLine != block) {
      before = before.nextInLine;
    }
    before.nextInLine = next;
  }

  private static int line(long physicalAddress) {
    return (int) (physicalAddress & 0xFFF) / LINE;
  }

  /** A block that holds one of the bytes, which lie in this page, or null. */
  Block find(long physicalAddress, int bytes) {
    long end = physicalAddress + bytes - 1;
    int wanted = line(physicalAddress);
    for (int i = line(end); i >= Math.max(0, wanted - MOST_LINES); i--) {
      if (i + reach[i] < wanted) {
        continue;
      }
      for (Block block = beginning[i]; block != null; block = block.nextInLine) {
        if (block.start <= end && block.lastByte() >= physicalAddress) {
          return block;
        }
      }
    }
    for (Block block : across) {
      if (block.bytesInSecondPage() > physicalAddress - page) {
        return block;
      }
    }
    return null;
  }

  /** Some block, or null if there is none. */
  Block any() {
    if (count == across.size()) {
      return across.isEmpty() ? null : across.get(0);
    }
    int i = 0;
    while (beginning[i] == null) {
      i++;
    }
    return beginning[i];
  }
}
