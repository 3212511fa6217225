package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.cpu.Cpu;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncomingTest {
  /** As many as an indirect jump between two targets soon makes, if each way were kept. */
  private static final int OFTEN = 100_000;

  private final CodeSpace space =
      new CodeSpace(
          new CodeSpace.Circumstances(CodeMode.BITS64, 0, 0, false, false, 0),
          Translator.MAX_BLOCK);

  private final Block block = new Block(space, 0, 0, 1, List.of(Failing.endless(false)), 0);

  private final Incoming incoming = new Incoming(block);

  /** An operation that goes to the block or not, and counts how often it has been kept. */
  private static final class Way extends Operation {
    private boolean goes = true;
    private int kept;

    @Override
    boolean goesTo(Block target) {
      return goes;
    }

    @Override
    void unlink(Block target) {
      goes = false;
      kept++;
    }

    @Override
    Operation exec(Cpu cpu) {
      throw new UnsupportedOperationException();
    }

    @Override
    Operation fresh() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void all_ways_to_the_block_are_cut() {
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      ways.add(new Way());
      incoming.add(ways.get(i));
      ways.get(i / 2).goes &= i % 3 != 0;
    }
    List<Way> going = ways.stream().filter(w -> w.goes).toList();
    incoming.unlink();
    going.forEach(w -> assertEquals(1, w.kept));
    ways.forEach(w -> assertFalse(w.goes));
  }

  /** An indirect jump that goes elsewhere in turn goes to the block when the list is full. */
  @Test
  void one_way_that_comes_again_and_again_is_not_kept_as_often() {
    Way way = new Way();
    for (int i = 0; i < OFTEN; i++) {
      incoming.add(way);
    }
    incoming.unlink();
    assertTrue(way.kept <= 2, way.kept + " times");
  }

  @Test
  void ways_that_have_left_make_room_for_others() {
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < OFTEN; i++) {
      ways.add(new Way());
      incoming.add(ways.get(i));
      ways.get(i).goes = false;
    }
    incoming.unlink();
    assertTrue(ways.stream().mapToInt(w -> w.kept).sum() <= 2);
  }

  /** Each belongs to a block, which stays in memory as long. */
  @Test
  void few_of_those_that_have_left_are_kept() {
    int going = 9_000;
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < OFTEN; i++) {
      ways.add(new Way());
      incoming.add(ways.get(i));
      if (i >= going) {
        ways.get(i - going).goes = false;
      }
    }
    incoming.unlink();
    assertTrue(ways.stream().mapToInt(w -> w.kept).sum() <= going * 5 / 4 + 1);
  }
}
