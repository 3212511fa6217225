package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.explain.DifferenceView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.Difference;
import io.vmxlab.machine.Differing;
import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Images;
import io.vmxlab.machine.Lockstep;
import io.vmxlab.machine.Run;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --engine lockstep}. */
@DisplayName("--engine lockstep")
class BothEnginesTest {
  private static final String WRONG = "nop\nrdrand rax\nmov rbx, rax\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run enable-vmx",
        "run enter-vmx --json --firmware locked-off",
        "run enable-cr4 --trace",
        "run enter-vmx --all-cpus",
        "run src/test/resources/io/vmxlab/cli/guest.asm --trace-vmx --show-vmcs",
        "run enable-vmx --max-instructions 3",
      })
  void agreeing_engines_show_what_one_shows(String line) {
    assertEquals(Cli.run(line.split(" ")), Cli.run((line + " --engine lockstep").split(" ")));
  }

  @Test
  @DisplayName("--stats tells of the guest, not of what two engines cost")
  void stats() {
    String line = "run src/test/resources/io/vmxlab/cli/guest.asm --stats --json";
    String one = Cli.run(line.split(" ")).out();
    String both = Cli.run((line + " --engine lockstep").split(" ")).out();
    assertTrue(one.contains("\"work\""), one);
    assertFalse(both.contains("\"work\""), both);
    assertTrue(both.contains("\"statistics\""), both);
  }

  @Test
  void so_do_boards() {
    byte[] image =
        Images.multiboot("mov esi, text\ncall print\nmov al, 3\njmp exit\ntext: db 'a', 0");
    for (String cpus : new String[] {"1", "2"}) {
      String[] line = {"boot", "-", "--json", "--cpus", cpus, "--engine", "interpreter"};
      Cli.Result one = Cli.with(image, line);
      assertEquals(Exit.GUEST_FAILED, one.status(), one.err());
      line[6] = "lockstep";
      assertEquals(one, Cli.with(image, line));
    }
  }

  @Test
  void every_engine_is_among_the_values_of_the_option() {
    String values = MachineOptions.ENGINE.value();
    for (String word : values.split("\\|")) {
      assertEquals(word.equals("lockstep"), BothEngines.choice(word).isEmpty(), word);
    }
    assertEquals(EngineChoice.values().length + 1, values.split("\\|").length);
  }

  @Test
  void another_engine_is_refused() {
    Cli.Result result = Cli.run("run", "enable-vmx", "--engine", "fast");
    assertEquals(Exit.USAGE, result.status());
    assertEquals(
        "vmxlab: --engine: there is no engine \"fast\"; give auto, interpreter, translator, lockstep\n",
        result.err());
  }

  private static Difference difference() {
    Lockstep<Run> both = Differing.run(WRONG, machine -> true);
    both.run();
    return both.difference().orElseThrow();
  }

  @Test
  void a_difference_is_shown_with_the_instruction_and_both_values() {
    Sheet sheet = new Sheet(Style.PLAIN);
    new DifferenceView("code.asm", difference()).text(sheet);
    String text = sheet.toString();
    assertTrue(
        text.matches(
            """
            code.asm: the engines differ, after 1 instructions, by processor 0:
              [0-9A-F_]{17}  rdrand rax

                                            interpreter           translator
              RAX                           [0-9A-F_]{17}     [0-9A-F_]{17}
            """),
        text);
  }

  @Test
  void a_difference_is_a_document_too() throws Exception {
    JsonTest.validate("difference", new DifferenceView("code.asm", difference()).json());
  }

  @Test
  void a_difference_is_shown_and_then_is_a_defect() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            Style.PLAIN,
            false);
    Interrupt interrupt = new Interrupt();
    try {
      Lockstep<Run> both = Differing.run(WRONG, machine -> true);
      assertThrows(
          BothEngines.EnginesDiffer.class,
          () -> BothEngines.run(both, "code.asm", terminal, Diary.CLOSED, interrupt, false));
      assertTrue(out.toString(StandardCharsets.UTF_8).contains("rdrand rax"), out::toString);
    } finally {
      interrupt.over();
    }
  }
}
