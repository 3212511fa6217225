package io.vmxlab.engine;

/** Which code is made regions of, and which sequences. The results of a run never depend on it. */
public enum EngineMode {
  /** Code that has run for some million instructions. */
  AUTO(32_768, 32, 4, false),

  /** None. */
  INTERPRETER(8_192, Integer.MAX_VALUE, 8, false),

  /** None either, but sequences of every block before it is executed, for tests. */
  SEQUENCES(1, Integer.MAX_VALUE, 1, true),

  /** All that is met in a look every 256 instructions: slow, but every program gets regions. */
  TRANSLATOR(256, 1, 1, true);

  /** Instructions between two looks at where the processor is. */
  final long period;

  /** Looks that have to meet a block before it is made a region of. */
  final int looks;

  /** Looks that have met a block before sequences are made of its operations. */
  final int sequences;

  /** Also code that is met rarely, beside others. */
  final boolean everything;

  EngineMode(long period, int looks, int sequences, boolean everything) {
    this.period = period;
    this.looks = looks;
    this.sequences = sequences;
    this.everything = everything;
  }
}
