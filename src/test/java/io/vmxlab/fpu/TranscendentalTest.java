package io.vmxlab.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The functions round their exact values correctly. The expected results come from a library for
 * arithmetic of any precision.
 */
@DisplayName("Transcendental functions")
class TranscendentalTest {
  private static final int ONE = 0x3FFF;

  private final FpEnvironment env = new FpEnvironment();

  static Stream<String> lines() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                TranscendentalTest.class.getResourceAsStream("transcendental.txt"),
                StandardCharsets.UTF_8))) {
      return in.lines().filter(line -> !line.startsWith("#")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void value(String line) {
    String[] words = line.split(" ");
    load(env.a, words[1]);
    load(env.b, words[2]);
    compute(words[0]);
    assertEquals(words[3], String.format("%04X:%016X", env.signExponent, env.significand), line);
  }

  private void compute(String name) {
    switch (name) {
      case "F2XM1" -> Logarithms.exp2m1(env);
      case "FYL2X" -> Logarithms.log2(env);
      case "FYL2XP1" -> Logarithms.log2OnePlus(env);
      case "FSIN" -> assertTrue(Trigonometry.sine(env));
      case "FCOS" -> assertTrue(Trigonometry.cosine(env));
      case "FPTAN" -> assertTrue(Trigonometry.tangent(env));
      case "FPATAN" -> Trigonometry.arctangent(env);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static void load(Unpacked to, String text) {
    int colon = text.indexOf(':');
    to.setExtended(
        Integer.parseInt(text.substring(0, colon), 16),
        Long.parseUnsignedLong(text.substring(colon + 1), 16));
  }

  @Test
  @DisplayName("FSIN takes arguments below 2^63 and no others")
  void range() {
    env.a.setExtended(ONE + 62, -1);
    assertTrue(Trigonometry.sine(env));
    env.a.setExtended(ONE + 63, 1L << 63);
    assertFalse(Trigonometry.sine(env));
    assertFalse(Trigonometry.cosine(env));
    assertFalse(Trigonometry.tangent(env));
  }
}
