package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.State;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
      engine.regionWriter(Runnable::run);
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
   * The same of a program that gets regions wherever a look meets it, at once and some looks later.
   *
   * @return the number of regions, the lesser of both
   */
  private static long runAlike(String text, long instructions, int slice) {
    Guest regions = new Guest(text, EngineMode.TRANSLATOR);
    runAlike(regions, new Guest(text, EngineMode.INTERPRETER), instructions, slice);
    Guest late = new Guest(text, EngineMode.TRANSLATOR);
    LateWriter writer = new LateWriter();
    late.engine.regionWriter(writer);
    Guest interpreter = new Guest(text, EngineMode.INTERPRETER);
    for (long left = instructions; left > 0; left -= slice) {
      runAlike(late, interpreter, Math.min(left, slice), slice);
      writer.catchUp();
    }
    return Math.min(regions.engine.regions(), late.engine.regions());
  }

  @Test
  void a_loop_is_one_region() {
    Guest guest = new Guest(HOT, EngineMode.AUTO);
    guest.engine.run(VERY_LONG);
    assertEquals(1, guest.engine.regions());
  }

  @Test
  void an_engine_has_them_written_beside_it() {
    Guest guest = new Guest(HOT, EngineMode.AUTO);
    guest.engine.regionWriter(null);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (guest.engine.regions() == 0 && System.nanoTime() < end) {
      guest.engine.run(EngineMode.AUTO.period);
    }
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

  /** Where the horizon is too near for the region, its blocks are executed in its place. */
  @Test
  void a_look_behind_a_region_that_was_refused_counts_for_the_region() {
    AssembledBlocks code =
        new AssembledBlocks("again: inc rax\nwithin: jz again\nother: jmp again");
    code.went("other", "again");
    Looks looks = new Looks(Runnable::run);
    looks.meetOften(code.at("again"));
    Operation region = code.at("again").first();
    assertInstanceOf(Region.class, region);
    for (int i = 0; i < 2 * EngineMode.AUTO.looks; i++) {
      looks.cpu.horizon = looks.cpu.retired;
      assertSame(code.at("again").plain(), region.exec(looks.cpu));
      looks.meet(code.at("within"));
    }
    assertEquals(1, looks.made());
    looks.meetOften(code.at("other"));
    assertEquals(2, looks.made(), "met beside the region");
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
    Looks looks = new Looks(Runnable::run);
    int met = 0;
    while (looks.made() == 0 && met < 4 * EngineMode.AUTO.looks) {
      code.went("a", "b"); // anew when sequences have been made of its instructions
      code.went("b", "c");
      code.went("c", "d");
      code.went("d", "a");
      looks.meet(code.all("a b c d").get(met++ % 4));
    }
    assertTrue(met >= EngineMode.AUTO.looks - 3, "looks: " + met);
    assertTrue(met <= 2 * EngineMode.AUTO.looks, "looks: " + met);
  }

  /** Looks that meet a block in turn with one in its place that never has a region. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 32",
    "3, 0, 32",
    "15, 0, 64",
    "16, 0, 128",
    "31, 0, 128",
    "1, 32768, 64",
    "1, 131072, 128"
  })
  void take_more_looks_where_they_gain_less(int others, int decoded, int wanted) {
    AssembledBlocks code = new AssembledBlocks("a: inc rax\njz a\nb: inc rbx\njmp b");
    Block other = new AssembledBlocks("times 4093 nop\nb: mov eax, 1\njmp b").at("b");
    Looks looks = new Looks(Runnable::run);
    looks.regions.decoded(decoded);
    int met = 0;
    while (looks.made() == 0 && met < 1000) {
      met++;
      looks.meet(code.at("a"));
      for (int i = 0; i < others && looks.made() == 0; i++) {
        looks.meet(other);
      }
    }
    assertEquals(wanted, met);
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
