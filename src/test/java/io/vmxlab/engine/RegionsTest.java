package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.State;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which code gets regions, and that a run with them ends as one without. */
@DisplayName("Regions")
class RegionsTest {
  /** Instructions in which some block is worth a region, however many the looks meet in turn. */
  private static final long LONG = 4L * EngineMode.AUTO.looks * EngineMode.AUTO.period;

  /** Looks enough for every block of a loop. */
  private static final long VERY_LONG = 3 * LONG;

  /** Looks meet each of its blocks in turn. */
  private static final String HOT =
      """
      again:
          inc     rax
          test    al, 1
          jz      even
          add     rbx, rax
          test    al, 2
          jz      again
          xor     rdx, rbx
          jmp     again
      even:
          sub     rsi, rbx
          inc     rdi
          test    al, 4
          jnz     again
          rol     rsi, 3
          jmp     again
      """;

  /** A program behind its first instruction, and an engine for the rest. */
  private static final class Guest {
    final Cpu cpu;
    final Engine engine;

    Guest(String assembly, EngineMode mode) {
      Machine machine = Machine.builder().limit(1).build();
      machine.run(Program.assembly("nop\n" + assembly));
      cpu = machine.cpu();
      cpu.observer = CpuObserver.NONE;
      engine = new Engine(cpu, Engine.decoder(cpu), mode);
      engine.writeRegionsAtOnce();
    }
  }

  private static void same(Guest expected, Guest actual) {
    assertEquals(expected.cpu.retired, actual.cpu.retired);
    for (State item : State.values()) {
      assertEquals(expected.cpu.get(item), actual.cpu.get(item), item::toString);
    }
  }

  /** Runs both as far, which the interpreter does in one go. */
  private static void runAlike(Guest regions, Guest interpreter, long instructions, int slice) {
    for (long left = instructions; left > 0; left -= slice) {
      regions.engine.run(Math.min(left, slice));
      interpreter.engine.run(Math.min(left, slice));
      same(interpreter, regions);
    }
  }

  /**
   * The same of a program that gets regions wherever a look meets it.
   *
   * @return the number of regions
   */
  private static long runAlike(String text, long instructions, int slice) {
    Guest regions = new Guest(text, EngineMode.TRANSLATOR);
    Guest interpreter = new Guest(text, EngineMode.INTERPRETER);
    runAlike(regions, interpreter, instructions, slice);
    return regions.engine.regions();
  }

  @Test
  void a_loop_is_one_region() {
    Guest guest = new Guest(HOT, EngineMode.AUTO);
    guest.engine.run(VERY_LONG);
    assertEquals(1, guest.engine.regions());
  }

  /** What a turn leaves over is done by blocks, which the next look may well meet. */
  @ParameterizedTest
  @ValueSource(ints = {1009, 5000})
  void a_loop_is_one_region_in_short_turns(int turn) {
    Guest guest = new Guest(HOT, EngineMode.AUTO);
    while (guest.cpu.retired < VERY_LONG) {
      guest.engine.turn(turn);
    }
    assertEquals(1, guest.engine.regions());
  }

  @ParameterizedTest
  @ValueSource(ints = {1009, 5000})
  void a_loop_is_one_region_in_short_runs(int most) {
    Guest guest = new Guest(HOT, EngineMode.AUTO);
    while (guest.cpu.retired < VERY_LONG) {
      guest.engine.run(most);
    }
    long regions = guest.engine.regions();
    assertTrue(regions >= 1 && regions <= 2, "one may begin where runs end: " + regions);
  }

  private static void look(Regions regions, Cpu cpu, Block block) {
    cpu.retired += EngineMode.AUTO.period;
    regions.look(cpu, block);
  }

