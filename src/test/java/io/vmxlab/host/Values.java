package io.vmxlab.host;

import java.util.SplittableRandom;

/** Values at which instructions change their behaviour, and random ones in between. */
final class Values {
  private static final long[] LANDMARKS = {
    0,
    1,
    -1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x5555_5555_5555_5555L,
    0xAAAA_AAAA_AAAA_AAAAL,
    0x0000_7FFF_FFFF_FFFFL,
    0x0000_8000_0000_0000L,
    0x9999_9999_9999_9999L,
    0x0102_0304_0506_0708L
  };

  private final SplittableRandom random;

  Values(SplittableRandom random) {
    this.random = random;
  }

  long next() {
    switch (random.nextInt(8)) {
      case 0:
        return random.nextInt(256);
      case 1:
        return -random.nextInt(256);
      case 2:
      case 3:
        return LANDMARKS[random.nextInt(LANDMARKS.length)];
      case 4:
        return 1L << random.nextInt(64);
      case 5:
        return (1L << random.nextInt(64)) - 1;
      case 6:
        return random.nextInt();
      default:
        return random.nextLong();
    }
  }

  long random() {
    return random.nextLong();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int low, int high) {
    return low + random.nextInt(high - low);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
