package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongTableTest {
  /** Keys of a few values, so that they collide, come and go. */
  @Test
  void it_holds_what_a_map_holds() {
    Random random = new Random(1);
    for (int keys : new int[] {3, 20, 1000}) {
      Map<Long, String> expected = new HashMap<>();
      LongTable<String> table = new LongTable<>();
      for (int i = 0; i < 20_000; i++) {
        long key = (long) (random.nextInt(keys) - keys / 2) << 12;
        if (random.nextInt(3) == 0) {
          expected.remove(key);
          table.remove(key);
        } else {
          assertEquals(expected.put(key, "v" + i), table.put(key, "v" + i));
        }
        long other = (long) (random.nextInt(keys) - keys / 2) << 12;
        assertEquals(expected.get(other), table.get(other));
      }
    }
  }
}
