package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.List;

/** Decoded code of one physical page, by the lines of 64 bytes that hold it. */
final class PageCode {
  private static final int LINE = 64;
  private static final int LINES = 4096 / LINE;

  private final long page;

  /** Its place in the list of all pages. */
  int number;

  /** Blocks with a byte in the line; null where there are none. A block may stand in several. */
  private final List<List<Block>> lines = new ArrayList<>();

  private int entries;

  PageCode(long page, int number) {
    this.page = page;
    this.number = number;
    for (int i = 0; i < LINES; i++) {
      lines.add(null);
    }
  }

  boolean isEmpty() {
    return entries == 0;
  }

  void add(Block block) {
    int last = lastLine(block);
    for (int i = firstLine(block); i <= last; i++) {
      List<Block> line = lines.get(i);
      if (line == null) {
        line = new ArrayList<>(4);
        lines.set(i, line);
      }
      line.add(block);
      entries++;
    }
  }

  void remove(Block block) {
    int last = lastLine(block);
    for (int i = firstLine(block); i <= last; i++) {
      List<Block> line = lines.get(i);
      if (line != null && line.remove(block)) {
        entries--;
      }
    }
  }

  private int firstLine(Block block) {
    return (int) (block.firstByte(page) & 0xFFF) / LINE;
  }

  private int lastLine(Block block) {
    return (int) (block.lastByte(page) & 0xFFF) / LINE;
  }

  /** A block that holds one of the bytes, which lie in this page, or null. */
  Block find(long physicalAddress, int bytes) {
    long end = physicalAddress + bytes - 1;
    int last = (int) (end & 0xFFF) / LINE;
    for (int i = (int) (physicalAddress & 0xFFF) / LINE; i <= last; i++) {
      List<Block> line = lines.get(i);
      if (line == null) {
        continue;
      }
      for (int j = line.size() - 1; j >= 0; j--) {
        Block block = line.get(j);
        if (block.firstByte(page) <= end && block.lastByte(page) >= physicalAddress) {
          return block;
        }
      }
    }
    return null;
  }

  /** Some block, or null if there is none. */
  Block any() {
    if (entries > 0) {
      for (List<Block> line : lines) {
        if (line != null && !line.isEmpty()) {
          return line.get(line.size() - 1);
        }
      }
    }
    return null;
  }
}
