package io.vmxlab.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Width;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Conditions after an operation that is known")
class ComparisonsTest {
  private static final int[] WIDTHS = {8, 16, 32, 64};

  private final Random random = new Random(1);

  @Test
  @DisplayName("are what they are when the flags are asked, after a comparison")
  void comparison() throws ReflectiveOperationException {
    List<Method> methods = methods();
    assertEquals(12, methods.size());
    for (int i = 0; i < 4_000; i++) {
      int width = WIDTHS[i & 3];
      LazyFlags flags = new LazyFlags(1, 0, 0, 0);
      Arithmetic.cmp(flags, width, number(width), number(width));
      for (Method method : methods) {
        assertSame(method, flags, width);
      }
    }
  }

  @Test
  @DisplayName("of the result are, after additions and logical operations too")
  void addition() throws ReflectiveOperationException {
    List<Method> methods =
        methods().stream().filter(m -> m.getName().toLowerCase().endsWith("sign")).toList();
    assertEquals(2, methods.size());
    for (int i = 0; i < 4_000; i++) {
      int width = WIDTHS[i & 3];
      LazyFlags flags = new LazyFlags(1, 0, 0, 0);
      flags.setStatus(random.nextInt() & 0xFFF);
      switch (random.nextInt(4)) {
        case 0 -> Arithmetic.add(flags, width, number(width), number(width));
        case 1 -> Arithmetic.adc(flags, width, number(width), number(width));
        case 2 -> Arithmetic.sbb(flags, width, number(width), number(width));
        default -> Logical.and(flags, width, number(width), number(width));
      }
      for (Method method : methods) {
        assertSame(method, flags, width);
      }
    }
  }

  private static void assertSame(Method method, LazyFlags flags, int width)
      throws ReflectiveOperationException {
    Method condition = Conditions.class.getMethod(method.getName(), LazyFlags.class);
    assertEquals(
        condition.invoke(null, flags),
        method.invoke(null, flags),
        () -> method.getName() + " " + width + " " + flags.flagSum + " " + flags.flagRight);
  }

  private static List<Method> methods() {
    List<Method> methods =
        Arrays.stream(Comparisons.class.getDeclaredMethods())
            .filter(m -> m.getReturnType() == boolean.class)
            .toList();
    assertTrue(methods.stream().allMatch(m -> m.getParameterTypes()[0] == LazyFlags.class));
    return methods;
  }

  /** Zero-extended, often at the ends of the width's range. */
  private long number(int width) {
    long any =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(5) - 2;
          case 1 -> (1L << width - 1) + random.nextInt(5) - 2;
          default -> random.nextLong();
        };
    return Width.zeroExtend(width, any);
  }
}
