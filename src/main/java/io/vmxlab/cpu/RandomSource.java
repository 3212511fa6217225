package io.vmxlab.cpu;

/** Where RDRAND and RDSEED take their bits from. */
@FunctionalInterface
public interface RandomSource {
  /** Sixty-four bits. */
  long next();

  /** A reproducible sequence (SplitMix64). */
  static RandomSource seeded(long seed) {
    return new Seeded(seed);
  }

  /** The sequence of one seed. */
  final class Seeded implements RandomSource {
    private long state;

    Seeded(long seed) {
      state = seed;
    }

    @Override
    public long next() {
      state += 0x9E3779B97F4A7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
