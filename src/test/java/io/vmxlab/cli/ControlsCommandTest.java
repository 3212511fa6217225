package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SDM Vol. 3C "Algorithms for Determining VMX Capabilities". */
class ControlsCommandTest {
  private static void shows(String expected, String... line) {
    Cli.Result result = Cli.run(line);
    assertEquals(Exit.OK, result.status(), result.err());
    String text = result.out().replaceAll("\\s+", " ");
    assertTrue(text.contains(expected), text);
  }

  /** Bits 31:0 of the TRUE MSRs alone, where nothing is wanted. */
  @Test
  void nothingIsWanted() {
    shows("Pin-based VM-execution controls 00000016H", "controls", "--cpu", "skylake");
    shows("VM-entry controls 000011FBH", "controls", "--cpu", "skylake");
    shows("VM-entry controls 000011FFH", "controls", "--cpu", "merom");
  }

  @Test
  void whatIsWantedIsSetWithWhatActivatesIt() {
    shows(
        "Secondary processor-based VM-execution controls 00000082H",
        "controls",
        "--want",
        "EPT, unrestricted guest");
    shows("Primary processor-based VM-execution controls 84006172H", "controls", "--want", "ept");
    shows(
        "primary.ACTIVATE_SECONDARY_CONTROLS: without it secondary.ENABLE_EPT counts as 0",
        "controls",
        "--want",
        "enable ept");
    shows("VM-function controls 00000000_00000001H", "controls", "--want", "EPTP switching, EPT");
  }

  @Test
  void whatCannotBeHadSaysWhichBitForbidsIt() {
    shows(
        "pin.PROCESS_POSTED_INTERRUPTS: it may not be 1 here: bit 39 of"
            + " IA32_VMX_TRUE_PINBASED_CTLS is 0",
        "controls",
        "--cpu",
        "skylake",
        "--want",
        "process posted interrupts");
    shows(
        "secondary.ENABLE_EPT: the processor has no Secondary processor-based VM-execution controls",
        "controls",
        "--cpu",
        "merom",
        "--want",
        "EPT");
  }

  @Test
  void rulesBetweenControlsAreNamed() {
    shows(
        "unrestricted-guest-requires-ept: UNRESTRICTED_GUEST is 1: ENABLE_EPT is 1",
        "controls",
        "--want",
        "unrestricted guest");
  }

  @Test
  void allModelsAreGroupedByWhatTheyLack() {
    shows(
        "not primary.ACTIVATE_SECONDARY_CONTROLS, secondary.ENABLE_EPT, on ",
        "controls",
        "--all-cpus",
        "--want",
        "EPT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unrestrictd guest | there is no VMX control \"unrestrictd guest\"; did you mean \"UNRESTRICTED_GUEST\"?",
        "LOAD_IA32_PAT     | write exit.LOAD_IA32_PAT or entry.LOAD_IA32_PAT",
        "exti.EPT          | there are no controls \"exti\"; did you mean \"exit\"?",
        "exit.EPT          | there is no VMX control \"exit.EPT\"",
        "EPT,,VPID         | a name is missing",
      })
  void badNames(String want, String message) {
    Cli.Result result = Cli.run("controls", "--want", want);
    assertEquals(Exit.USAGE, result.status());
    assertTrue(result.err().contains(message), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--all-cpus", "--cpu=skylake", "--want=EPT"})
  void theListIsAboutNoProcessor(String option) {
    Cli.Result result = Cli.run("controls", "--list", option);
    assertEquals(Exit.USAGE, result.status());
    assertTrue(result.err().contains("--list"), result.err());
  }

  @Test
  void oneModelOrAll() {
    assertEquals(Exit.USAGE, Cli.run("controls", "--all-cpus", "--cpu", "skylake").status());
  }
}
