package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vmxlab.arch.CodeMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockTableTest {
  private final CodeSpace space =
      new CodeSpace(
          new CodeSpace.Circumstances(CodeMode.BITS64, 0, 0, false, false, 0),
          Translator.MAX_BLOCK);

  private Block block(long rip, long physical) {
    return new Block(space, rip, physical, 1, List.of(Failing.endless(false)), 0);
  }

  /** Processes with code at few addresses, so that blocks collide, come and go. */
  @Test
  void it_holds_a_block_for_each_pair_of_addresses() {
    Random random = new Random(1);
    for (int processes : new int[] {1, 20, 300}) {
      Map<List<Long>, Block> expected = new HashMap<>();
      BlockTable table = new BlockTable();
      for (int i = 0; i < 20_000; i++) {
        long rip = 0x40_0000 + random.nextInt(5);
        long physical = (long) random.nextInt(processes) << 12 | rip & 0xFFF;
        List<Long> key = List.of(rip, physical);
        Block known = expected.get(key);
        assertSame(known, table.get(rip, physical));
        if (random.nextInt(3) != 0) {
          Block block = block(rip, physical);
          assertSame(expected.put(key, block), table.put(block));
        } else if (known != null) {
          table.remove(block(rip, physical)); // another one there: nothing happens
          assertSame(known, table.get(rip, physical));
          table.remove(known);
          expected.remove(key);
        }
      }
      long left =
          expected.keySet().stream().filter(k -> table.get(k.get(0), k.get(1)) != null).count();
      assertEquals(expected.size(), left);
    }
  }
}
