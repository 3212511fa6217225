package io.vmxlab.junit;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.io.IOException;

/** Processor models as annotations name them. */
final class Processors {
  private Processors() {}

  /** A built-in model, or else one from the file of that name. */
  static DumpedCpu find(String nameOrFile) {
    try {
      return CpuModels.find(nameOrFile);
    } catch (IOException e) {
      throw new BadInputException(nameOrFile, "the file cannot be read", "");
    }
  }
}
