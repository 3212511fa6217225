package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vmxlab asm} as a user sees it. */
class AsmCommandTest {
  @TempDir Path folder;

  @Test
  @DisplayName("the machine code never replaces its source, however both are named")
  void source() throws IOException {
    Path source = Files.writeString(folder.resolve("x.asm"), "nop\n");
    Path same = folder.resolve(".").resolve("x.asm");
    Cli.Result result = Cli.run("asm", source.toString(), "-o", same.toString());
    assertEquals(Exit.USAGE, result.status());
    assertEquals(
        "vmxlab: the machine code would replace its source "
            + source
            + "; give --output another name\n",
        result.err());
    assertEquals("nop\n", Files.readString(source));
  }

  @Test
  @DisplayName("asm and run read a text in the same mode")
  void mode() throws IOException {
    Path source = Files.writeString(folder.resolve("x.asm"), "mov ax, 1\nx: jmp short y\ny: hlt\n");
    Cli.Result asm = Cli.run("asm", source.toString(), "--mode", "16", "--hex");
    assertEquals("B8 01 00 EB 00 F4\n", asm.out());
    assertEquals(Exit.OK, Cli.run("run", source.toString(), "--mode", "16").status());
  }
}