  /** Where the horizon is too near for the region, its blocks are executed in its place. */
  @Test
  void a_look_behind_a_region_that_was_refused_counts_for_the_region() {
    AssembledBlocks code =
        new AssembledBlocks("again: inc rax\nwithin: jz again\nother: jmp again");
    code.went("other", "again");
    Cpu cpu = Machine.create().cpu();
    Regions regions = new Regions(EngineMode.AUTO);
    regions.writer(Runnable::run);
    for (int i = 0; i < EngineMode.AUTO.looks; i++) {
      look(regions, cpu, code.at("again"));
    }
    Operation region = code.at("again").first();
    assertInstanceOf(Region.class, region);
    for (int i = 0; i < 2 * EngineMode.AUTO.looks; i++) {
      cpu.horizon = cpu.retired;
      assertSame(code.at("again").plain(), region.exec(cpu));
      look(regions, cpu, code.at("within"));
    }
    assertEquals(1, regions.made);
    for (int i = 0; i < EngineMode.AUTO.looks; i++) {
      look(regions, cpu, code.at("other"));
    }
    assertEquals(2, regions.made, "met beside the region");
  }

  /** They lie in two pages, and no region reaches beyond one. */
  @Test
  void two_loops_in_turn_are_two_regions() {
    String loops =
        """
        again:
            mov     ecx, 100000
        one:
            inc     rax
            dec     ecx
            jnz     one
            mov     ecx, 100000
            jmp     two
            align   4096
        two:
            inc     rbx
            dec     ecx
            jnz     two
            jmp     again
        """;
    Guest guest = new Guest(loops, EngineMode.AUTO);
    guest.engine.run(VERY_LONG);
    assertEquals(2, guest.engine.regions());
  }

  /** The rewritten instruction stands in a block that the region only leads to. */
  @ParameterizedTest
  @ValueSource(ints = {1, 300, 7919})
  void of_code_that_is_rewritten_are_dropped(int every) {
    String rewrites =
        """
            mov     r8d, %d
        again:
            inc     rbx
            test    bl, 1
            jz      change
            inc     rdx
        change:
            add     rax, 11h
            dec     r8d
            jnz     again
            add     byte [rel change + 3], 7
            and     byte [rel change + 3], 7Fh
            mov     r8d, %d
            jmp     again
        """
            .formatted(every, every);
    long made = runAlike(rewrites, 100_000, 10_007);
    assertTrue(made > 1, "made anew");
  }

  /** The region is dropped while it runs, since it is what writes. */
  @Test
  void that_rewrite_themselves_go_on_with_the_new_code() {
    String rewrites =
        """
        again:
            mov     [rel change + 3], bl
            inc     ebx
            and     ebx, 3Fh
        change:
            add     rax, 11h
            jmp     again
        """;
    long made = runAlike(rewrites, 20_000, 3001);
    assertTrue(made > 0);
  }

  /** Blocks at one distance of each other are not near at the same time, so each way is linked. */
  @ParameterizedTest
  @ValueSource(ints = {16, 512})
  void of_an_indirect_jump_that_goes_elsewhere_each_time_end_alike(int distance) {
    String alternates =
        """
            lea     r8, [rel one]
            lea     r9, [rel two]
        again:
            xchg    r8, r9
            jmp     r8
            align   %1$d
        one:
            add     rax, 3
            inc     rbx
            jmp     again
            align   %1$d
        two:
            rol     rax, 5
            jmp     again
        """
            .formatted(distance);
    long made = runAlike(alternates, 100_000, 10_007);
    assertTrue(made > 0);
  }

  /**
   * A region goes on at targets of its own page only. One of another page has the same place in it;
   * another is rewritten.
   */
  @ParameterizedTest
  @ValueSource(strings = {"jmp rdx", "call rdx", "push rdx\nret"})
  void of_a_table_of_targets_end_alike(String branch) {
    StringBuilder text = new StringBuilder();
    text.append("again:\ninc rcx\nmov rsi, rcx\nand esi, 15\nlea rdx, [rel t0]\n");
    text.append("shl esi, 4\nadd rdx, rsi\ncmp esi, 112\nja beyond\n");
    text.append("go:\n").append(branch).append('\n');
    text.append("beyond:\ntest cl, 1\njz write\nlea rdx, [rel t5 + 4096]\njmp go\n");
    text.append("write:\ntest ecx, 0FFEh\njnz again\nadd byte [rel t3 + 2], 3\njmp again\n");
    for (int i = 0; i < 8; i++) {
      text.append("align 16\nt%1$d: add al, %1$d\nrol rax, 3\njmp again\n".formatted(i));
    }
    text.append("align 4096\ntimes 4096 nop\n"); // more than up to the place of t5 there
    text.append("jmp again\n");
    long made = runAlike(text.toString(), 400_000, 40_009);
    assertTrue(made > 0);
  }

