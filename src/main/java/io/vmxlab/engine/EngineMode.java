package io.vmxlab.engine;

/** Which code is made regions of. The results of a run never depend on it. */
public enum EngineMode {
  /** Code that has run for some million instructions. */
  AUTO(32_768, 32, 2),

  /** None. */
  INTERPRETER(8_192, Integer.MAX_VALUE, 2),

  /** None either, but all that is met in a look every 256 instructions is paired, for tests. */
  PAIRS(256, Integer.MAX_VALUE, 1),

  /** All that is met in a look every 256 instructions: slow, but every program gets regions. */
  TRANSLATOR(256, 1, 1);

  /** Instructions between two looks at where the processor is. */
  final long period;

  /** Looks that have to meet a block before it is made a region of. */
  final int looks;

  /** Looks that have met a block before its operations are paired. */
  final int pairs;

  EngineMode(long period, int looks, int pairs) {
    this.period = period;
    this.looks = looks;
    this.pairs = pairs;
  }
}
