package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;

/** Stands behind the last instruction of a block that ends without a branch. */
final class FallThrough extends Branch {
  @Override
  Operation exec(Cpu cpu) {
    return take(cpu, false);
  }

  @Override
  Operation fresh() {
    return new FallThrough();
  }
}
