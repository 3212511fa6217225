package io.vmxlab.engine;

/** Which code is made regions of. The results of a run never depend on it. */
public enum EngineMode {
  /** Code that has run for some million instructions. */
  AUTO(32_768, 32),

  /** None. */
  INTERPRETER(32_768, Integer.MAX_VALUE),

  /** All that is met in a look every 256 instructions: slow, but every program gets regions. */
  TRANSLATOR(256, 1);

  /** Instructions between two looks at where the processor is. */
  final long period;

  /** Looks that have to meet a block before it is made a region of. */
  final int looks;

  EngineMode(long period, int looks) {
    this.period = period;
    this.looks = looks;
  }
}