  /** The stack pointer is an operand, and changes within the instruction. */
  @ParameterizedTest
  @ValueSource(strings = {"call rsp", "push rsp\nret", "push rsp\npop rsp\njmp rsp"})
  void that_branch_by_the_stack_pointer_end_alike(String branch) {
    String text =
        """
            and     rsp, -4096
            sub     rsp, 4096
            mov     rbp, rsp
            mov     dword [rsp - 8], 90909090h
            mov     dword [rsp - 4], 90909090h
            mov     dword [rsp], 0E7FF9090h
            lea     rdi, [rel back]
        again:
            mov     rsp, rbp
            %s
        back:
            add     rax, rsp
            inc     rdx
            jmp     again
        """
            .formatted(branch);
    long made = runAlike(text, 100_000, 10_007);
    assertTrue(made > 0);
  }

  /** None of the blocks is met by as many looks as a region takes. */
  @Test
  void are_made_of_blocks_that_looks_meet_in_turn() {
    AssembledBlocks code =
        new AssembledBlocks("a: inc rax\njz d\nb: inc rbx\njz d\nc: inc rcx\njz d\nd: jmp a");
    Cpu cpu = Machine.create().cpu();
    Regions regions = new Regions(EngineMode.AUTO);
    regions.writer(Runnable::run);
    int looks = 0;
    while (regions.made == 0 && looks < 4 * EngineMode.AUTO.looks) {
      code.went("a", "b"); // anew when sequences have been made of its instructions
      code.went("b", "c");
      code.went("c", "d");
      code.went("d", "a");
      look(regions, cpu, code.all("a b c d").get(looks++ % 4));
    }
    assertTrue(looks >= EngineMode.AUTO.looks - 3, "looks: " + looks);
    assertTrue(looks <= 2 * EngineMode.AUTO.looks, "looks: " + looks);
  }

  /** Meets the block by as many looks as a region takes. */
  private static void heat(Regions regions, Cpu cpu, Block block) {
    for (int i = 0; i < EngineMode.AUTO.looks; i++) {
      look(regions, cpu, block);
    }
  }

  @Test
  void are_written_while_the_guest_goes_on() {
    AssembledBlocks code = new AssembledBlocks("a: inc rax\njz a\nb: inc rbx\nc: jmp a");
    code.went("a", "b");
    Cpu cpu = Machine.create().cpu();
    Regions regions = new Regions(EngineMode.AUTO);
    Deque<Runnable> waiting = new ArrayDeque<>();
    regions.writer(waiting::add);
    heat(regions, cpu, code.at("a"));
    heat(regions, cpu, code.at("a"));
    heat(regions, cpu, code.at("b"));
    assertEquals(1, waiting.size(), "the second block will be in the first one's region");
    assertEquals(0, regions.made);
    waiting.remove().run();
    look(regions, cpu, code.at("b"));
    assertInstanceOf(Region.class, code.at("a").first());
    assertEquals(1, regions.made);
  }

  /** Looks that meet a block in turn with one in its place that never has a region. */
  @ParameterizedTest
  @CsvSource({"1, 0, 32", "3, 0, 32", "15, 0, 64", "31, 0, 128", "1, 32768, 64", "1, 131072, 128"})
  void take_more_looks_where_they_gain_less(int others, int decoded, int wanted) {
    AssembledBlocks code = new AssembledBlocks("a: inc rax\njz a\nb: inc rbx\njmp b");
    Block other = new AssembledBlocks("times 4093 nop\nb: mov eax, 1\njmp b").at("b");
    Cpu cpu = Machine.create().cpu();
    Regions regions = new Regions(EngineMode.AUTO);
    regions.writer(Runnable::run);
    regions.decoded(decoded);
    int looks = 0;
    while (regions.made == 0 && looks < 1000) {
      looks++;
      look(regions, cpu, code.at("a"));
      for (int i = 0; i < others && regions.made == 0; i++) {
        look(regions, cpu, other);
      }
    }
    assertEquals(wanted, looks);
  }

