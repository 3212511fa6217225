package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Repeated string instructions do many elements at once where pages have short ways. What comes of
 * it is what one by one comes to: on a machine that looks at every translation there are no short
 * ways.
 */
class RepeatedStringsTest {
  private static final int PAGE = 0x1000;

  /** Pages that strings lie in, from here on; in the third one there is code that has run. */
  private static final int REGION = 0x8000;

  private static final int BYTES = 6 * PAGE;
  private static final int CODE = REGION + 2 * PAGE + 0x234;
  private static final int ROUNDS = 400;
  private static final byte RET = (byte) 0xC3;

  private static final List<String> NAMES = List.of("movs", "stos", "lods", "scas", "cmps");

  private final Random random = new Random(4);

  private static Machine machine(int mode, boolean oneByOne) {
    return Machine.builder().mode(mode).limit(100_000).watchStale(oneByOne).build();
  }

  /** Mostly a few bytes away from another one, so that strings overlap. */
  private int address() {
    int page = random.nextInt(3) == 0 ? random.nextInt(6) : 2;
    int offset = random.nextInt(3) == 0 ? random.nextInt(PAGE) : 0x200 + random.nextInt(24);
    return REGION + page * PAGE + offset;
  }

  private String code(int mode) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    boolean compares = name.equals("scas") || name.equals("cmps");
    String repeat = !compares ? "rep" : random.nextBoolean() ? "repe" : "repne";
    String width = List.of("b", "w", "d", "q").get(random.nextInt(mode == 64 ? 4 : 3));
    String size =
        List.of("", mode == 64 ? "a32 " : mode == 32 ? "a16 " : "a32 ").get(random.nextInt(2));
    int count = random.nextInt(4) == 0 ? random.nextInt(9000) : random.nextInt(200);
    String prefix = mode == 64 ? "r" : "e";
    return String.format(
            "%s\nmov esi, %d\nmov edi, %d\nmov ecx, %d\nmov eax, %d\n%s%s %s%s\ncld\n",
            random.nextInt(3) == 0 ? "std" : "cld",
            address(),
            address(),
            mode == 16 ? Math.min(count, 0x1FFF) : count,
            random.nextInt(3),
            size,
            repeat,
            name,
            width)
        + "pushf"
        + (mode == 64 ? "q" : mode == 32 ? "d" : "")
        + "\npop "
        + (mode == 16 ? "bx" : prefix + "bx")
        + "\n";
  }

  private byte[] content() {
    byte[] content = new byte[BYTES];
    int most = 1 + random.nextInt(3);
    int seldom = 1 + random.nextInt(300);
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (random.nextInt(seldom) == 0 ? random.nextInt(most + 1) : 0);
    }
    content[CODE - REGION] = RET;
    return content;
  }

  @ParameterizedTest
  @CsvSource({"64", "32", "16"})
  void many_at_once_are_as_one_by_one(int mode) {
    long origin = mode == CodeMode.BITS16.bits ? 0 : MemoryMap.PROGRAM + 0x10_0000;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] content = content();
      String text =
          code(mode)
              .replace("esi, ", "esi, " + origin + " + ")
              .replace("edi, ", "edi, " + origin + " + ");
      String call =
          "mov eax, "
              + (origin + CODE)
              + "\ncall "
              + (mode == 64 ? "rax" : mode == 32 ? "eax" : "ax");
      Machine[] machines = {machine(mode, false), machine(mode, true)};
      Run[] runs = new Run[2];
      for (int m = 0; m < 2; m++) {
        machines[m].write(origin + REGION, content);
        runs[m] = machines[m].run(Program.assembly(call + "\n" + text));
      }
      assertEquals(runs[1].kind(), runs[0].kind(), text);
      assertEquals(runs[1].instructions(), runs[0].instructions(), text);
      for (String register : List.of("rax", "rbx", "rcx", "rsi", "rdi", "rflags")) {
        assertEquals(
            runs[1].register(register), runs[0].register(register), register + " after\n" + text);
      }
      assertArrayEquals(
          machines[1].read(origin + REGION, BYTES), machines[0].read(origin + REGION, BYTES), text);
    }
  }
}
