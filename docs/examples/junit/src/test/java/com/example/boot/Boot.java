package com.example.boot;

import io.vmxlab.machine.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The code under test. */
final class Boot {
  private static final Path SOURCE = Path.of("src/main/asm/boot.asm");
  private static final long REGION = 0x20_0000;

  private Boot() {}

  /** A call of {@code enter_vmx} with a page that is free on every machine. */
  static Program enterVmx() {
    return enterVmx(REGION);
  }

  /** A call of {@code enter_vmx}. */
  static Program enterVmx(long region) {
    try {
      return Program.assembly(SOURCE.toString(), Files.readString(SOURCE))
          .call("enter_vmx")
          .argument(region);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
