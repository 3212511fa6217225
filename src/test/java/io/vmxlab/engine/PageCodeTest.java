package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageCodeTest {
  private static final long PAGE = 0x5000;
  private static final int PAGE_SIZE = 0x1000;
  private static final int MOST_BYTES = Translator.MAX_BLOCK * Translator.MAX_LENGTH;

  private final CodeSpace space =
      new CodeSpace(
          new CodeSpace.Circumstances(CodeMode.BITS64, 0, 0, false, false, 0),
          Translator.MAX_BLOCK);

  private Block block(long start, int length, long second) {
    List<Operation> operations = List.of(Failing.endless(false));
    return second == Block.NONE
        ? new Block(space, start, start, length, operations, 0)
        : new Block.AcrossPages(space, start, start, length, second, operations, 0);
  }

  /** Short blocks and long ones, out of the page before and into another one. */
  private Block any(Random random) {
    int length = 1 + random.nextInt(random.nextInt(4) == 0 ? MOST_BYTES : 20);
    switch (random.nextInt(10)) {
      case 0:
        return block(PAGE - 1, 2 + random.nextInt(Translator.MAX_LENGTH - 1), PAGE);
      case 1:
        return block(PAGE + PAGE_SIZE - 1, 2 + random.nextInt(Translator.MAX_LENGTH - 1), 0x9000);
      default:
        int at = random.nextInt(PAGE_SIZE);
        return block(PAGE + at, Math.min(length, PAGE_SIZE - at), Block.NONE);
    }
  }

  private static boolean holds(Block block, long byteOfPage) {
    boolean inSecond = block.page() != PAGE;
    long first = inSecond ? PAGE : block.start;
    long last =
        inSecond
            ? block.start + block.length - 1
            : Math.min(block.start + block.length, PAGE + PAGE_SIZE) - 1;
    return byteOfPage >= first && byteOfPage <= last;
  }

  @Test
  void it_finds_a_block_for_each_byte_that_one_holds_and_for_no_other() {
    Random random = new Random(1);
    for (int most : new int[] {1, 5, 300}) {
      PageCode page = new PageCode(PAGE, 0);
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        if (blocks.size() < most && random.nextInt(5) < 3) {
          Block block = any(random);
          page.add(block);
          blocks.add(block);
        } else if (!blocks.isEmpty()) {
          page.remove(blocks.remove(random.nextInt(blocks.size())));
        }
        long at = PAGE + random.nextInt(PAGE_SIZE);
        int bytes = Math.min(1 << random.nextInt(9), (int) (PAGE + PAGE_SIZE - at));
        Block found = page.find(at, bytes);
        boolean expected = false;
        for (long b = at; b < at + bytes; b++) {
          for (Block block : blocks) {
            expected |= holds(block, b);
          }
        }
        assertEquals(expected, found != null);
        assertTrue(found == null || blocks.contains(found));
        assertEquals(blocks.isEmpty(), page.isEmpty());
        Block some = page.any();
        assertTrue(blocks.isEmpty() ? some == null : blocks.contains(some));
      }
      blocks.forEach(page::remove);
      assertNull(page.any());
    }
  }
}
