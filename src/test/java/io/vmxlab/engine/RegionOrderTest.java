package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Regions that another thread writes")
class RegionOrderTest {
  private static final String LOOP = "a: inc rax\njz a\nb: inc rbx\nc: jmp a";

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Looks looks = new Looks(waiting::add);
  private final AssembledBlocks code = new AssembledBlocks(LOOP);

  @Test
  void are_written_while_the_guest_goes_on() {
    code.went("a", "b");
    looks.meetOften(code.at("a"));
    looks.meetOften(code.at("a"));
    looks.meetOften(code.at("b"));
    assertEquals(1, waiting.size(), "the second block will be in the first one's region");
    assertEquals(0, looks.made());
    waiting.remove().run();
    looks.meet(code.at("b"));
    assertInstanceOf(Region.class, code.at("a").first());
    assertEquals(1, looks.made());
  }

  @Test
  void are_not_used_if_code_has_been_rewritten_in_the_meantime() {
    code.went("a", "b");
    looks.meetOften(code.at("a"));
    Operation plain = code.at("a").first();
    code.at("b").valid = false;
    waiting.remove().run();
    looks.meet(code.at("a"));
    assertSame(plain, code.at("a").first());
    assertEquals(0, looks.made());
  }

  /** Links and sequences come and go while the region is written. */
  @Test
  void are_of_blocks_as_they_were_when_asked_for() {
    AssembledBlocks jumps = new AssembledBlocks("a: inc rax\njmp rdx\nb: inc rbx\njmp a");
    jumps.went("a", "b");
    jumps.went("b", "a");
    List<BlockCode> asked = BlockCode.of(jumps.all("a b"));
    jumps.at("b").join();
    jumps.at("a").exit().unlink(jumps.at("b"));
    RegionGraph graph = new RegionGraph(asked);
    Indirect branch = (Indirect) jumps.at("a").exit();
    assertEquals(Set.of(jumps.at("b")), Set.copyOf(graph.targets(branch)));
    assertSame(asked.get(1).operations().get(0), graph.first(jumps.at("b")));
    assertNotSame(jumps.at("b").first(), graph.first(jumps.at("b")));
  }

  /** A defect of the writer would else be known by the name of what carries it. */
  @Test
  void fail_on_the_thread_of_the_guest() {
    RegionOrder impossible = new RegionOrder(List.of(code.at("a")), 64);
    code.at("a").first().insn = null;
    impossible.run();
    assertTrue(impossible.isDone());
    assertThrows(NullPointerException.class, impossible::region);
  }

  @Test
  void are_written_by_a_thread_that_does_not_keep_the_jvm_from_ending() throws Exception {
    RegionOrder order = new RegionOrder(code.all("a b"), 64);
    Thread[] writer = new Thread[1];
    CountDownLatch done = new CountDownLatch(1);
    RegionOrder.Writer.THREAD.execute(order);
    RegionOrder.Writer.THREAD.execute(
        () -> {
          writer[0] = Thread.currentThread();
          done.countDown();
        });
    assertTrue(done.await(1, TimeUnit.MINUTES));
    assertTrue(order.isDone(), "one after the other");
    assertNotNull(order.region());
    assertTrue(writer[0].isDaemon());
    assertNotSame(Thread.currentThread(), writer[0]);
  }
}