  @Test
  void of_code_that_has_been_rewritten_in_the_meantime_are_not_used() {
    AssembledBlocks code = new AssembledBlocks("a: inc rax\njz a\nb: inc rbx\njmp a");
    code.went("a", "b");
    Cpu cpu = Machine.create().cpu();
    Regions regions = new Regions(EngineMode.AUTO);
    Deque<Runnable> waiting = new ArrayDeque<>();
    regions.writer(waiting::add);
    heat(regions, cpu, code.at("a"));
    Operation plain = code.at("a").first();
    code.at("b").valid = false;
    waiting.remove().run();
    look(regions, cpu, code.at("a"));
    assertSame(plain, code.at("a").first());
    assertEquals(0, regions.made);
  }

  /** Links and sequences come and go while the region is written. */
  @Test
  void are_of_blocks_as_they_were_when_asked_for() {
    AssembledBlocks code =
        new AssembledBlocks("a: inc rax\njmp rdx\nb: inc rbx\njmp a\nc: inc rcx\njmp a");
    code.went("a", "b");
    code.went("b", "a");
    List<BlockCode> asked = BlockCode.of(code.all("a b"));
    code.at("b").join();
    code.at("a").exit().unlink(code.at("b"));
    RegionGraph graph = new RegionGraph(asked);
    assertEquals(Set.of(code.at("b")), Set.copyOf(graph.targets((Indirect) code.at("a").exit())));
    assertEquals(asked.get(1).operations().get(0), graph.first(code.at("b")));
    assertNotSame(code.at("b").first(), graph.first(code.at("b")));
  }

  private static final String MUCH_CODE =
      "adc [fs:rsi + 4 * rdi], rax\nshld [rsi + 64], rax, cl\nrcl rax, cl\n";

  /** 64 instructions, of which those in the middle are done by the second part. */
  private static final String LONG_BLOCK =
      """
          lea     rsi, [rel again + 1000h]
          mov     rdx, rsi
          mov     r10, 00007FFFFFFFF000h
          lea     r11, [rel change + 3]
          mov     rax, 0123456789ABCDEFh
          mov     ecx, 80000
      again:
          %1$s
          %2$s
          mov     [rdx], bh
          xadd    [rsi + 128], rbx
          xadd    [rsi + 136], rbp
          xadd    [rsi + 144], rbp
          %3$s
      change:
          add     rbx, 11h
          dec     ecx
          test    cl, 7
          jnz     again
          add     rbx, rax
          jmp     again
      """;

  /** When the region has long been made, a part faults, or writes into the block's code. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cmp ecx, eax\nsetc al",
        "cmp ecx, 45000\ncmove rsi, r10",
        "cmp ecx, 45000\ncmove rdx, r11"
      })
  void of_a_block_too_long_for_a_method_are_written_in_parts(String middle) {
    String text = LONG_BLOCK.formatted(MUCH_CODE.repeat(9), middle, MUCH_CODE.repeat(9));
    List<Block> block = new AssembledBlocks(text).all("again");
    assertEquals(Translator.MAX_BLOCK, block.get(0).count);
    assertNull(
        RegionWriter.writeWhole(BlockCode.of(block)), "the JVM would not compile it as one method");
    Guest regions = new Guest(text, EngineMode.AUTO);
    Guest interpreter = new Guest(text, EngineMode.INTERPRETER);
    runAlike(regions, interpreter, LONG / 2, (int) LONG / 13);
    assertEquals(1, regions.engine.regions());
    runAlike(regions, interpreter, LONG / 8, (int) LONG / 13);
  }
}
