package io.vmxlab.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.FpException;
import io.vmxlab.arch.RoundingControl;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** SSE arithmetic against Java's, which is IEEE 754's on every host. SDM Vol. 1 "Rounding". */
@DisplayName("SSE arithmetic")
class SseTest {
  private static final int CASES = 20_000;

  private final FpEnvironment env = new FpEnvironment();

  @RepeatedTest(4)
  @DisplayName("64 bits, to the nearest, as Java's double")
  void doubles(RepetitionInfo repetition) {
    FpuCases cases = new FpuCases(repetition.getCurrentRepetition());
    for (int i = 0; i < CASES; i++) {
      FpuCase c = cases.next(FpuOperation.ADDSD);
      double a = Double.longBitsToDouble(c.a());
      double b = Double.longBitsToDouble(c.b());
      if (Double.isNaN(a) || Double.isNaN(b)) {
        continue;
      }
      same(a + b, Sse.add(env, Format.DOUBLE, c.a(), c.b()), c);
      same(a - b, Sse.subtract(env, Format.DOUBLE, c.a(), c.b()), c);
      same(a * b, Sse.multiply(env, Format.DOUBLE, c.a(), c.b()), c);
      same(a / b, Sse.divide(env, Format.DOUBLE, c.a(), c.b()), c);
      same(Math.sqrt(a), Sse.squareRoot(env, Format.DOUBLE, c.a()), c);
      same(Math.rint(a), Sse.roundToIntegral(env, Format.DOUBLE, c.a(), true), c);
      long single = Sse.convert(env, Format.DOUBLE, Format.SINGLE, c.a());
      assertEquals((float) a, Float.intBitsToFloat((int) single), c::toString);
    }
  }

  @Test
  @DisplayName("1/3 rounded in each direction, with its flags")
  void directions() {
    long one = Double.doubleToLongBits(1);
    long three = Double.doubleToLongBits(3);
    long down = 0x3FD5_5555_5555_5555L;
    assertEquals(down, third(RoundingControl.NEAREST, one, three));
    assertEquals(down, third(RoundingControl.DOWN, one, three));
    assertEquals(down, third(RoundingControl.ZERO, one, three));
    assertEquals(down + 1, third(RoundingControl.UP, one, three));
    assertEquals(FpException.PE, env.flags);
  }

  @Test
  @DisplayName("a tiny result: denormal and exact, denormal and inexact, flushed, unmasked")
  void underflow() {
    long smallest = 1;
    long minNormal = 1L << 52;
    long half = Double.doubleToLongBits(0.5);
    assertEquals(minNormal / 2, Sse.multiply(env, Format.DOUBLE, minNormal, half));
    assertEquals(0, env.flags);
    assertEquals(0, Sse.multiply(env, Format.DOUBLE, smallest, half));
    assertEquals(FpException.DE | FpException.UE | FpException.PE, env.flags);
    env.flags = 0;
    env.flushToZero = true;
    assertEquals(0, Sse.multiply(env, Format.DOUBLE, minNormal, half));
    assertEquals(FpException.UE | FpException.PE, env.flags);
    env.flags = 0;
    env.masks &= ~FpException.UE;
    Sse.multiply(env, Format.DOUBLE, minNormal, half);
    assertEquals(FpException.UE, env.flags);
  }

  private long third(int rounding, long one, long three) {
    env.rounding = rounding;
    return Sse.divide(env, Format.DOUBLE, one, three);
  }

  private static void same(double expected, long bits, FpuCase c) {
    double actual = Double.longBitsToDouble(bits);
    assertEquals(expected, actual, c::toString); // compares bits, and NaN with NaN
  }
}
