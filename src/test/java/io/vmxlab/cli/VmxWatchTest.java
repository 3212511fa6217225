package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code --trace-vmx}, {@code --stats} and {@code --show-vmcs}. */
class VmxWatchTest {
  private static final String GUEST = "src/test/resources/io/vmxlab/cli/guest.asm";

  private static String run(String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "run";
    line[1] = GUEST;
    System.arraycopy(options, 0, line, 2, options.length);
    Cli.Result result = Cli.run(line);
    assertEquals(0, result.status(), result.out() + result.err());
    return result.out();
  }

  private static List<String> transitions(String out) {
    return out.lines()
        .filter(l -> l.contains("  cpu 0  "))
        .map(l -> l.substring(l.indexOf("cpu 0  ") + 7).replaceAll(" {2,}", " "))
        .map(l -> l.replaceFirst("[0-9A-F]{8} ", ""))
        .toList();
  }

  @Test
  void aLineForEachTransition() {
    assertEquals(
        List.of(
            "entry guest cpuid",
            "exit guest cpuid 10 CPUID; asked by: always, whatever the VMCS says",
            "entry guest+2h mov rax, cr0",
            "exit guest+Dh mov cr0, rax 28 Control-register accesses; qualification 0; asked by: CR0"
                + " guest/host mask bit 3 (TS) with read shadow 0",
            "entry guest+10h hlt",
            "exit guest+10h hlt 12 HLT; asked by: Primary processor-based VM-execution controls bit 7"
                + " (HLT_EXITING) is 1"),
        transitions(run("--trace-vmx")));
  }

  @Test
  void exitsByReasonWithTheLastOfEach() {
    String out = run("--stats");
    assertTrue(out.contains("VM exits: 3, VM entries: 3\n"), out);
    assertTrue(
        Pattern.compile("\n[0-9.]+ MIPS, \\d+ instructions in [0-9.]+ s\n").matcher(out).find(),
        out);
    assertTrue(
        Pattern.compile("\n  decoding +[0-9.]+ s: \\d+ blocks of \\d+ ins").matcher(out).find(),
        out);
    assertTrue(Pattern.compile("\n  TLB misses +[1-9]\\d*\n").matcher(out).find(), out);
    assertTrue(out.contains("1  12  HLT\n"), out);
    assertTrue(out.contains("last: hlt at 00000000_"), out);
    assertFalse(out.contains("cpu 0"), out);
  }

  @Test
  void theCurrentVmcsByGroups() {
    String out = run("--show-vmcs");
    assertTrue(out.contains("current VMCS at 00000000_00201000, launch state: launched\n"), out);
    assertTrue(out.contains("  6000H  CR0 guest/host mask"), out);
    assertTrue(out.contains("\n           TS\n") || out.contains("\n         TS\n"), out);
    assertTrue(out.contains("HLT_EXITING"), out);
    assertTrue(out.contains("host-state area\n"), out);
  }

  @Test
  void nothingIsShownThatWasNotAskedFor() {
    String out = run();
    assertFalse(out.contains("VM exits"), out);
    assertFalse(out.contains("current VMCS"), out);
  }

  @Test
  void aProcessorWithoutVmcs() {
    byte[] input = "nop\n".getBytes(StandardCharsets.UTF_8);
    String out = Cli.with(input, "run", "-", "--show-vmcs", "--stats").out();
    assertTrue(out.contains("no VMCS is current\n"), out);
    assertTrue(out.contains("VM exits: 0, VM entries: 0\n"), out);
  }

  @Test
  void notOnAllProcessors() {
    Cli.Result result = Cli.run("run", GUEST, "--all-cpus", "--stats");
    assertEquals(2, result.status());
    assertTrue(result.err().contains("--all-cpus does not go with"), result.err());
  }
}
