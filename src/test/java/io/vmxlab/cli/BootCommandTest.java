package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.machine.Images;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code vmxlab boot}. */
class BootCommandTest {
  private static final String HELLO =
      "mov esi, text\ncall print\nmov al, 0\njmp exit\n"
          + "text: db 'one', 13, 10, 27, '[31mtwo', 10, 'three', 0";

  @TempDir Path folder;

  private static Cli.Result boot(String code, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "boot";
    line[1] = "-";
    System.arraycopy(options, 0, line, 2, options.length);
    return Cli.with(Images.multiboot(code), line);
  }

  @Test
  void output_is_shown_and_what_a_terminal_would_obey_is_spelled_out() {
    Cli.Result result = boot(HELLO);
    assertEquals(Exit.OK, result.status());
    assertEquals("", result.err());
    assertEquals(
        "one\n\\x1B[31mtwo\nthree\nstandard input: wrote 0 to the exit port after 123 instructions\n",
        result.out());
  }

  @Test
  void the_bytes_themselves_are_there_for_who_asks() throws Exception {
    String bytes = "one\r\n\u001B[31mtwo\nthree";
    assertTrue(boot(HELLO, "--serial", "-").out().startsWith(bytes));
    Path file = folder.resolve("serial");
    Cli.Result result = boot(HELLO, "--serial", file.toString());
    assertTrue(result.out().startsWith("standard input: wrote 0"), result.out());
    assertEquals(bytes, Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  @Test
  void a_device_is_named_as_it_was_given() {
    assumeTrue(Files.exists(Path.of("/dev/null")));
    Cli.Result result = Cli.with(new byte[0], "boot", "/dev/null");
    assertEquals(Exit.USAGE, result.status());
    assertTrue(result.err().contains("/dev/null: "), result.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mov al, 1; jmp exit        | 7",
        "cli; hlt                   | 0",
        "ud2                        | 3",
        "l: pause; jmp l            | 4",
        "l: in al, 0x77; jmp l      | 3",
        "mov al, 0xFE; out 0x64, al | 0"
      })
  void the_exit_status_says_how_it_ended(String code, int status) {
    String text = code.replace("; ", "\n");
    assertEquals(status, boot(text, "--max-instructions", "5000000").status());
  }

  @Test
  void what_cannot_be_booted_is_one_line_and_status_2() {
    Cli.Result result = Cli.with(new byte[600], "boot", "-");
    assertEquals(Exit.USAGE, result.status());
    assertEquals(1, result.err().lines().count());
    assertTrue(result.err().contains("no bootable image"), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--cpus, 0, 0 processors",
    "--memory, 5G, give a size from 2M to 3G",
    "--timeout, soon, is no time",
    "--cpu, z80, z80",
    "--module, /nonexistent/file, no such file"
  })
  void options_that_make_no_sense_are_refused(String option, String value, String why) {
    Cli.Result result = boot("hlt", option, value);
    assertEquals(Exit.USAGE, result.status());
    assertTrue(result.err().contains(why), result.err());
  }

  @Test
  void a_shutdown_is_explained() {
    String out = boot("ud2").out();
    assertTrue(out.contains("shut down (triple fault)"), out);
    assertTrue(out.contains("#UD, invalid opcode, at UD2"), out);
    assertTrue(out.contains("entry lies within the limit of the IDT"), out);
  }
}
